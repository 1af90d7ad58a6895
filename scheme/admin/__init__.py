from scheme.admin import applications, case_extensions, case_home, conflicts, lists, meetings, objections, reviews  # noqa: F401
