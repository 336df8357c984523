"""References, codes and form keys: random, readable, and safe to read out over the telephone.

Crockford's base 32 (https://www.crockford.com/base32.html): no I, L, O or U; what is misread is put right on reading.
"""

from __future__ import annotations

import secrets
from typing import Final

from bot.audit import digest

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16
"""Characters in a reference: 80 random bits."""
GROUP: Final = 4
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": "", " ": "", "\u2013": "", "\u2011": ""})


def new_reference() -> str:
    """Return a fresh reference of 80 random bits, such as ``7K3Q-M0XR-2B9T-HW5C``."""
    return _grouped(secrets.randbits(5 * LENGTH))


def new_form_key() -> str:
    """Return the key that a form is drawn with: 192 random bits. One key has one effect."""
    return secrets.token_urlsafe(24)


def code_of(form_key: str) -> str:
    """Return the anonymous reporter's code that belongs to a submission key.

    It follows from the key, so that a form sent twice gets the same code; the key itself is never stored.
    """
    return _grouped(int(digest("code", form_key)[: LENGTH * 5 // 4], 16))


def once_of(form_key: str) -> str:
    """Return what is stored of a submission key: enough to know it again, nothing to work back from."""
    return digest("once", form_key)


def hash_of_code(code: str) -> str:
    """Return what is stored of a code."""
    return digest("code hash", code)


def read_reference(text: str) -> str:
    """Return a reference or code as it is written here, from however it was typed; empty for what cannot be one."""
    plain = text.strip().upper().translate(_MISREAD)
    if len(plain) != LENGTH or any(letter not in ALPHABET for letter in plain):
        return ""
    return "-".join(plain[i : i + GROUP] for i in range(0, LENGTH, GROUP))


def _grouped(number: int) -> str:
    letters = "".join(ALPHABET[(number >> (5 * i)) & 31] for i in reversed(range(LENGTH)))
    return "-".join(letters[i : i + GROUP] for i in range(0, LENGTH, GROUP))
