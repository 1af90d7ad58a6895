"""Addresses of the applicant's area."""

from django.urls import path, register_converter

from scheme.views import apply, apply_clarification, apply_sections, dashboard


class Reference:
    """`RS-2015-00001`."""

    regex = "RS-[0-9]{4}-[0-9]{5,7}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(Reference, "reference")
CASE = "recognition/<reference:reference>"

urlpatterns = [
    path("dashboard/", dashboard.dashboard, name="dashboard"),
    path("recognition/start/<int:enterprise_pk>/<int:category_pk>/", apply.Start.as_view(), name="application-start"),
    path(f"{CASE}/", apply.Application.as_view(), name="application"),
    path(f"{CASE}/check/", apply.Check.as_view(), name="application-check"),
    path(f"{CASE}/submit/", apply.Submit.as_view(), name="application-submit"),
    path(f"{CASE}/submitted/", apply.Submitted.as_view(), name="application-submitted"),
    path(f"{CASE}/copy/", apply.Copy.as_view(), name="application-copy"),
    path(f"{CASE}/withdraw/", apply.Withdraw.as_view(), name="application-withdraw"),
    path(f"{CASE}/documents/<uuid:uid>/", apply.DocumentDownload.as_view(), name="application-document"),
    path(f"{CASE}/clarifications/<int:pk>/", apply_clarification.ClarificationPage.as_view(), name="clarification"),
    path(f"{CASE}/documents/", apply_sections.Documents.as_view(), name="application-documents"),
    path(f"{CASE}/<slug:section>/", apply_sections.Section.as_view(), name="application-section"),
    path(f"{CASE}/<slug:section>/add/", apply_sections.AddEntry.as_view(), name="application-entry-add"),
    path(f"{CASE}/<slug:section>/<uuid:uid>/", apply_sections.Section.as_view(), name="application-entry"),
    path(
        f"{CASE}/<slug:section>/<uuid:uid>/remove/",
        apply_sections.RemoveEntry.as_view(),
        name="application-entry-remove",
    ),
]
