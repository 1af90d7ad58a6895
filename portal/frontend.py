"""Which files of the front-end packages are published: what pages use, not every build that a package brings."""

from django.contrib.staticfiles.apps import StaticFilesConfig


class StaticFiles(StaticFilesConfig):
    ignore_patterns = [
        *StaticFilesConfig.ignore_patterns,
        *("bootstrap-grid*", "bootstrap-reboot*", "bootstrap-utilities*", "*.rtl.*"),
        *("bootstrap.css*", "bootstrap.js*", "bootstrap.esm*", "bootstrap.bundle.js*"),
        *("htmx.amd.js", "htmx.cjs.js", "htmx.esm*", "htmx.min.js.gz", "ext", "*.d.ts"),
    ]
