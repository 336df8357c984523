"""Sealing: each report has a key of its own (AES-256-GCM), wrapped by the master key. Losing a key is deletion.

The master key is a file of mode 0600, made at first start, or comes from the environment. Its first line is the key in
use; further lines are earlier keys, kept so that what they wrapped can be wrapped anew (``rotate``).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import os
import secrets
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.ports import SealBroken

VERSION: Final = b"\x01"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
NAME_BYTES: Final = 8
WRAPPING: Final = b"can-i wrapped key"


class MasterKeyError(Exception):
    """The master key is missing, damaged, or open to others. The message says how to mend it and holds no key."""


class AesSealer:
    """Seals with AES-256-GCM under keys wrapped by the first of the master keys; opens under any of them."""

    def __init__(self, master_keys: tuple[bytes, ...]) -> None:
        """Take master keys of 32 bytes, the one in use first. Raise ``MasterKeyError`` for none or a wrong length."""
        if not master_keys or any(len(key) != KEY_BYTES for key in master_keys):
            msg = "a master key is 32 bytes, written as 64 hexadecimal digits or in base64"
            raise MasterKeyError(msg)
        self._keys = {_name(key): key for key in master_keys}
        self._present = _name(master_keys[0])

    def __repr__(self) -> str:
        return f"AesSealer(<{len(self._keys)} keys>)"

    def new_key(self) -> bytes:
        """Return a fresh key, wrapped."""
        return self._wrap(AESGCM.generate_key(bit_length=8 * KEY_BYTES))

    def seal(self, key: bytes, plain: str, place: str) -> bytes:
        """Return text sealed with a wrapped key, bound to a place."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + AESGCM(self._unwrap(key)).encrypt(nonce, plain.encode(), place.encode())

    def open(self, key: bytes, sealed: bytes, place: str) -> str:
        """Return what was sealed. Raise ``SealBroken``."""
        plain_key = self._unwrap(key)
        if sealed[:1] != VERSION:
            raise SealBroken
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return AESGCM(plain_key).decrypt(nonce, body, place.encode()).decode()
        except (InvalidTag, ValueError):
            raise SealBroken from None

    def rewrap(self, key: bytes) -> bytes:
        """Return a wrapped key wrapped by the master key in use. Raise ``SealBroken``."""
        return self._wrap(self._unwrap(key))

    def _wrap(self, plain_key: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        body = AESGCM(self._keys[self._present]).encrypt(nonce, plain_key, WRAPPING + self._present)
        return VERSION + self._present + nonce + body

    def _unwrap(self, wrapped: bytes) -> bytes:
        name = wrapped[1 : 1 + NAME_BYTES]
        nonce = wrapped[1 + NAME_BYTES : 1 + NAME_BYTES + NONCE_BYTES]
        master = self._keys.get(name)
        if wrapped[:1] != VERSION or master is None:
            raise SealBroken
        try:
            return AESGCM(master).decrypt(nonce, wrapped[1 + NAME_BYTES + NONCE_BYTES :], WRAPPING + name)
        except (InvalidTag, ValueError):
            raise SealBroken from None


def sealer_from_file(path: Path, *, create: bool) -> AesSealer:
    """Return a sealer with the keys of a file; with ``create`` make the file (mode 0600) where it is missing.

    Raise ``MasterKeyError`` where it is missing, damaged, or readable by others.
    """
    if create and not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        _write(fresh, secrets.token_bytes(KEY_BYTES).hex() + "\n", os.O_EXCL)
        # A link appears whole or not at all; where another instance was first, its key is the one.
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    try:
        mode = path.stat().st_mode
        text = path.read_text("ascii")
    except FileNotFoundError:
        msg = f"the master key {path} is missing: put it back from your safe copy; without it no report can be read"
        raise MasterKeyError(msg) from None
    except (OSError, UnicodeDecodeError):
        msg = f"the master key {path} cannot be read"
        raise MasterKeyError(msg) from None
    if mode & 0o077:
        msg = f"the master key {path} can be read by others: run chmod 600 on it"
        raise MasterKeyError(msg)
    return sealer_from_text(text)


def sealer_from_text(text: str) -> AesSealer:
    """Return a sealer with keys one a line, the one in use first. Raise ``MasterKeyError``."""
    return AesSealer(tuple(_decode(line) for line in text.split()))


def rotate(path: Path) -> None:
    """Put a fresh master key before the others in a file. Keys wrapped so far stay readable; rewrap them afterwards."""
    lines = path.read_text("ascii").split()
    fresh = path.with_suffix(".new")
    _write(fresh, "\n".join([secrets.token_bytes(KEY_BYTES).hex(), *lines]) + "\n", os.O_TRUNC)
    fresh.replace(path)


def _write(path: Path, text: str, flag: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _decode(text: str) -> bytes:
    try:
        return bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        msg = "a master key is 32 bytes, written as 64 hexadecimal digits or in base64"
        raise MasterKeyError(msg) from None


def _name(key: bytes) -> bytes:
    return hashlib.sha256(b"can-i master key name" + key).digest()[:NAME_BYTES]
