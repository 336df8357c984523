"""The seal itself: AES-256-GCM under a key of its own, which is wrapped by a master key and names it."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.ports import MasterKeyError, SealBroken

VERSION: Final = b"\x01"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
NAME_BYTES: Final = 8
WRAPPING: Final = b"can-i wrapped key"
NO_KEY: Final = "A master key is 32 bytes, written as 64 hexadecimal digits or in base64."


class _Ring(NamedTuple):
    """The master keys by name, and the name of the one in use."""

    keys: dict[bytes, bytes]
    present: bytes


class AesSealer:
    """Seals with AES-256-GCM under keys wrapped by the first of the master keys; opens under any of them.

    ``changed`` returns the master keys where they are others by now, or ``None``: a bot that is running goes on when
    the master key is changed beside it.
    """

    def __init__(
        self, master_keys: tuple[bytes, ...], changed: Callable[[], tuple[bytes, ...] | None] = lambda: None
    ) -> None:
        """Take master keys of 32 bytes, the one in use first. Raise ``MasterKeyError`` for none or a wrong length."""
        self._ring = _ring(master_keys)
        self._changed = changed

    def __repr__(self) -> str:
        return f"AesSealer(<{len(self._ring.keys)} keys>)"

    def new_key(self) -> bytes:
        """Return a fresh key, wrapped."""
        return self._wrap(AESGCM.generate_key(bit_length=8 * KEY_BYTES))

    def seal(self, key: bytes, plain: str, place: str) -> bytes:
        """Return text sealed with a wrapped key, bound to a place."""
        return self.seal_bytes(key, plain.encode(), place)

    def open(self, key: bytes, sealed: bytes, place: str) -> str:
        """Return what was sealed. Raise ``SealBroken``."""
        try:
            return self.open_bytes(key, sealed, place).decode()
        except UnicodeDecodeError:
            raise SealBroken from None

    def seal_bytes(self, key: bytes, plain: bytes, place: str) -> bytes:
        """Return bytes sealed with a wrapped key, bound to a place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + AESGCM(self._unwrap(key)).encrypt(nonce, plain, place.encode())

    def open_bytes(self, key: bytes, sealed: bytes, place: str) -> bytes:
        """Return bytes that were sealed. Raise ``SealBroken``."""
        plain_key = self._unwrap(key)
        if sealed[:1] != VERSION:
            raise SealBroken
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(plain_key).decrypt(nonce, body, place.encode())
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def rewrap(self, key: bytes) -> bytes:
        """Return a wrapped key wrapped by the master key in use; as it is where that wrapped it. ``SealBroken``."""
        plain = self._unwrap(key)
        self._refresh()
        return key if key[1 : 1 + NAME_BYTES] == self._ring.present else self._wrap(plain)

    def _wrap(self, plain_key: bytes) -> bytes:
        self._refresh()
        ring, nonce = self._ring, secrets.token_bytes(NONCE_BYTES)
        body = AESGCM(ring.keys[ring.present]).encrypt(nonce, plain_key, WRAPPING + ring.present)
        return VERSION + ring.present + nonce + body

    def _unwrap(self, wrapped: bytes) -> bytes:
        name = wrapped[1 : 1 + NAME_BYTES]
        nonce = wrapped[1 + NAME_BYTES : 1 + NAME_BYTES + NONCE_BYTES]
        if name not in self._ring.keys:
            self._refresh()
        master = self._ring.keys.get(name)
        if wrapped[:1] != VERSION or master is None:
            raise SealBroken
        try:
            return AESGCM(master).decrypt(nonce, wrapped[1 + NAME_BYTES + NONCE_BYTES :], WRAPPING + name)
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def _refresh(self) -> None:
        others = self._changed()
        if others is not None:
            self._ring = _ring(others)


def _ring(master_keys: tuple[bytes, ...]) -> _Ring:
    if not master_keys or any(len(key) != KEY_BYTES for key in master_keys):
        raise MasterKeyError(NO_KEY)
    return _Ring({_name(key): key for key in master_keys}, _name(master_keys[0]))


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"can-i master key name" + key).digest()[:NAME_BYTES]
