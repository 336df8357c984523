"""What kind of file this is, by what is in it, and whether it is safe to open. Every refusal says what to do instead.

Nothing is unpacked here: a zip is judged by its own list, which is what the reader later keeps to.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import PurePath
from typing import Literal

Kind = Literal["docx", "pdf", "html", "markdown", "text"]

LARGEST = 30_000_000
LARGEST_TEXT = 3_000_000
UNPACKED = 120_000_000
UNPACKED_XML = 12_000_000
MOST_PARTS = 3_000
MOST_PAGES = 250
MOST_WORDS = 200_000
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
SAVE_AS = "Open it in the program that it was made with, save it as Word (.docx) or PDF, and choose that file."


class ImportRefused(ValueError):
    """A file that cannot be imported. The text is a sentence for the person who chose the file."""


def kind_of(data: bytes, name: str) -> Kind:
    """Return what a file is by its content; its name decides only between kinds of text.

    Raise ``ImportRefused`` for everything that is not a policy's text or is not safe to open.
    """
    if len(data) > LARGEST:
        raise ImportRefused(
            f"This file is larger than {LARGEST // 1_000_000} MB, and a policy is not. If it holds large pictures, "
            "save a copy without them and choose that.",
        )
    if not data.strip():
        raise ImportRefused("This file is empty.")
    if data.startswith(PROGRAMS):
        raise ImportRefused("This is a program or a script, not a document, whatever its name says. It was not opened.")
    if data.startswith(PICTURES):
        raise ImportRefused("This is a picture. The policy is needed as text: as Word, PDF, or plain text.")
    if data.startswith(OLE):
        raise ImportRefused(_old_office(data))
    if data.startswith(b"{\\rtf"):
        raise ImportRefused(f"This is a Rich Text file. {SAVE_AS}")
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK"):
        _check_zip(data)
        return "docx"
    return _text_kind(data, name)


def _old_office(data: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return (
            "This file is locked with a password. Open it in Word, take the password off under File, Info, and save it."
        )
    return f"This is a file of an older Office (.doc). {SAVE_AS}"


def _text_kind(data: bytes, name: str) -> Kind:
    head = data[:100_000]
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    odd = sum(byte < 9 or 13 < byte < 32 for byte in head)
    if not wide and (b"\x00" in head or odd > len(head) // 200):
        raise ImportRefused(
            "This is not a document that can be read. Policies can be read as Word (.docx), PDF or text."
        )
    if len(data) > LARGEST_TEXT:
        raise ImportRefused("This text is far longer than any policy. Is it the right file?")
    ending = PurePath(name).suffix.casefold()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if ending in {".html", ".htm", ".xhtml"} or start.startswith((b"<!doctype html", b"<html")):
        return "html"
    if start.startswith(b"<?xml") or b"<!entity" in start:
        raise ImportRefused(f"This is a file for programs (XML), not a document. {SAVE_AS}")
    return "markdown" if ending in {".md", ".markdown"} else "text"


def _check_zip(data: bytes) -> None:
    """Refuse a zip that is no Word file, is broken, holds macros, or would unpack to far more than a policy."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _check_parts(archive)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as broken:
        if isinstance(broken, ImportRefused):
            raise
        raise ImportRefused(
            "This file is broken: it cannot be unpacked. Open it in Word, save it again, and choose the new file.",
        ) from None


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    names = {part.filename.casefold() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise ImportRefused(
            "This file holds macros, which are small programs. Save it in Word as an ordinary document (.docx) first.",
        )
    if any(part.flag_bits & 1 for part in parts):
        raise ImportRefused("This file is locked with a password. Take the password off and save it again.")
    xml = [part for part in parts if part.filename.casefold().endswith((".xml", ".rels"))]
    too_much = sum(part.file_size for part in parts) > UNPACKED or sum(part.file_size for part in xml) > UNPACKED_XML
    if len(parts) > MOST_PARTS or too_much:
        raise ImportRefused("This file would unpack to far more than any policy holds. It was not opened.")
    if "word/document.xml" not in names and not any(name.startswith("word/document") for name in names):
        raise ImportRefused(f"This is not a Word document. {SAVE_AS}")
    for part in xml:
        head = archive.read(part)
        if any(
            sign.encode(letters) in head for sign in ("<!DOCTYPE", "<!ENTITY") for letters in ("utf-8", "utf-16-le")
        ):
            raise ImportRefused("This file holds instructions that no Word document has. It was not opened.")
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise ImportRefused(
            "This is a file that may hold macros (.docm). Save it in Word as an ordinary document (.docx) first.",
        )
