"""Who gets in touch, where a question names others too: "his mum has added me" is a parent's request, not a pupil's."""

from __future__ import annotations

import re
from typing import Final

from knowledge.features import plain

_A_PARENT: Final = re.compile(
    r"\b(?:his|her|their|\w+'s) (?:mum|mam|mom|dad|mother|father|nan|gran|parents?)(?:'s| has| have)? (?:just |now )?"
    r"(?:added|adding|asked|asking|wants?|sent|sending|messaged|messaging|dm'?d|followed|following|requested)\b"
)
_STAFF: Final = re.compile(
    r"\b(?:new|other|another|one of the|two of the|our) (?:other )?(?:tas?|lsas?|hltas?|nqts?|ects?|teachers?"
    r"|teaching assistants?|dinner ladies|dinner lady|midday supervisors?|cover supervisors?|caretaker|receptionist)\b"
)
_FAMILIES: Final = re.compile(
    r"\b(?:pupils?|students?|year|kids?|child|children|lads?|girls?|boys?|class|mums?|dads?|parents?|son|daughter|y\d+)\b"
)


def who_gets_in_touch(text: str, read: list[str]) -> list[str]:
    """Return the persons of a question about contact, which were read as none, as pupils or as parents.

    A parent who does something is the one it is about, and the pupil only says whose parent; a colleague is one where
    nobody of the families is named.
    """
    said = plain(text)
    if "pupil" in read and _A_PARENT.search(said):
        return ["parent"]
    if "parent" not in read and _STAFF.search(said) and not _FAMILIES.search(said):
        return ["colleague"]
    return read
