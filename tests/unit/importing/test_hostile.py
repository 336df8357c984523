"""Files made to exhaust a reader, and the memory that they get. How long each may take, the reading bounds itself."""

import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable
from io import BytesIO
from itertools import repeat
from pathlib import Path

import pytest

from tests.pdffiles import PdfFile
from tests.wordfiles import WordFile

MEGABYTES = 500
READ = """
import resource, sys
from pathlib import Path
from knowledge.importing.files import ImportRefused, read

if __name__ == "__main__":
    try:
        print("read", len(read(Path(sys.argv[1]).read_bytes(), sys.argv[1]).clauses))
    except ImportRefused as refused:
        print("refused", refused)
    print(max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024)
"""


def word(part: str, pieces: Iterable[bytes]) -> bytes:
    """A Word file in which one part is replaced or added, piece by piece, so that making it takes no memory."""
    made = WordFile()
    made.say("Ask first.")
    into = BytesIO()
    with zipfile.ZipFile(BytesIO(made.data())) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name != part:
                new.writestr(name, old.read(name))
        with new.open(part, "w") as entry:
            for piece in pieces:
                entry.write(piece)
    return into.getvalue()


def pdf(pieces: Iterable[bytes]) -> bytes:
    """A PDF whose one page unpacks to these."""
    file = PdfFile()
    file.page()
    packing = zlib.compressobj(9)
    packed = b"".join([*map(packing.compress, pieces), packing.flush()])
    old = b"<< /Length 0 >>\nstream\n\nendstream"
    return file.data().replace(
        old, b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(packed), packed)
    )


def deep(times: int) -> bytes:
    """A document of boxes in boxes."""
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    box = b"w:sdt><w:sdtContent"
    return b"<w:document %s><w:body>%s</w:body></w:document>" % (
        space,
        (b"<" + box + b">") * times + b"</w:sdtContent></w:sdt>" * times,
    )


HOSTILE: dict[str, Callable[[], bytes]] = {
    "zip-bomb.docx": lambda: word("word/media/a.bin", repeat(bytes(1_000_000), 1_000)),
    "deep.docx": lambda: word("word/document.xml", [deep(5_000)]),
    "spaces.pdf": lambda: pdf(repeat(b" " * 1_000_000, 1_000)),
    "letters.pdf": lambda: pdf([b"BT /F1 8 Tf 10 800 Td ", *repeat(b"(abcdefghij) Tj ", 400_000), b"ET"]),
    "arrays.pdf": lambda: pdf([b"[" * 200_000]),
    "stars.md": lambda: b"*a **b " * 300_000,
    "one-line.txt": lambda: b"a" * 2_900_000,
    "letters.txt": lambda: (b"1. " + b"a. " * 200 + b"\n") * 3_000,
    "boxes.html": lambda: b"<div>" * 100_000,
    "large.pdf": lambda: b"%PDF-1.4\n" + bytes(200_000_000),
}


@pytest.mark.soak
@pytest.mark.parametrize("name", HOSTILE)
def test_no_file_takes_more_memory_than_it_is_given(name: str, root: Path, tmp_path: Path) -> None:
    """Each is refused in words, or read as the little that it says, within 500 MB; the reader goes on."""
    file, script = tmp_path / name, tmp_path / "reading.py"
    file.write_bytes(HOSTILE[name]())
    script.write_text(READ, "utf-8")
    ran = subprocess.run(
        [sys.executable, str(script), str(file)],
        check=True,
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(root)},
        timeout=120,
    )
    said, most = ran.stdout.strip().rsplit("\n", 1)
    assert said.startswith("refused" if name != "one-line.txt" else "read")
    assert int(most) < MEGABYTES
