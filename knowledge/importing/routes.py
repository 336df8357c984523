"""Who is told of what, for a drafted policy: from the clauses that say so, filled up with the general rule."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from knowledge.importing.grammar import pattern, roles
from knowledge.importing.model import DraftedClause
from knowledge.importing.sentences import plain, sentences
from knowledge.model import Route
from knowledge.pack import REPORT_KINDS

SILENT: Final = "The policy does not say; the general rule is {}."
GENERAL: Final = {
    "anyone": (("headteacher",), "the headteacher"),
    "headteacher": (("chair",), "the chair of governors"),
    "chair": (("vice_chair", "local_authority"), "the vice-chair, then the local authority"),
}
SAFEGUARDING: Final = ("dsl", "headteacher")
TOLD: Final = frozenset(
    ["headteacher", "deputy", "chair", "dsl", "nominated_person", "line_manager", "communications", "office"]
)
_TELL: Final = pattern(
    r"\b(?:report|tell|told|inform|notif|alert|contact|refer|pass|direct|speak|forward|go to|raise|give|send)\w*\b"
)
_NAME: Final = r"(?:mrs?|ms|miss|dr) [a-z’-]+"
_POST: Final = (
    r"(?:deputy |executive |designated )?(?:head ?teacher|principal|head|safeguarding lead|chair of governors)"
)
_INTRODUCED: Final = re.compile(
    rf"(?P<name>{_NAME}),? (?:who is )?(?:our|the) (?P<post>{_POST})|(?P<posted>{_POST}),? \(?(?P<named>{_NAME})"
)
_WITHIN: Final = re.compile(
    r"immediately|without delay|straight away|at once|same day|as soon as possible|at the earliest opportunity|promptly"
)
_ABOUT_HEAD: Final = pattern(
    r"(?:if|where|by|about|concerns?|against|is) (?:\w+ ){0,5}?(?:the )?(?:head ?teacher|principal|head)\b.{0,60}?"
    r"(?:chair|governors|trust board|board)"
)
_KINDS: Final = {
    "breach": r"breach|misuse|broken|contraven|violation",
    "cyberbullying": r"abus|bull(?:y|ied)|harass|nasty|target|incidents?|untrue|defamat|offensive",
    "compromised_account": r"compromised|hacked|unauthori[sz]ed person|stolen",
    "wrong_content": r"(?:incorrect|inappropriate|wrong|inaccurate) (?:\w+ ){0,3}(?:information|content|material|post)",
    "safeguarding": r"safeguard|child protection|welfare|worr(?:y|ied)|risk of harm",
    "media_enquiry": r"\bpress\b|journalist|media (?:enquir|inquir|attention|interest)|newspaper|local paper",
    "low_level_concern": r"low[- ]level",
}


def people(drafted: Sequence[DraftedClause]) -> dict[str, str]:
    """Return the roles of people whom the policy introduces by name, as in "Ms Lake, our headteacher"."""
    found: dict[str, str] = {}
    for entry in drafted:
        words = plain(entry.clause.text)
        for at in _INTRODUCED.finditer(words):
            name, post = at["name"] or at["named"], at["post"] or at["posted"]
            if roles(post):
                found.setdefault(name, post)
    return found


def routes(drafted: Sequence[DraftedClause], called: Mapping[str, str]) -> Iterator[Route]:
    """Return a route for every kind of report and subject: the policy's own, or the general rule.

    ``called`` gives the role of people whom the policy names (``people``).
    """
    own = _own_routes(drafted, called)
    for kind in REPORT_KINDS:
        for about, (to, general) in GENERAL.items():
            if (kind, about) in own:
                yield own[kind, about]
            elif kind == "safeguarding" and about == "anyone":
                yield Route(kind, SAFEGUARDING, about, says=SILENT.format("the designated safeguarding lead"))
            else:
                yield Route(kind, to, about, says=SILENT.format(general))


def _own_routes(drafted: Sequence[DraftedClause], called: Mapping[str, str]) -> dict[tuple[str, str], Route]:
    """Return the routes that the clauses tell of, by kind and subject."""
    found: dict[tuple[str, str], Route] = {}
    for entry in drafted:
        before = ""
        for sentence in sentences(entry.clause.text):
            words = plain(sentence)
            for name, role in called.items():
                words = words.replace(name, role)
            around = f"{before} {words}"
            before = words
            if not _TELL.search(words):
                continue
            at = _ABOUT_HEAD.search(words)
            about_head = "chair" in roles(words) and (at or _ABOUT_HEAD.search(around))
            about = "headteacher" if about_head else "anyone"
            to = tuple(role for role in roles(words) if role in TOLD)
            if about_head:
                to = tuple(role for role in roles(words[: at.start()] if at else "") if role in TOLD)
                if to:
                    _add(found, entry, words, "anyone", to, sentence)
                to = ("chair",)
            if to:
                _add(found, entry, around if about_head else words, about, to, sentence)
    return found


def _add(
    found: dict[tuple[str, str], Route],
    entry: DraftedClause,
    words: str,
    about: str,
    to: tuple[str, ...],
    sentence: str,
) -> None:
    """Add what a sentence tells of each kind of report that it speaks of to what others have told."""
    within = _WITHIN.search(words)
    for kind, wanted in _KINDS.items():
        if not re.search(wanted, words):
            continue
        before = found.get((kind, about))
        told = (*(before.to if before else ()), *to)
        found[kind, about] = Route(
            kind,
            tuple(sorted(dict.fromkeys(told), key=lambda role: role != "headteacher")),
            about,
            clauses=tuple(dict.fromkeys((*(before.clauses if before else ()), entry.clause.id))),
            within=(before.within if before else None) or (within[0] if within else None),
            says=before.says if before else sentence,
        )
