"""PDF files from templates, by WeasyPrint. Nothing is fetched from outside the machine."""

from typing import Any

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import override
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.words import HTML_LANGUAGE


class LocalFiles(URLFetcher):
    """Serves `static:<path>` and `data:` addresses; every other one is refused by a `ValueError`."""

    def __init__(self) -> None:
        super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("static:") and (found := finders.find(url.removeprefix("static:"))):
            return super().fetch(f"file://{found}", headers)
        if url.startswith("data:"):
            return super().fetch(url, headers)
        raise ValueError(f"not fetched: {url[:80]}")


def render_pdf(template: str, context: dict[str, Any], language: str) -> bytes:
    """`template` (it extends `pdf/base.html`) in `language`, as the bytes of a tagged PDF."""
    with override(language):
        page = render_to_string(template, {**context, "html_language": HTML_LANGUAGE[language], "language": language})
    return HTML(string=page, base_url="static:", url_fetcher=LocalFiles()).write_pdf(pdf_tags=True)
