"""PDF files from templates, by WeasyPrint. Nothing is fetched from outside the machine."""

from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import Any
from urllib.parse import quote, unquote
from zlib import compress

import pikepdf
from django.contrib.staticfiles import finders
from django.template.loader import render_to_string
from django.utils.translation import override
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher, URLFetcherResponse

from portal.fonts import Face, cut
from portal.words import HTML_LANGUAGE


class LocalFiles(URLFetcher):
    """Serves `static:<path>`, `data:` and `font:<family>` addresses; every other one is refused by a `ValueError`."""

    def __init__(self, fonts: Mapping[str, bytes] | None = None) -> None:
        super().__init__(allowed_protocols={"file", "data"}, allow_redirects=False)
        self.fonts = fonts or {}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
        if url.startswith("static:") and (found := finders.find(url.removeprefix("static:"))):
            return super().fetch(f"file://{found}", headers)
        if url.startswith("data:"):
            return super().fetch(url, headers)
        if url.startswith("font:") and (font := self.fonts.get(unquote(url.removeprefix("font:")))):
            return URLFetcherResponse(url, font, {"Content-Type": "font/otf"})
        raise ValueError(f"not fetched: {url[:80]}")


def render_pdf(template: str, context: dict[str, Any], language: str) -> bytes:
    """`template` (it extends `pdf/base.html`) in `language`, as the bytes of a tagged PDF."""
    with override(language):
        page = render_to_string(template, {**context, "html_language": HTML_LANGUAGE[language], "language": language})
    return HTML(string=page, base_url="static:", url_fetcher=LocalFiles()).write_pdf(pdf_tags=True)


class Press:
    """Prints many documents of one look: faces are cut and the style sheet is read once, for all of them.

    `faces` maps a family name to its face, `characters` is everything that will be set, `css` the style sheet.
    """

    def __init__(self, *, faces: Mapping[str, Face], characters: Iterable[str], css: str) -> None:
        wanted = frozenset("".join(characters)) | frozenset(" ")
        self.fetcher = LocalFiles({family: cut(face, wanted) for family, face in faces.items()})
        self.fonts = FontConfiguration()
        rules = "".join(
            f'@font-face {{ font-family: "{family}"; src: url("font:{quote(family)}"); }}' for family in faces
        )
        self.sheet = CSS(string=rules + css, url_fetcher=self.fetcher, font_config=self.fonts, base_url="static:")

    def print(self, page: str, ground: pikepdf.Pdf | None = None) -> bytes:
        """The HTML `page` as the bytes of a tagged PDF, with `ground` (see `ground_of`) under its first page."""
        html = HTML(string=page, base_url="static:", url_fetcher=self.fetcher)
        printed = html.write_pdf(stylesheets=[self.sheet], font_config=self.fonts, pdf_tags=True)
        return printed if ground is None else lay_under(printed, ground)


def ground_of(page: str) -> pikepdf.Pdf:
    """The first page of an HTML document as a drawing to be laid under other pages (by `lay_under`)."""
    printed = HTML(string=page, base_url="static:", url_fetcher=LocalFiles()).write_pdf()
    with pikepdf.open(BytesIO(printed)) as pdf:
        drawing = pdf.pages[0].as_form_xobject()
        content = compress(drawing.read_bytes(), level=9)
        drawing.write(content, filter=pikepdf.Name.FlateDecode, type_check=False)
        holder = pikepdf.new()
        holder.Root.Ground = holder.copy_foreign(drawing)
    return holder


def lay_under(printed: bytes, ground: pikepdf.Pdf) -> bytes:
    """`printed` with `ground` under its first page, marked as an ornament that reading programs pass over."""
    with pikepdf.open(BytesIO(printed)) as pdf:
        page = pdf.pages[0]
        name = page.add_resource(pdf.copy_foreign(ground.Root.Ground), pikepdf.Name.XObject)
        page.contents_add(f"/Artifact BMC q {name} Do Q EMC".encode(), prepend=True)
        written = BytesIO()
        pdf.save(
            written,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return written.getvalue()
