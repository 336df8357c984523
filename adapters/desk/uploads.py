"""A form with a file: read piece by piece, never more of it kept than such a file may have, and from nobody unknown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import BodyPartReader, web
from multidict import MultiDict, MultiDictProxy

from adapters.desk import sessions

FORM: Final = "multipart/form-data"
LONGEST_FIELD: Final = 10_000
MOST_FIELDS: Final = 50
DRAINED: Final = 50_000_000
"""Bytes beyond the largest file that are still taken in and thrown away, so that the page can say so."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent; ``data`` is empty where it is too large."""

    name: str = field(repr=False)
    data: bytes = field(repr=False)
    too_large: bool = False


async def take(
    request: web.Request, token: str, largest: int, admitted: Callable[[], Awaitable[bool]]
) -> tuple[MultiDictProxy[str], Upload | None]:
    """Return the fields of a form and its file, of at most ``largest`` bytes; from nobody who is not ``admitted``.

    Raise ``HTTPForbidden`` where the token does not stand before the file, ``HTTPBadRequest`` for what is no such form,
    ``HTTPRequestEntityTooLarge`` for far too much.
    """
    if (request.content_length or 0) > largest + DRAINED:
        raise web.HTTPRequestEntityTooLarge(largest, request.content_length or 0)
    fields: MultiDict[str] = MultiDict()
    upload = None
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise web.HTTPBadRequest
            if len(fields) > MOST_FIELDS:
                raise web.HTTPRequestEntityTooLarge(MOST_FIELDS, len(fields))
            if part.filename is None:
                fields.add(part.name, (await _read(part, LONGEST_FIELD, LONGEST_FIELD)).decode())
                continue
            if upload is not None or not sessions.csrf_fits(token, fields.get("_csrf", "")):
                raise web.HTTPForbidden
            if not await admitted():
                # Not a byte of the file is read; the page says why, as it does to whoever sends none.
                break
            upload = await _file(part, largest)
    except (UnicodeDecodeError, ValueError):
        raise web.HTTPBadRequest from None
    return MultiDictProxy(fields), upload


async def _file(part: BodyPartReader, largest: int) -> Upload | None:
    name = (part.filename or "").replace("\\", "/").rpartition("/")[2]
    data = await _read(part, largest, largest + DRAINED)
    if len(data) > largest:
        return Upload(name, b"", too_large=True)
    return Upload(name, data) if name or data else None


async def _read(part: BodyPartReader, most: int, drained: int) -> bytes:
    """Return a part, or one byte more than ``most`` of it; what follows is thrown away, up to ``drained`` bytes."""
    kept, seen = bytearray(), 0
    while chunk := await part.read_chunk(65_536):
        seen += len(chunk)
        if seen > drained:
            raise web.HTTPRequestEntityTooLarge(drained, seen)
        kept += chunk[: max(0, most + 1 - len(kept))]
    return bytes(kept)
