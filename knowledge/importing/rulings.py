"""What a statement rules: its force on each act that it names, with circumstances, conditions and exceptions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, cast

import msgspec

from knowledge.importing import using
from knowledge.importing.circumstances import asked, capacity, concerned
from knowledge.importing.grammar import OPPOSITE, pattern, persons
from knowledge.importing.statements import Statement
from knowledge.importing.wordings import Wording, done, either, freely, named
from knowledge.model import Force, Norm

DEEDS: Final = frozenset({"prohibited", "discouraged", "permitted"})
"""The forces that something done can have; duties have the others."""
_FRIENDS: Final = pattern(
    r"(?:where|if|when) .{0,80}"
    r"(?:personal friends|(?:connections?|relationships?|friendships?)\b.{0,40}(?:prior|before|exist|establish)|"
    r"friends? already|already friends|friendship|were friends|known .{0,20}before|"
    r"(?:knew|know|met) (?:them|the parents?|each other|some(?:body|one)|that person) (?:\w+ ){0,2}?"
    r"(?:before|already|first)|"
    r"(?:existing|prior|previous|long-?standing|old) (?:\w+ )?(?:friend\w*|relationship|connection))"
)
_RELATED: Final = pattern(
    r"(?:(?:any|all|those) )?<staff> (?:who|that) (?:are|is) (?:\w+ )?related to [^,;]{3,60}? (?:may|can)\b"
)
_CONFLICT: Final = pattern(r"(?:if|where|when) .{0,60}(?:conflicts? of interest|objectivity|impartiality)")
_PROVIDED: Final = re.compile(
    r"\b(?:provided|providing|as long as|so long as|on condition|subject to|only|unless|except|without|"
    r"(?:if|where|when)(?! (?:they|you|i) work\b))\b|"
    r"^(?:some|certain|not all)\b|^(?:all |any )?\w+(?: of staff)? who (?:are|have|also|hold|live|know)\b"
)
"""What is allowed with such words is allowed on a condition."""
_AGED: Final = pattern(r"<former>[ -]?<pupil>.*\b(?:as soon as|once|after|when)\b")
_SOME: Final = re.compile(r"^(?:some|certain|not all|authori[sz]ed)\b|\bcertain (?:staff|employees|members)")
_CONTACT: Final = frozenset(
    ["befriend", "accept_request", "follow", "be_followed", "message", "reply_message", "keep_existing_contact"]
)
_UNTROUBLED: Final = frozenset(
    [
        "colleague",
        "former_pupil_adult",
        "former_parent",
        "friend_or_family",
        "parent_friend",
        "school",
        "employer",
        "organisation",
    ]
)
_CAREFUL: Final = frozenset({"pupil", "former_pupil_minor", "young_person", "service_user", "head"})
"""With these, contact that is allowed in so many words is not allowed even on "as the clause says"."""
_FAMILIES: Final = pattern(r"<pupil>|<parent>")
_BROKEN: Final = re.compile(r"\b(?:breach\w*|contraven\w*|violat\w*|conflicts? with|infring\w*|tolerated|delet\w*)\b")
_LEAVE: Final = frozenset({"approval", "permission"})
_OFFICIALLY: Final = {"pupil": "message_pupils_officially", "parent": "message_parents_officially"}
_BETWEEN_FRIENDS: Final = (
    "befriend",
    "accept_request",
    "follow",
    "be_followed",
    "message",
    "reply_message",
    "keep_existing_contact",
)


class Draft(NamedTuple):
    """A norm with the statement that it comes from, and how sure it is.

    ``derived`` norms go beyond the statement's words, to what goes with them; they give way to a clause that says so.
    """

    norm: Norm
    statement: Statement
    sure: float
    derived: bool = False


def rulings(statement: Statement, *, split: bool, about: Sequence[Wording] | None = None) -> Iterator[Draft]:
    """Return what a statement rules. ``split`` tells that the policy speaks of one's own and the school's accounts.

    ``about`` is what it is about, where its own words do not name it.
    """
    for use in using.rules(statement) if about is None else ():
        conditions = asked(statement) if use.force == "permitted" else ()
        if use.force == "permitted" and not conditions and _SOME.search(statement.own):
            continue
        norm = Norm(use.force, use.acts, "", time=use.time, device=use.device, conditions=conditions, unless=use.unless)
        yield Draft(norm, statement, statement.sure * 0.9)
    if _FRIENDS.search(statement.own) and _friendly(statement):
        yield _between_friends(statement)
        return
    for wording in named(statement) if about is None else about:
        force = _force(wording, statement)
        acts = _possible(wording.acts, force)
        if force is None or not acts:
            continue
        norm = _norm(wording, statement, force, acts, split=split)
        if force == "permitted" and (not norm.conditions or _to_family(norm, statement)):
            norm = _freely(msgspec.structs.replace(norm, conditions=()), statement)
        if not norm.acts:
            continue
        yield Draft(norm, statement, statement.sure)
        if force == "prohibited" and statement.force == "permitted" and wording.inverse:
            yield _by_ours(norm, statement)
        yield from _beyond(wording, statement, norm)


def _by_ours(norm: Norm, statement: Statement) -> Draft:
    """Return the leave to do with the school's own device what may not be done with one's own."""
    conditions = asked(statement) or _as_stated(statement._replace(only=False))
    made = msgspec.structs.replace(norm, force="permitted", device=("school",), conditions=conditions)
    return Draft(made, statement, statement.sure * 0.8)


def _freely(norm: Norm, statement: Statement) -> Norm:
    """Return what of a norm may be allowed without any condition. Contact with pupils or parents never is, as such."""
    acts = tuple(act for act in norm.acts if act in freely())
    if "join_group" in acts and not _FAMILIES.search(statement.own):
        return msgspec.structs.replace(norm, acts=acts, person=("organisation", "colleague"))
    if not _CONTACT.intersection(acts):
        return msgspec.structs.replace(norm, acts=acts)
    family = _family(statement)
    person = ("pupil_relative",) if family else tuple(name for name in norm.person if name in _UNTROUBLED)
    if not person and norm.person and not _CAREFUL.intersection(norm.person):
        return msgspec.structs.replace(norm, acts=acts, conditions=("as_stated",))
    return msgspec.structs.replace(norm, acts=acts if person else (), person=person)


def _family(statement: Statement) -> bool:
    return "pupil_relative" in persons(statement.own, family=True)


def _beyond(wording: Wording, statement: Statement, norm: Norm) -> Iterator[Draft]:
    """Return what goes with a norm: acts of the same kind, the opposite of its mirror image, leave for family."""
    also = tuple(act for act in wording.also if _possible((act,), norm.force))
    if also and norm.force != "permitted":
        yield Draft(msgspec.structs.replace(norm, acts=also), statement, statement.sure * 0.8, derived=True)
    yield from _in_general(wording, statement, norm)
    if "message" in norm.acts and norm.capacity == ("official",) and norm.force != "permitted":
        officially = tuple(_OFFICIALLY[person] for person in norm.person if person in _OFFICIALLY)
        if officially:
            made = msgspec.structs.replace(norm, acts=officially, person=(), capacity=())
            yield Draft(made, statement, statement.sure * 0.8, derived=True)
    if "former_pupil_minor" in norm.person and "pupil" not in norm.person and norm.force in OPPOSITE:
        made = msgspec.structs.replace(
            norm, force="permitted", person=("former_pupil_adult",), conditions=("as_stated",), unless=()
        )
        yield Draft(made, statement, statement.sure * 0.6, derived=True)
    opposite = OPPOSITE.get(norm.force)
    mirrored = _possible(wording.mirror, opposite)
    if mirrored and opposite and not norm.conditions:
        made = msgspec.structs.replace(norm, force=opposite, acts=mirrored, approver=())
        yield Draft(made, statement, statement.sure * 0.8, derived=True)
    if "person:pupil_relative" in norm.unless and "disclosed" in statement.conditions:
        made = msgspec.structs.replace(
            norm, force="permitted", person=("pupil_relative",), conditions=("disclosed",), unless=()
        )
        yield Draft(made, statement, statement.sure * 0.8)


def _in_general(wording: Wording, statement: Statement, norm: Norm) -> Iterator[Draft]:
    """Return the bar on what plainly falls under a bar, or under what is asked, though other words name it."""
    barred = norm.force in {"prohibited", "discouraged"}
    acts = wording.loosely if barred else wording.against if norm.force in {"required", "recommended"} else ()
    if acts and not norm.content:
        force = norm.force if barred else OPPOSITE[norm.force]
        person = norm.person or persons(statement.own)
        made = Norm(force, acts, "", person=person, capacity=norm.capacity, unless=norm.unless, catch_all=True)
        yield Draft(made, statement, statement.sure * 0.7, derived=True)


def _possible(acts: tuple[str, ...], force: Force | None) -> tuple[str, ...]:
    return tuple(act for act in acts if act in either() or (act in done()) == (force in DEEDS))


def _force(wording: Wording, statement: Statement) -> Force | None:
    """Return the force that a statement has on what a wording names, or None where it has none."""
    if wording.force:
        return cast("Force", wording.force)
    if statement.force == "stated":
        return statement.minded if wording.minded else None
    if wording.other_means:
        return OPPOSITE.get(statement.force)
    if not done().intersection(wording.acts):
        if _BROKEN.search(statement.own) and statement.force in {"prohibited", "discouraged"}:
            return OPPOSITE[statement.force]
        limited = statement.force == "permitted" and (statement.conditions or statement.only)
        return "required" if limited and not either().intersection(wording.acts) else statement.force
    return _force_on_deeds(wording, statement)


def _force_on_deeds(wording: Wording, statement: Statement) -> Force | None:
    """Return the force of a statement on something that people do, as against a duty."""
    force = statement.force
    if wording.inverse and wording.inverse.search(statement.own):
        return "prohibited"
    if force in {"required", "recommended"}:
        if wording.required and not _LEAVE.intersection(statement.conditions):
            return cast("Force", wording.required)
        return "permitted" if asked(statement) else None
    if wording.grave and (force == "discouraged" or (force == "permitted" and "consent" not in statement.conditions)):
        return "prohibited"
    return force


def _norm(wording: Wording, statement: Statement, force: Force, acts: tuple[str, ...], *, split: bool) -> Norm:
    conditions = (asked(statement) or _as_stated(statement)) if force == "permitted" else ()
    whose, other = ("permission", "consent") if "copy_material" in acts else ("consent", "permission")
    if whose == "permission" and not statement.approver:
        conditions = tuple(whose if name == "approval" else name for name in conditions)
    conditions = tuple(dict.fromkeys(whose if name == other else name for name in conditions))
    whom = concerned(wording, statement)
    if wording.whom and force == "prohibited" and _CONFLICT.search(statement.own):
        conditions = ("conflict",)
    spared = {"person:pupil_relative": "pupil", "person:parent_friend": "parent"}
    unless = tuple(
        name for name in statement.exceptions if name == "emergency" or (name in spared and spared[name] in whom)
    )
    return Norm(
        force=force,
        acts=acts,
        says="",
        person=whom,
        time=wording.time,
        capacity=("personal",) if wording.other_means else capacity(wording, statement, split=split),
        content=wording.content,
        conditions=conditions,
        unless=unless if force != "permitted" else (),
        otherwise=statement.otherwise if conditions and force == "permitted" else None,
        approver=statement.approver if "approval" in conditions else (),
        catch_all=wording.catch_all,
    )


def _to_family(norm: Norm, statement: Statement) -> bool:
    """Return whether the one condition of a leave is that they are family, which the person of the norm says."""
    stated = norm.conditions == ("as_stated",) and not statement.only
    return stated and bool(_CONTACT.intersection(norm.acts)) and bool(_RELATED.match(statement.own))


def _as_stated(statement: Statement) -> tuple[str, ...]:
    """Return the condition that stands for one that was not understood, where a statement makes one."""
    return ("as_stated",) if statement.only or _AGED.search(statement.own) or _PROVIDED.search(statement.own) else ()


def _friendly(statement: Statement) -> bool:
    """Return whether a sentence on friends says what they are to do, and does not bar them."""
    return statement.force in {"required", "recommended", "permitted"} or (
        statement.force == "stated" and bool(asked(statement))
    )


def _between_friends(statement: Statement) -> Draft:
    """Return the leave that "where parents are personal friends, staff must …" gives on that condition."""
    conditions = asked(statement) or ("within_law",)
    norm = Norm("permitted", _BETWEEN_FRIENDS, "", person=("parent_friend",), conditions=conditions)
    return Draft(norm, statement, statement.sure * 0.7)
