"""The master key: a file of mode 0600, made at first start, or a text given in the environment.

The first line (or word) is the key in use. Further ones are earlier keys: what they wrapped, as in older backups, still
opens.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Final

from adapters.sealing.cipher import KEY_BYTES, NO_KEY, AesSealer
from bot.ports import MasterKeyError

TO_MAKE_ONE: Final = 'python -c "import secrets; print(secrets.token_hex(32))"'


class MasterKeys:
    """Where the master keys are kept: in ``given``, or else in the file ``path``.

    ``sealed`` tells whether anything was sealed yet: until then a file that is missing is made.
    """

    def __init__(self, given: str, path: Path, sealed: Callable[[], bool]) -> None:
        self._given = given
        self._path = path
        self._sealed = sealed

    @property
    def where(self) -> str:
        """Where the master key stands, for people: a variable or a path."""
        return "CAN_I_MASTER_KEY" if self._given else str(self._path)

    def none_yet(self) -> bool:
        """Return whether there is no key, and none is missed."""
        return not self._given and not self._path.exists() and not self._sealed()

    def number(self) -> int:
        """Return how many keys there are, earlier ones counted. Raise ``MasterKeyError``."""
        return len(self._read()[0])

    def sealer(self) -> AesSealer:
        """Return a sealer with these keys. Raise ``MasterKeyError`` where they are missing, damaged or open to others.

        It takes up by itself what is changed in the file.
        """
        if self._given:
            return AesSealer(self._read()[0])
        if not self._path.exists() and not self._sealed():
            _make(self._path)
        keys, seen = self._read()

        def changed() -> tuple[bytes, ...] | None:
            nonlocal seen
            try:
                if self._mark() == seen:
                    return None
                others, seen = self._read()
            except (OSError, MasterKeyError):
                # What is known goes on: a file that is away for a moment is no reason to lose a report.
                return None
            return others

        return AesSealer(keys, changed)

    def put_first(self) -> None:
        """Put a fresh key before the others in the file. Raise ``MasterKeyError``.

        A key that was given in the environment can only be changed there; with two or more in it that was done.
        """
        if not self._given:
            self._write([secrets.token_bytes(KEY_BYTES).hex(), *self._lines()])
        elif self.number() == 1:
            raise MasterKeyError(
                "The master key comes from CAN_I_MASTER_KEY: put a fresh one before it there, with a space between, "
                f"start the bot anew, then run this again (a fresh one is made by {TO_MAKE_ONE})."
            )

    def drop_earlier(self) -> None:
        """Keep nothing but the first key in the file. Raise ``MasterKeyError``."""
        if self._given:
            raise MasterKeyError("The master key comes from CAN_I_MASTER_KEY: take the earlier ones out of it there.")
        self._write(self._lines()[:1])

    def _mark(self) -> tuple[int, int]:
        state = self._path.stat()
        return state.st_ino, state.st_mtime_ns

    def _read(self) -> tuple[tuple[bytes, ...], tuple[int, int]]:
        """Return the keys, and the mark of the file that they were read from."""
        if self._given:
            return master_keys_in(self._given), (0, 0)
        try:
            mark, mode = self._mark(), self._path.stat().st_mode
            text = self._path.read_text("ascii")
        except FileNotFoundError:
            raise MasterKeyError(
                f"The master key {self._path} is missing: put it back from your safe copy; "
                "without it no report can be read."
            ) from None
        except (OSError, UnicodeDecodeError):
            raise MasterKeyError(f"The master key {self._path} cannot be read.") from None
        if mode & 0o077:
            raise MasterKeyError(f"The master key {self._path} can be read by others: run chmod 600 on it.")
        return master_keys_in(text), mark

    def _lines(self) -> list[str]:
        self._read()
        return self._path.read_text("ascii").split()

    def _write(self, lines: list[str]) -> None:
        fresh = self._path.with_name(f"{self._path.name}.new")
        # Left over from a change that was ended in the middle: it was never in use.
        fresh.unlink(missing_ok=True)
        _put(fresh, "".join(f"{line}\n" for line in lines))
        fresh.replace(self._path)
        _last(self._path.parent)


def master_keys_in(text: str) -> tuple[bytes, ...]:
    """Return the keys of a text, separated by white space, the one in use first. Raise ``MasterKeyError``."""
    keys = tuple(_decode(word) for word in text.split())
    if not keys or any(len(key) != KEY_BYTES for key in keys):
        raise MasterKeyError(NO_KEY)
    return keys


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    _put(fresh, secrets.token_bytes(KEY_BYTES).hex() + "\n")
    # A link appears whole or not at all; where another instance was first, its key is the one.
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    _last(path.parent)


def _put(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _last(folder: Path) -> None:
    """Make the names in a folder last. Windows cannot open folders, and does so by itself."""
    with contextlib.suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _decode(text: str) -> bytes:
    try:
        return bytes.fromhex(text) if len(text) == 2 * KEY_BYTES else base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise MasterKeyError(NO_KEY) from None
