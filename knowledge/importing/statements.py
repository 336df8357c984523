"""What the sentences of a clause say: each with its force, conditions and exceptions, an item with its lead-in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from knowledge.importing.answers import Answer, in_row, under_question
from knowledge.importing.columns import cells
from knowledge.importing.grammar import (
    OPPOSITE,
    SURELY_BARRED,
    Found,
    conditions,
    exceptions,
    fact,
    force_of,
    roles,
    under_heading,
)
from knowledge.importing.model import ImportedClause
from knowledge.importing.schoolnames import without_names
from knowledge.importing.sentences import parts, plain, sentences
from knowledge.model import Force

IMPERATIVE: Final = 0.75
"""A rule no surer than this is the plain imperative, which takes its force from the heading that it stands under."""
_FLIPPED: Final = re.compile(r"^(?:by )?(?:fail(?:ing|ure)? to|neglect(?:ing)? to|omit(?:ting)? to|not (?!to ))")
_BARRED: Final = re.compile(r"\b(?:not|no|never)\b")
_LIMITED: Final = re.compile(
    r"\b(?:unless|without|except|save|until|before|prior|other than|in advance|only (?:in|if|when|with|where)|"
    r"not be .{0,60} unless)\b"
)
_ITEMS: Final = re.compile(r"^(?:do|dos|do’s|always|remember|please|staff should|you should)\W*$")
_VERBAL: Final = re.compile(r"(?:are|is|must|may|should|shall|will|can|cannot|have to|has to|need to)\b")
_SUBJECT: Final = re.compile(
    r"([\w’ ,/()-]{3,80}?) (?:are|is|must|may|should|shall|will|can|cannot|have to|has to|need to)\b"
)
_LIKEWISE: Final = re.compile(r"^(?:so (?:will|do|does|are|is)|the same (?:goes|applies|holds)|nor|neither)\b")
_CARRIED: Final = re.compile(r"^(?:this|these) (?:will |may |should |must |can )?(?:also )?includes?\b")
_THEY: Final = re.compile(
    r"^(?:they (?=(?:may|must|can|should|shall|are) )|it (?=(?:may|must|can|should|shall) (?:not |only |never )?be ))"
)
_DO_SO: Final = re.compile(r"\b(?:do|doing|done) so\b")
_DEED: Final = re.compile(
    r"^.*?\b(?:must|should|shall|may|can|will|(?:allowed|permitted|advised|asked|expected|required|encouraged|free) to|"
    r"(?:discretion|caution|care) in)\b(?: (?:not|never|only|to|be))* (?P<deed>.+)$"
)
_SAME: Final = re.compile(r"^the same ")
_FIRST: Final = re.compile(r"\b(?:before|without|only|unless|first|until)\b")


class Statement(NamedTuple):
    """One thing that a clause says. ``said`` is as printed; ``own`` and ``whole`` are plain, without and with lead-in.

    ``minded`` is the force with which the reader is told to be aware of something.
    """

    said: str
    own: str
    whole: str
    around: str
    force: Force
    sure: float
    only: bool = False
    conditions: tuple[str, ...] = ()
    exceptions: tuple[str, ...] = ()
    approver: tuple[str, ...] = ()
    minded: Force | None = None
    otherwise: Force | None = None


def statements(clause: ImportedClause, names: Sequence[str] = (), heads: Sequence[str] = ()) -> list[Statement]:
    """Return what a clause says, sentence by sentence, each with its force.

    ``names`` are what the policy calls its school, in lower case; ``heads`` those of the columns of its tables.
    """
    stem = plain(clause.stem or "")
    heading = plain(heading_of(clause))
    lead = without_names(plain(sentences(clause.stem)[-1]), names) if clause.stem else ""
    led = _lead_force(lead) if lead else None
    around = f"{plain(clause.section)} | {stem} | {plain(clause.text)}"
    found: list[Statement] = []
    for number, (sentence, rule) in enumerate(_sentences(clause, heads)):
        before = ""
        for part in [sentence] if rule else _parted(sentence):
            own = without_names(rule or _with_subject(plain(part), before), names)
            own = _told_again(own, found[-1].own if found else "")
            before = own
            under = led if number == 0 or _bare(part) else None
            if found and found[-1].force != "stated" and (_LIKEWISE.match(own) or _CARRIED.match(own)):
                under = Found(found[-1].force, only=False, sure=0.75)
                own = f"{found[-1].own} {own}" if _SAME.match(own) else own
            found.append(_statement((part, own), lead if number == 0 else "", under, heading, around))
    return found


def _sentences(clause: ImportedClause, heads: Sequence[str]) -> list[Answer]:
    """Return the sentences of a clause, those that answer a question with the rule that they stand for."""
    about, values = cells(clause.text, heads) or ("", [])
    row = in_row(f"{about}: {'; '.join(values)}" if values else clause.text)
    if row and (about or not values):
        return [Answer(clause.text, row)]
    if values:
        return [*map(_as_it_stands, [about, *values] if about else values)]
    first, *others = sentences(clause.text) or [clause.text]
    if first.endswith("?") and others:
        return [Answer(first, ""), *(under_question(first, " ".join(others)) or map(_as_it_stands, others))]
    return under_question(heading_of(clause), clause.text) or [*map(_as_it_stands, sentences(clause.text))]


def _with_subject(part: str, before: str) -> str:
    """Return a part that begins with its verb with the subject of the part before it."""
    subject = _SUBJECT.match(before) if _VERBAL.match(part) else None
    return f"{subject[1]} {part}" if subject else part


def _told_again(own: str, before: str) -> str:
    """Return a part with what "they", "it" and "do so" stand for in it, by the part before."""
    subject = _SUBJECT.match(before)
    if subject and _THEY.match(own) and not subject[1].endswith(" that"):
        own = _THEY.sub(lambda _: f"{subject[1]} ", own)
    deed = _DEED.match(before)
    return _DO_SO.sub(lambda _: deed["deed"].strip(" .;,"), own) if deed else own


def _as_it_stands(sentence: str) -> Answer:
    return Answer(sentence, "")


def heading_of(clause: ImportedClause) -> str:
    """Return the heading that a clause stands under, without those above it and without its number."""
    return re.sub(r"^[\d.]+\s+", "", clause.section.rpartition(" / ")[2])


def _bare(part: str) -> bool:
    return force_of(plain(part)) is None and not re.match(r"(?:the|this|it|if|where|once|any)\b", plain(part))


def _parted(sentence: str) -> list[str]:
    """Return the parts of a sentence that each have a force of their own; what has none stays with what it joins."""
    found: list[str] = []
    for part in parts(sentence):
        if found and (force_of(plain(part)) is None or force_of(plain(found[-1])) is None):
            found[-1] = f"{found[-1]} and {part}"
        else:
            found.append(part)
    return found


def _lead_force(lead: str) -> Found | None:
    if _ITEMS.match(lead):
        return Found("recommended", only=False, sure=0.8)
    found = force_of(lead)
    if fact("leave", lead) and not (found and found.force in {"prohibited", "discouraged"}):
        return Found("permitted", only=True, sure=0.8)
    if fact("barred", lead):
        return Found("prohibited", only=False, sure=0.85)
    if fact("asked", lead) and not (found and found.force in {"prohibited", "discouraged"}):
        return Found("required", only=False, sure=0.8)
    if found and found.force in {"required", "recommended", "permitted"} and fact("lead", lead):
        return None
    return found


def _statement(words: tuple[str, str], lead: str, led: Found | None, heading: str, around: str) -> Statement:
    part, own = words
    whole = f"{lead} {own}".strip()
    mine = force_of(own)
    if led is None and not lead and (mine is None or mine.sure <= IMPERATIVE):
        led = _lead_force(heading)
        led = led if led and (led.force in {"prohibited", "discouraged"} or fact("heads", heading)) else None
        led = led or under_heading(heading)
    found = None if fact("form", heading) else mine or led
    if led and mine and found:
        found = _together(led, mine)
    if led and not mine and led.force in {"required", "recommended"} and _BARRED.search(own):
        found = Found(OPPOSITE[led.force], only=False, sure=0.8)
    if led and led.force in {"prohibited", "discouraged"} and _FLIPPED.search(own):
        found = Found(OPPOSITE[led.force], only=False, sure=led.sure)
    minded = None
    if found and found.force in {"required", "recommended"} and fact("aware", own):
        minded, found = found.force, None
    if found is None:
        return Statement(part, own, whole, around, "stated", 0.85, minded=minded, approver=roles(own))
    asked = conditions(own)
    approver = roles(own)
    if led and led.only and not asked and (not lead or fact("leave", lead)):
        asked, approver = conditions(lead) or ("approval",), roles(lead or heading)
    if not asked and lead and _FIRST.search(lead):
        asked, approver = conditions(lead), roles(lead)
    made = Statement(part, own, whole, around, found.force, found.sure, found.only, asked, exceptions(own), approver)
    return _limited(made)


def _together(led: Found, mine: Found) -> Found:
    """Return the force of an item that has one of its own under a lead-in that has one too."""
    if mine.only or (mine.force == "prohibited" and mine.sure > SURELY_BARRED):
        return mine
    if led.force in {"prohibited", "discouraged"}:
        return led
    if mine.force == "prohibited" and led.force == "recommended":
        return Found("discouraged", only=False, sure=0.8)
    return mine if mine.force in {"prohibited", "discouraged"} else led


def _limited(made: Statement) -> Statement:
    """Turn "not … without" and "not … unless" into leave on a condition."""
    spared = made.conditions == ("disclosed",) and any(name.startswith("person:") for name in made.exceptions)
    if made.force in {"prohibited", "discouraged"} and made.conditions and not spared and _LIMITED.search(made.own):
        otherwise: Force | None = "discouraged" if made.force == "discouraged" else None
        return made._replace(force="permitted", sure=made.sure * 0.95, otherwise=otherwise)
    if made.only and not made.conditions and fact("some", made.own):
        return made._replace(conditions=("approval",), sure=0.75)
    if made.only and not made.conditions and re.search(r"\b(?:must|shall) (?:\w+ )?only\b", made.own):
        return made._replace(force="required", only=False, sure=0.7)
    return made
