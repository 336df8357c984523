"""What kind of file somebody adds to a report, told by its first bytes and never by its name.

The table is short on purpose: it is a list of what is taken, and whatever is not in it is refused in words. Nothing is
opened, unpacked or turned into anything else: evidence stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from pathlib import PurePath
from typing import Final

from bot.plain import visible

LONGEST_NAME: Final = 150
_UNFIT: Final = re.compile(r'[<>:"/\\|?*\n\t]')
"""What no file may be called on one system or another."""
_CONTROL: Final = re.compile(r"[\0-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: our word for it, its media type, and how names of such files end (the usual ending first)."""

    name: str
    media: str
    endings: tuple[str, ...]


KINDS: Final = {
    kind.name: kind
    for kind in (
        FileKind("png", "image/png", (".png",)),
        FileKind("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jfif")),
        FileKind("webp", "image/webp", (".webp",)),
        FileKind("gif", "image/gif", (".gif",)),
        FileKind("heic", "image/heic", (".heic", ".heif")),
        FileKind("avif", "image/avif", (".avif",)),
        FileKind("pdf", "application/pdf", (".pdf",)),
        FileKind("video", "video/mp4", (".mp4", ".m4v", ".mov", ".3gp")),
        FileKind("sound", "audio/mp4", (".m4a",)),
        FileKind("voice", "audio/ogg", (".ogg", ".opus", ".oga")),
        FileKind("text", "text/plain", (".txt", ".md", ".csv", ".log", ".eml")),
    )
}
"""Every kind that is taken, by name."""
BEGINNINGS: Final = (
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"\xff\xd8\xff", "jpeg"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"OggS", "voice"),
)
BRANDS: Final = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "heic"),
    **dict.fromkeys((b"avif", b"avis"), "avif"),
    **dict.fromkeys((b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV"), "video"),
    **dict.fromkeys((b"M4V ", b"qt  ", b"3gp4", b"3gp5", b"3gp6"), "video"),
    **dict.fromkeys((b"M4A ", b"M4B "), "sound"),
}
"""Major brands of files that begin with an ``ftyp`` box: https://mp4ra.org/registered-types/brands"""


def kind_of(data: bytes) -> FileKind | None:
    """Return what kind of file this is, or ``None`` for one that is not taken."""
    for beginning, name in BEGINNINGS:
        if data.startswith(beginning):
            return KINDS[name]
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return KINDS["webp"]
    if data[4:8] == b"ftyp":
        return KINDS.get(BRANDS.get(data[8:12], ""))
    return KINDS["text"] if _is_text(data) else None


def called(name: str) -> str:
    """Return a file's name as it is kept: its last part, on one line, without what nobody sees, not endlessly long."""
    last = visible(unicodedata.normalize("NFC", name)).replace("\\", "/").rpartition("/")[2]
    plain = " ".join(last.split())
    if len(plain) <= LONGEST_NAME:
        return plain or "file"
    ending = PurePath(plain).suffix[:12]
    return f"{plain[: LONGEST_NAME - len(ending) - 1]}…{ending}"


def saved_as(name: str, kind: FileKind) -> str:
    """Return the name under which a file is handed out: it ends as its content says, so that nothing else opens it."""
    plain = _UNFIT.sub("_", name).strip(". ") or "file"
    return plain if PurePath(plain).suffix.casefold() in kind.endings else f"{plain}{kind.endings[0]}"


def _is_text(data: bytes) -> bool:
    try:
        text = data.decode("utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8")
    except UnicodeDecodeError:
        return False
    return _CONTROL.search(text) is None
