"""What a pack has beside its clauses, for a drafted policy: routes, review, declaration."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from knowledge.importing.grammar import pattern, roles
from knowledge.importing.model import DraftedClause, ImportedPolicy
from knowledge.importing.sentences import plain, sentences
from knowledge.model import Declaration, PolicyHead, Rereading, Review, Route
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
    r"\b(?:report|tell|told|inform|notif|alert|contact|refer|pass|direct|speak|forward|go to|raise)\w*\b"
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


def head_of(imported: ImportedPolicy, drafted: Sequence[DraftedClause], id: str) -> PolicyHead:  # noqa: A002
    """Return the head of a drafted policy named ``id``."""
    return PolicyHead(
        id=id,
        title=imported.title,
        school=imported.title,
        version=imported.version or "imported",
        review=imported.review or Review("The policy does not say when it is reviewed."),
        rereading=Rereading(12, "The policy does not say how often staff must read it; the school asks once a year."),
        declaration=Declaration(("I have read this policy and understand it.",)),
        owner=imported.owner,
        related=imported.related,
        routes=tuple(_routes(drafted)),
        definitions=imported.definitions,
        contacts=imported.contacts,
    )


def _routes(drafted: Sequence[DraftedClause]) -> Iterator[Route]:
    """Return a route for every kind of report and subject: the policy's own, or the general rule."""
    own = _own_routes(drafted)
    for kind in REPORT_KINDS:
        for about, (to, called) in GENERAL.items():
            if (kind, about) in own:
                yield own[kind, about]
            elif kind == "safeguarding" and about == "anyone":
                yield Route(kind, SAFEGUARDING, about, says=SILENT.format("the designated safeguarding lead"))
            else:
                yield Route(kind, to, about, says=SILENT.format(called))


def _own_routes(drafted: Sequence[DraftedClause]) -> dict[tuple[str, str], Route]:
    """Return the routes that the clauses tell of, by kind and subject."""
    found: dict[tuple[str, str], Route] = {}
    for entry in drafted:
        before = ""
        for sentence in sentences(entry.clause.text):
            words = plain(sentence)
            around = f"{before} {words}"
            before = words
            if not _TELL.search(words):
                continue
            about = "headteacher" if _ABOUT_HEAD.search(around) and "chair" in roles(words) else "anyone"
            to = tuple(role for role in roles(words) if role in TOLD)
            if about == "headteacher":
                first = tuple(role for role in to if role != "chair")
                to = ("chair",)
                if first and re.search(r"headteacher|head|principal", words.split("chair")[0]):
                    _add(found, entry, words, "anyone", first, sentence)
            if to:
                _add(found, entry, around if about == "headteacher" else words, about, to, sentence)
    return found


def _add(
    found: dict[tuple[str, str], Route],
    entry: DraftedClause,
    words: str,
    about: str,
    to: tuple[str, ...],
    sentence: str,
) -> None:
    within = _WITHIN.search(words)
    for kind, wanted in _KINDS.items():
        if re.search(wanted, words):
            found.setdefault(
                (kind, about),
                Route(kind, to, about, clauses=(entry.clause.id,), within=within[0] if within else None, says=sentence),
            )
