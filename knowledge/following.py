"""Second turns: a message that completes the question before it ("and on my own phone?", "she's my niece")."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from knowledge import terms
from knowledge.ages import of_former_pupil
from knowledge.features import words
from knowledge.reading import Reading
from knowledge.ruling import Ruling

SHORT: Final = 20
"""A message of more words than this is a question of its own, unless it opens like a second turn."""
CLEAR: Final = 0.5
_OPENINGS: Final = re.compile(
    r"^(?:and|but|or|so|also|then|yes|yeah|yep|yup|no|nope|nah|not|what about|how about|what if|even if|if it|same"
    r"|it(?:'s|s| is)|(?:she|he)(?:'s|s| is)|they(?:'re|re| are)|i'?m the|on my|on the|at lunch|in my|with|without"
    r"|only|just|my own|during|after|before)\b"
)
_ASKING: Final = re.compile(
    r"^(?:and|but|or|what|who|when|where|why|how|can|could|may|is|are|am|do|does|did|should|would|will|must|has|have)\b"
)
_CLOSING: Final = re.compile(
    r"^(?:kind |best |warm |many |with )*(?:regards|wishes|thanks|thank you|cheers|ta|yours|sincerely)\b"
)
"""How a letter ends; a name follows."""
_YES: Final = re.compile(
    r"^(yes|yeah|yep|yup|aye|sure|correct|it is|it does|they are|he is|she is|i have|i am|they have)\b"
)
_NO: Final = re.compile(
    r"^(no|nope|nah|not|never|it isn't|it isnt|they aren't|he isn't|she isn't|i haven't|i havent|i'm not)\b"
)


def follows(new: Reading, *, asked: bool = False) -> bool:
    """Return whether a message reads as a second turn rather than as a question of its own.

    ``asked``: the answer before asked for a fact, so that a plain statement is taken as its answer.
    """
    said = [word for word in words(new.text) if word != "?"]
    act, share = new.acts[0]
    if act == "follow_up" or (asked and len(said) <= SHORT and not _is_question(new.text)):
        return True
    if _OPENINGS.match(" ".join(said)) and len(said) <= SHORT:
        return True
    return len(said) <= SHORT // 2 and share < CLEAR


def greets(new: Reading) -> bool:
    """Return whether a part of a message only greets or thanks, or is how a letter ends."""
    said = words(new.text)
    closes = len(said) <= SHORT // 2 and bool(_CLOSING.match(" ".join(said))) and not _is_question(new.text)
    return new.act == "greeting" or closes


def asks(new: Reading) -> bool:
    """Return whether a part of a message asks something: no greeting or thanks, no bare name, number or remark."""
    if greets(new) or not any(word.isalpha() for word in words(new.text)):
        return False
    return new.act not in terms.act_groups()["not_a_question"] or _is_question(new.text)


def complete(before: Reading, ruling: Ruling, new: Reading) -> Reading:
    """Return the question before with what the second turn adds: its act if it names one, its facts, an answer.

    ``ruling`` is the answer that was given to ``before``; a bare yes or no answers the fact that it asked for.
    """
    own_act = (
        new.acts[0][0] not in terms.act_groups()["not_a_question"]
        and new.acts[0][1] >= CLEAR
        and _is_question(new.text)
    )
    merged = replace(
        new if own_act else before,
        text=f"{before.text} … {new.text}",
        kind=before.kind,
        negated=before.negated or new.negated,
        **{facet: new.said(facet) or before.said(facet) for facet in terms.FACETS},
        met=(before.met | new.met) - new.unmet,
        unmet=(before.unmet | new.unmet) - new.met,
    )
    return _answered(_aged(merged, new.text), ruling, new.text)


def _is_question(text: str) -> bool:
    return "?" in text or bool(_ASKING.match(" ".join(words(text))))


def _aged(reading: Reading, text: str) -> Reading:
    """Take an age said afterwards as that of the former pupil in the question before."""
    age = of_former_pupil(text) if "former_pupil" in reading.person else None
    return replace(reading, person=(age,)) if age else reading


def _answered(reading: Reading, ruling: Ruling, text: str) -> Reading:
    """Take a yes or no as the answer to the fact that was asked for."""
    if ruling.asks is None:
        return reading
    said = " ".join(words(text))
    if _YES.match(said):
        return _with_answer(reading, ruling.asks, yes=True)
    if _NO.match(said):
        return _with_answer(reading, ruling.asks, yes=False)
    return reading


def _with_answer(reading: Reading, fact: str, *, yes: bool) -> Reading:
    if fact in terms.values("condition") and fact not in reading.met | reading.unmet:
        if yes:
            return replace(reading, met=reading.met | {fact})
        return replace(reading, unmet=reading.unmet | {fact})
    if fact in terms.values("person") and yes:
        return replace(reading, person=(fact,))
    if fact == "age":
        return replace(reading, person=("former_pupil_minor" if yes else "former_pupil_adult",))
    return reading
