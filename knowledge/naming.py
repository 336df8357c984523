"""Whether something is to be named after the school: a blog called by its name, a handle with its name in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from knowledge.features import plain

ACT: Final = "school_name_in_profile"
_CALLING: Final = r"(?:called|calling|call|named|name|title|titled|handle|username|@)"
_NEAR: Final = 45
"""Characters between the word for naming and the school's name."""


def named_after(text: str, names: Iterable[str]) -> bool:
    """Return whether a question calls something by one of the school's names, apart or run together."""
    said = plain(text)
    for name in names:
        school = r"\W*".join(map(re.escape, name.lower().split()))
        if re.search(rf"{_CALLING}.{{0,{_NEAR}}}{school}|{school}.{{0,{_NEAR}}}\b(?:title|name|handle)\b", said):
            return True
    return False
