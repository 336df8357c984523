"""Small PDFs for tests: words at places, in Helvetica or Helvetica Bold, and pictures of pages."""

from __future__ import annotations

WIDTH, HEIGHT = 595, 842


class PdfFile:
    """A PDF that grows by pages. Places are in points from the top left."""

    def __init__(self) -> None:
        self.pages: list[list[str]] = []

    def page(self) -> None:
        """Begin a page."""
        self.pages.append([])

    def say(self, x: float, y: float, text: str, *, size: float = 11, bold: bool = False) -> None:
        """Put a line of words on the page."""
        told = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
        font = "F2" if bold else "F1"
        self.pages[-1].append(f"BT /{font} {size} Tf {x} {HEIGHT - y} Td ({told}) Tj ET")

    def lines(self, x: float, y: float, *texts: str, step: float = 14) -> float:
        """Put lines under each other. Return where the next would stand."""
        for text in texts:
            self.say(x, y, text)
            y += step
        return y

    def picture(self) -> None:
        """Put a picture over the whole page, as a scanner does."""
        self.pages[-1].append(f"q {WIDTH} 0 0 {HEIGHT} 0 0 cm /Im Do Q")

    def data(self, *, locked: bool = False) -> bytes:
        """Return the file; ``locked`` with a password that nobody knows."""
        font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica{} /Encoding /WinAnsiEncoding >>"
        picture = (
            "<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 "
            "/Length 1 >>\nstream\n0\nendstream"
        )
        objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", font.format(""), font.format("-Bold"), picture]
        kids = []
        for page in self.pages:
            content = "\n".join(page)
            objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
            resources = "<< /Font << /F1 3 0 R /F2 4 0 R >> /XObject << /Im 5 0 R >> >>"
            objects.append(
                f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
                f"/Contents {len(objects)} 0 R /Resources {resources} >>",
            )
            kids.append(f"{len(objects)} 0 R")
        objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
        trailer = ""
        if locked:
            secret = "41" * 32
            objects.append(f"<< /Filter /Standard /V 1 /R 2 /O <{secret}> /U <{secret}> /P -4 >>")
            trailer = f"/Encrypt {len(objects)} 0 R /ID [<41> <41>]"
        return _written(objects, trailer)


def _written(objects: list[str], trailer: str) -> bytes:
    file = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(file))
        file += f"{number} 0 obj\n{content}\nendobj\n".encode("cp1252")
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{len(file)}\n%%EOF\n"
    )
    return file + end.encode()
