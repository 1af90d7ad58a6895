"""A small real PDF, so that demonstration cases have documents that open."""

from django.core.files.uploadedfile import SimpleUploadedFile

PAGE = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
FONT = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"


def paper(name: str, line: str) -> SimpleUploadedFile:
    """An upload of one page with one line (ASCII, without brackets); the same bytes for the same line."""
    drawing = f"BT /F1 16 Tf 60 760 Td ({line}) Tj ET"
    objects = (
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        PAGE,
        f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream",
        FONT,
    )
    body, places = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(body))
        body += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n"
    end += f"<< /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(body)}\n%%EOF\n"
    return SimpleUploadedFile(name, (body + end).encode("ascii"), content_type="application/pdf")
