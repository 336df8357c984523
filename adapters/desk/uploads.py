"""A form with a file: read piece by piece, never more of it kept than a policy can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from aiohttp import BodyPartReader, web
from multidict import MultiDict, MultiDictProxy

from adapters.desk import sessions
from bot.own_import import LARGEST_FILE

FORM: Final = "multipart/form-data"
LONGEST_FIELD: Final = 10_000
DRAINED: Final = 300_000_000
"""Bytes of a file that is too large that are still taken in and thrown away, so that the page can say so."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent; ``data`` is empty where it is too large."""

    name: str
    data: bytes = field(repr=False)
    too_large: bool = False


async def take(request: web.Request, token: str) -> tuple[MultiDictProxy[str], Upload | None]:
    """Return the fields of a form and its file. Raise ``HTTPForbidden`` where the token does not stand before the file.

    Raise ``HTTPBadRequest`` for what is no such form.
    """
    fields: MultiDict[str] = MultiDict()
    upload = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise web.HTTPBadRequest
            if part.filename is None:
                fields.add(part.name, (await _read(part, LONGEST_FIELD)).decode())
                continue
            if not sessions.csrf_fits(token, fields.get("_csrf", "")):
                raise web.HTTPForbidden
            upload = await _file(part)
    except (UnicodeDecodeError, ValueError):
        raise web.HTTPBadRequest from None
    return MultiDictProxy(fields), upload


async def _file(part: BodyPartReader) -> Upload | None:
    name = (part.filename or "").replace("\\", "/").rpartition("/")[2]
    data = await _read(part, LARGEST_FILE)
    if len(data) > LARGEST_FILE:
        return Upload(name, b"", too_large=True)
    return Upload(name, data) if name or data else None


async def _read(part: BodyPartReader, most: int) -> bytes:
    """Return a part, or one byte more than ``most`` of it; what follows is thrown away."""
    kept, seen = bytearray(), 0
    while chunk := await part.read_chunk(65_536):
        seen += len(chunk)
        if seen > DRAINED:
            raise web.HTTPRequestEntityTooLarge(DRAINED, seen)
        kept += chunk[: max(0, most + 1 - len(kept))]
    return bytes(kept)
