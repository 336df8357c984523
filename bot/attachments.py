"""A file of a report: what is kept of it, and how it is sealed. Each has a key of its own, and so has its name."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field

from bot.file_kinds import KINDS, FileKind
from bot.ports import Attachment, SealBroken, Sealer


@dataclass(frozen=True, slots=True)
class About:
    """What a file is: the name that it came with, its kind, its size in bytes, the SHA-256 of its content."""

    name: str = field(repr=False)
    kind: FileKind
    size: int
    sha256: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Filed:
    """A file as a reader sees it in a list; ``about`` is ``None`` where its seal is broken."""

    id: str
    at: dt.datetime
    about: About | None


def seal_about(sealer: Sealer, key: bytes, about: About, place: str) -> bytes:
    """Return what a file is, sealed."""
    plain = {"name": about.name, "kind": about.kind.name, "size": about.size, "sha256": about.sha256}
    return sealer.seal(key, json.dumps(plain, ensure_ascii=False), f"{place}/about")


def filed(sealer: Sealer, attachment: Attachment) -> Filed:
    """Return a file as a reader sees it in a list. Whoever calls has asked ``access`` first."""
    try:
        plain = json.loads(sealer.open(attachment.key or b"", attachment.about, f"{place_of(attachment)}/about"))
    except SealBroken:
        return Filed(attachment.id, attachment.at, None)
    about = About(plain["name"], KINDS[plain["kind"]], plain["size"], plain["sha256"])
    return Filed(attachment.id, attachment.at, about)


def place_of(attachment: Attachment) -> str:
    """Return where a file's seal belongs: moved to another report it does not open."""
    return f"{attachment.report_id}/{attachment.id}"
