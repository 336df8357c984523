"""How old a former pupil is, where the question gives an age or a year group."""

from __future__ import annotations

import re
from typing import Final

from knowledge.features import plain

ADULT: Final = 18
PLAUSIBLE: Final = range(4, 80)
"""Numbers in this range can be a person's age."""
_BEFORE: Final = (
    r"\b(?:(?:she|he|they)(?: is| are|\'s|\'re|s|re)|aged?|now|turn(?:s|ed)|is|are|only|just|about|nearly)\s+"
)
_AFTER: Final = r"(?!\s*(?:of|years? ago|yrs? ago|pm|am|comments|people))"
_AGE: Final = re.compile(
    rf"{_BEFORE}(?:(?:just|about|nearly|only|now|turned|like|all) )*(\d{{1,2}})\b{_AFTER}"
    r"|\b(\d{1,2})\s*(?:yr|year|years?|yo)s?\s*-?\s*olds?\b|\b(\d{1,2})\s+now\b|\b(\d{2})s\b|, ?(\d{2})\b(?= ?[.,!?]|$)"
)
_TEENS: Final = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_SPELT: Final = {word: number for number, word in enumerate(_TEENS, start=11)} | {
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
}
_YEAR: Final = re.compile(r"\b(?:y|yr|year)\s*(7|8|9|1[0-3])s?\b")
_GROWN: Final = re.compile(
    r"\b(?:uni|university|college lecturer|grown[ -]up|adults?|married|works? (?:at|as|in|for)|over (?:18|eighteen)"
    r"|has (?:a|his own|her own) (?:job|kids|baby)|in (?:his|her|their) (?:twenties|thirties|forties|20s|30s|40s)"
    r"|graduated|driving licence|grown (?:man|woman|lad|lass)|\w+[- ]something"
    r"|(?:kids|children|family) of (?:his|her|their) own"
    r"|(?:dad|father) himself|(?:mum|mam|mother) herself|mortgage"
    r"|taught (?:\w+ ){0,3}?(?:ten|twelve|fifteen|twenty|thirty|[1-4]\d) years (?:ago|back))\b"
)
_YOUNG: Final = re.compile(
    r"\b(?:under 18|under eighteen|under ?age|secondary|high school|comp|big school|sixth form|at college)\b"
)


def of_former_pupil(text: str) -> str | None:
    """Return ``former_pupil_minor`` or ``former_pupil_adult`` where the words tell the age, else None."""
    said = plain(text)
    for word, number in _SPELT.items():
        said = re.sub(rf"\b{word}\b", str(number), said)
    found = (int(group) for match in _AGE.finditer(said) for group in match.groups() if group)
    ages = [age for age in found if age in PLAUSIBLE]
    if ages:
        return "former_pupil_adult" if max(ages) >= ADULT else "former_pupil_minor"
    if _GROWN.search(said):
        return "former_pupil_adult"
    if _YOUNG.search(said) or _YEAR.search(said):
        return "former_pupil_minor"
    return None
