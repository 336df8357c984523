"""The circumstances of a rule: whom it concerns, in which capacity, on which conditions."""

from __future__ import annotations

import re
from typing import Final

from knowledge.importing.grammar import pattern, persons
from knowledge.importing.statements import Statement
from knowledge.importing.wordings import Wording

_CONTACT: Final = frozenset(
    {"befriend", "accept_request", "message", "follow", "own_contact_details", "decline_request", "video_call"}
)
_MET: Final = frozenset(
    [
        "pupil",
        "parent",
        "former_pupil",
        "former_pupil_minor",
        "former_pupil_adult",
        "former_parent",
        "young_person",
        "colleague",
        "service_user",
    ]
)
_PICTURED: Final = frozenset({*_MET, "head"})
_OURS: Final = r"<body>(?:[’]s)? (?:own )?(?:social media |facebook |twitter |instagram )?"
OFFICIAL: Final = pattern(
    r"on behalf of (?:the |our )?(?:<body>|\w+)|\bofficially\b|official (?:<account>|capacity|social|school|page)|"
    r"authori[sz]ed users|"
    r"\bour (?:own )?<account>|" + _OURS + r"(?:accounts?|pages?|sites?)"
)
_THEIRS: Final = pattern(r"(?:separate|approved|official)(?: approved)? <account>|<account> approved")
_PERSONAL: Final = pattern(
    r"personal (?:capacity|use|life|web|account|social|site|profile)|private (?:use|account|capacity|site|social)|"
    r"own (?:account|page|profile|time)"
)
_OUR_PAGE: Final = pattern(
    r"(?:follow|lik|subscrib)\w* (?:\w+ ){0,3}?(?:the |our |its )?(?:<body>(?:[’]s|s[’])?|our|official) "
    r"(?:\w+ ){0,3}?<account>"
)
"""Contact with the school's own pages is contact with nobody."""
_MEANT: Final = {"colleague": ("head",), "school": ("head", "governor", "employer"), "employer": ("school",)}
"""Whoever is criticised with the first is criticised with the others too."""
_BEFORE_EXCEPTION: Final = re.compile(
    r"\b(?:unless|except|save (?:where|that|in)|other than|where (?:parents|a friendship))\b"
)
_BEFORE_CONDITION: Final = re.compile(r"(?<=\w),? (?:even )?(?:if|where|when|provided|as long as|so long as|even)\b")
"""Who is named after this is who must agree or is known, once somebody was named before."""
LEAVE: Final = frozenset(
    [
        "approval",
        "consent",
        "permission",
        "training",
        "registered",
        "form",
        "vetted",
        "disclosed",
        "within_law",
        "unblocked",
        "emergency",
    ]
)


def asked(statement: Statement) -> tuple[str, ...]:
    """Return the conditions on which a statement gives leave."""
    found = tuple(name for name in statement.conditions if name in LEAVE or name == "disclaimer")
    if "permission" in found:
        found = tuple(name for name in found if name != "approval")
    if statement.force == "permitted" and "disrepute" in statement.around and not found:
        found = ("not_disrepute",)
    if "consent" in found and not statement.approver:
        found = tuple(name for name in found if name != "approval")
    return found


def concerned(wording: Wording, statement: Statement) -> tuple[str, ...]:
    """Return the persons whom what a wording names is done to, as far as a statement says."""
    if not wording.who:
        return ()
    said = _BEFORE_EXCEPTION.split(statement.own)[0]
    found = persons(_BEFORE_CONDITION.split(said)[0])
    found = found if _PICTURED.intersection(found) else persons(said)
    if "follow" in wording.acts and found == ("organisation",):
        return found
    if "follow" in wording.acts and _OUR_PAGE.search(statement.own) and not _MET.intersection(found):
        return ("school", "employer")
    if _CONTACT.intersection(wording.acts):
        found = tuple(name for name in found if name in _MET)
    elif "post_photo" in wording.acts:
        found = tuple(name for name in found if name in _PICTURED)
    if "criticise" in wording.acts or "argue" in wording.acts:
        found = tuple(dict.fromkeys((*found, *(more for name in found for more in _MEANT.get(name, ())))))
    default = ("pupil", "parent") if _CONTACT.intersection(wording.acts) else wording.default
    return (
        found
        or tuple(name for name in persons(_BEFORE_EXCEPTION.split(statement.whole)[0]) if name in _MET - {"colleague"})
        or default
    )


def capacity(wording: Wording, statement: Statement, *, split: bool) -> tuple[str, ...]:
    """Return the capacity that a statement, its lead-in or its heading speaks of, in a policy that tells two apart."""
    if not wording.both or not split or ("follow" in wording.acts and _OUR_PAGE.search(statement.own)):
        return ()
    if statement.force == "permitted" and "approval" in statement.conditions and _THEIRS.search(statement.own):
        return ("official",)
    if _PERSONAL.search(statement.own):
        return ("personal",)
    if OFFICIAL.search(statement.own):
        return ("official",)
    before = statement.around.rpartition(" | ")[0]
    if _PERSONAL.search(before):
        return ("personal",)
    return ("official",) if OFFICIAL.search(before) else ()
