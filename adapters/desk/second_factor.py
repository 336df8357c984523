"""The second factor of report readers: a six-digit code from an authenticator app (RFC 6238), each used once."""

from __future__ import annotations

import base64
import datetime as dt
import json
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from bot.ports import Sealer, UnitOfWork

DIGITS: Final = 6
STEP: Final = 30
DRIFT: Final = (0, -1, 1)
"""Steps beside the present one that are taken too: telephones' clocks go wrong."""
SECRET_BYTES: Final = 20


@dataclass(frozen=True, slots=True)
class Factor:
    """A person's code secret, and the last step of which a code was used."""

    secret: bytes
    used: int = 0

    def __repr__(self) -> str:
        return "Factor()"

    @property
    def typed(self) -> str:
        """The secret as it is typed into an app: base 32 in groups of four."""
        text = base64.b32encode(self.secret).decode()
        return " ".join(text[i : i + 4] for i in range(0, len(text), 4))

    def address(self, name: str) -> str:
        """Return the address that an app on the same machine opens.

        https://github.com/google/google-authenticator/wiki/Key-Uri-Format
        """
        text = base64.b32encode(self.secret).decode()
        return f"otpauth://totp/{quote('Can I?')}:{quote(name)}?secret={text}&issuer={quote('Can I?')}"

    def step_of(self, code: str, now: dt.datetime) -> int | None:
        """Return the step whose code this is, if it is one of the present ones and later than the last used."""
        plain = "".join(code.split())
        if len(plain) != DIGITS or not plain.isascii() or not plain.isdigit():
            return None
        totp = TOTP(self.secret, DIGITS, SHA1(), STEP)  # noqa: S303 - the algorithm that authenticator apps know
        present = int(now.timestamp()) // STEP
        for step in (present + drift for drift in DRIFT):
            try:
                totp.verify(plain.encode(), step * STEP)
            except InvalidToken:
                continue
            return step if step > self.used else None
        return None


def new_factor() -> Factor:
    """Return a fresh secret."""
    return Factor(secrets.token_bytes(SECRET_BYTES))


def read(work: UnitOfWork, sealer: Sealer, person_id: str) -> Factor | None:
    """Return a person's second factor, or ``None`` where none was set up. Raise ``SealBroken``."""
    kept = work.sessions.second_factor(person_id)
    if kept is None:
        return None
    given = json.loads(sealer.open(kept[0], kept[1], f"{person_id}/totp"))
    return Factor(base64.b64decode(given["secret"]), given["used"])


def keep(work: UnitOfWork, sealer: Sealer, person_id: str, factor: Factor) -> None:
    """Keep a person's second factor, sealed; commit afterwards."""
    key = sealer.new_key()
    text = json.dumps({"secret": base64.b64encode(factor.secret).decode(), "used": factor.used})
    work.sessions.set_second_factor(person_id, key, sealer.seal(key, text, f"{person_id}/totp"))
