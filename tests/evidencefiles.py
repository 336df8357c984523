"""Small files of every kind that can be added to a report, some that cannot, and how a test adds and reads them."""

from __future__ import annotations

import struct
import zlib
from typing import Final

from bot.audit import verify
from bot.cases import Hidden
from bot.ports import Door
from bot.references import new_form_key
from tests.fakes import World

CANARY: Final = "CANARY-a77ac4"
NAME: Final = f"{CANARY}.png"
EVERYBODY: Final = (
    "head",
    "deputy",
    "chair",
    "vice",
    "dsl",
    "nominated",
    "office",
    "teacher",
    "colleague",
    "assistant",
)


def png(colour: bytes = b"\x2a\x6f\x97", note: bytes = b"") -> bytes:
    """Return a picture of one pixel, with a note in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", b"Comment\0" + note)
        + chunk(b"IDAT", zlib.compress(b"\0" + colour))
        + chunk(b"IEND", b"")
    )


TAKEN: Final = {
    "png": png(),
    "jpeg": b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00 51.5N 0.12W \xff\xd9",
    "webp": b"RIFF\x1a\x00\x00\x00WEBPVP8L" + b"\x00" * 14,
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
    "avif": b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00mif1avif",
    "pdf": b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
    "video": b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41",
    "sound": b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00M4A mp42",
    "voice": b"OggS\x00\x02" + b"\x00" * 20 + b"OpusHead",
    "text": "He wrote: “leave the school or else”.\r\n😀\n".encode(),
}
"""One file of each kind, by the kind's name."""
REFUSED: Final = {
    "program": b"MZ\x90\x00\x03\x00\x00\x00",
    "elf": b"\x7fELF\x02\x01\x01\x00",
    "zip": b"PK\x03\x04\x14\x00\x00\x00",
    "word": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    "brand": b"\x00\x00\x00\x18ftypzzzz\x00\x00\x00\x00",
    "riff": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "zeroes": b"\x00" * 40,
    "half a character": b"abc\xff\xfe\xfd",
    "control": b"abc\x01def",
}
"""What is not taken."""
SHOT: Final = png(note=CANARY.encode())
"""A picture with the canary in it."""


def add(world: World, reference: str, data: bytes = SHOT, name: str = NAME, who: str = "teacher") -> str:
    """Add a file as the named reporter and return its id."""
    evidence = world.bot.evidence
    door = evidence.door(f"demo-{who}", "demo", reference)
    before = {each.id for each in evidence.folder(door).files}
    assert evidence.add(door, data, name, new_form_key())
    (added,) = {each.id for each in evidence.folder(door).files} - before
    return added


def with_file(world: World, **values: str) -> tuple[str, str]:
    """File a report with a file; return its reference and the file's id."""
    reference = world.report("teacher", **values)
    return reference, add(world, reference)


def readers(world: World, file_id: str) -> set[str]:
    """Return who can read a file; everybody else is told that it is not there."""
    found = set()
    for who in EVERYBODY:
        try:
            assert world.bot.evidence.read(f"demo-{who}", file_id).content == SHOT
            found.add(who)
        except Hidden:
            (out,) = world.press(who, "report.file", file_id)
            assert out == world.press(who, "report.file", "0" * 32)[0]
    return found


def nameless(world: World) -> Door:
    """File a report without a name and return the way to its files."""
    reference = world.report("teacher", about="outside", named="without_name")
    with world.store.look() as work:
        report = work.reports.by_reference("demo", reference)
    assert report is not None
    return Door(report.id, None)


def audited(world: World, reference: str) -> list[tuple[str | None, str]]:
    """Return who did what with files of a report, from a chain that is whole."""
    with world.store.look() as work:
        rows = list(work.audit.rows("demo"))
        assert not list(verify("demo", rows, work.audit.head("demo")))
    return [(row.actor_id, row.action) for row in rows if row.thing == reference and ".file_" in row.action]
