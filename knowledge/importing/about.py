"""What a policy says about itself: its version, its review, its owner, what it is read with, terms, roles and forms.

All of it is found in the words of clauses and of what was left out, and is offered to a reviewer, never settled.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from knowledge.importing.dates import find_date
from knowledge.importing.grammar import data, pattern
from knowledge.importing.model import ImportedClause, LeftOut
from knowledge.importing.sentences import LONGEST, plain, sentences
from knowledge.model import Contact, Definition, Review

DUE = re.compile(
    r"\bnext (?:policy )?review\b|\breview (?:date|due|by)\b|\bdate (?:for|of) (?:the )?next\b"
    r"|\bdue for (?:a )?review\b|\bto be reviewed\b|\bwill be reviewed (?:in|on|by)\b|\bexpiry\b|^review\s*:",
    re.IGNORECASE,
)
LAST = re.compile(
    r"\blast (?:policy )?(?:review\w*|update\w*)\b|\b(?:reviewed|approved|adopted|ratified|agreed|updated|issued)\b"
    r"|\bdate (?:of (?:policy|issue|approval|adoption|last)|approved|adopted|agreed)\b|^date\s*:|\bpolicy date\b",
    re.IGNORECASE,
)
CYCLE = re.compile(
    r"\b(?:annual(?:ly)?|every year|each year|yearly|biennially|bi-?annually|termly|every term|periodic\w*"
    r"|every (?:two|three|four|\d+) years"
    r"|every (?:six|twelve|\d+) months|(?:one|two|three|four|\d)[- ]year(?:ly|s)?(?= cycle|\)))",
    re.IGNORECASE,
)
OWNER = re.compile(
    r"^(?:policy (?:lead|owner|author|holder)|(?:document )?owner|author|lead(?: officer| person)?"
    r"|prepared by|written by"
    r"|(?:person|member of staff|officer|governor|staff) responsible(?: for (?:the |this )?policy)?"
    r"|responsible (?:person|officer|member of staff)|responsibility(?: of)?)\s*[:–-]\s*(?P<who>.{2,80})$",
    re.IGNORECASE,
)
VERSION = re.compile(
    r"\b(?:version|issue|revision|v)\.?\s*(?:no\.?|number)?\s*:?\s*(?P<which>\d+(?:\.\d+)*)\b", re.IGNORECASE
)
READ_WITH = re.compile(
    r"\b(?:in conjunction with|read (?:alongside|together with|with)|alongside (?:the|our)|linked (?:to|with)"
    r"|related (?:policies|documents)|following (?:\w+ )?(?:policies|documents)"
    r"|other (?:relevant )?(?:\w+ )?policies)\b",
    re.IGNORECASE,
)
READ_WITH_HEADING = re.compile(
    r"\b(?:related|linked|associated|relevant|other|supporting)\b.*\b(?:polic|document)|useful links", re.IGNORECASE
)
LISTED = re.compile(
    r"(?:^|(?<=[.!?] ))(?:[^.:;]{0,60}\b(?:read (?:alongside|together with|with)|in conjunction with|alongside)"
    r"|see also|(?:related|linked|associated|other)(?: (?:school )?(?:polic(?:y|ies)|documents?))?)"
    r"\s*:\s*(?P<names>[^.:]{4,400})",
    re.IGNORECASE,
)
"""A line that lists other policies after its colon, parted by semicolons or else by commas."""
NAMED = re.compile(
    r"(?:[A-Z][\w’'&-]*|ICT|IT|of|and|the|for|on|in|at|to|use|internet|e-?mail|acceptable)"
    r"(?:\s+(?:[A-Z][\w’'&/-]*|of|and|the|for|on|in|at|to|use|internet|e-?mail|acceptable|policy|procedures?|code))*",
)
KIND = re.compile(
    r"\b(?:polic(?:y|ies)|procedures?|code|handbook|agreement|guidance|guidelines|strategy|safer\w*)\b", re.IGNORECASE
)
TERM = r"[“\"‘']?(?P<term>[A-Za-z][\w-]*(?:\s[\w-]+){0,4}?)[”\"’']?"
MEANS = (
    re.compile(
        r"^[“\"‘'](?P<term>[^”\"’']{2,60})[”\"’']\s*(?:means?|refers? to|includes?|is|are|:|–|-)\s+(?P<means>.+)$"
    ),
    re.compile(
        rf"^(?:for the purposes? of this policy,?\s+)(?:the terms? )?{TERM}\s+"
        r"(?:means?|refers? to|is|are|includes?)\s+(?P<means>.+)$",
        re.IGNORECASE,
    ),
    re.compile(
        rf"^(?:the terms? )?{TERM}\s+(?:means|refers to|is defined as|is a term used (?:to (?:refer to|describe)|for)"
        r"|includes, but is not limited to)\s*:?\s*(?P<means>.*)$",
        re.IGNORECASE,
    ),
)
NO_TERM = re.compile(r"^(?:this|these|that|those|it|they|there|which|we|you|policy|aim|purpose|the)\b", re.IGNORECASE)
COLLECTED = re.compile(r"\breferred to as\s+[“\"‘'](?P<term>[^”\"’']{2,60})[”\"’']")
FORM = re.compile(r"\b(?:form|declaration|agreement|checklist|template|pro-?forma|slip)\b", re.IGNORECASE)


class About(msgspec.Struct, frozen=True):
    """What was found."""

    version: str | None = None
    review: Review | None = None
    owner: str | None = None
    related: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    contacts: tuple[Contact, ...] = ()
    forms: tuple[str, ...] = ()


def about(clauses: Sequence[ImportedClause], left_out: Sequence[LeftOut]) -> About:
    """Return what clauses, and lines left out such as a cover or a footer, say about the policy itself."""
    lines = [(clause.text, clause.id) for clause in clauses]
    lines += [(one.text, "") for one in left_out if len(one.text) < 200 and "contents" not in one.why]
    review = _review(lines)
    return About(
        _version(lines, review),
        review,
        next((found["who"].strip() for text, _ in lines if (found := OWNER.match(text))), None),
        _related(clauses),
        _definitions(clauses),
        _contacts(clauses),
        _forms(clauses),
    )


def _review(lines: list[tuple[str, str]]) -> Review | None:
    last = due = None
    cycle = None
    told: dict[str, str] = {}
    dated: list[str] = []
    cycles: list[str] = []
    for text, clause in lines:
        reviews = re.search(r"\breview", text, re.IGNORECASE)
        if len(text) > 400 or not (reviews or LAST.search(text)):
            continue
        found = find_date(text) if len(text) < 160 else None
        often = CYCLE.search(text) if reviews else None
        past = re.search(r"\b(?:last|previous)\b", text, re.IGNORECASE)
        before = (last, due)
        if found is not None and DUE.search(text) and not past:
            due = due or found[0]
        elif found is not None and (LAST.search(text) or past):
            last = max(last, found[0]) if last else found[0]
        elif often is None:
            continue
        cycle = cycle or (often.group() if often else None)
        told[text] = clause
        dated += [text] if before != (last, due) else []
        cycles += [text] if often else []
    if not told:
        return None
    # It stands under every answer: each date once, and one whole sentence that says how often.
    whole = [text for text in cycles if text[:1].isupper()] or cycles
    says = " ".join(_closed(text) for text in dict.fromkeys([*dated, *whole[:1]]))
    return Review(says or _closed(next(iter(told))), last, due, cycle, tuple(filter(None, told.values())))


def _closed(text: str) -> str:
    return text if text[-1:] in ".!?;" else f"{text}."


def _version(lines: list[tuple[str, str]], review: Review | None) -> str | None:
    for text, _ in lines:
        found = VERSION.search(text) if len(text) < 120 else None
        if found:
            return found["which"]
    return review.last.isoformat() if review is not None and review.last is not None else None


def _related(clauses: Sequence[ImportedClause]) -> tuple[str, ...]:
    names: list[str] = []
    leads = tuple(f"{clause.id}." for clause in clauses if clause.text[-1:] in ":;" and _reads_with(clause.text))
    for clause in clauses:
        with_others = READ_WITH.search(clause.text)
        listed = bool(leads) and clause.id.startswith(leads) and clause.stem is not None
        headed = any(
            READ_WITH_HEADING.search(head) for head in (clause.section.rpartition(" / ")[2], clause.stem or "")
        )
        if (listed or headed) and len(clause.text) < 100 and clause.text[-1:] != ":":
            names.append(clause.text)
        elif run_on := LISTED.search(clause.text):
            names.extend(re.split(r";\s*" if ";" in run_on["names"] else r",\s*", run_on["names"]))
        elif with_others is not None and clause.text[-1:] not in ":;":
            names.extend(_names(clause.text[with_others.end() :]))
    tidy = (
        re.sub(r"[\s,;.]+(?:and|or)?$|^(?:the|our|its)\s+", "", name.strip(), flags=re.IGNORECASE) for name in names
    )
    return tuple(dict.fromkeys(filter(None, tidy)))


def _reads_with(text: str) -> bool:
    """Whether a list of other policies follows, and not one of laws."""
    return bool(
        READ_WITH.search(text) and KIND.search(text) and not re.search(r"legislation|\bacts?\b", text, re.IGNORECASE)
    )


def _names(text: str) -> list[str]:
    """The policies that a sentence names, by their capitals."""
    first = sentences(text)[:1]
    found = (name.group() for name in NAMED.finditer(first[0] if first else ""))
    apart = (part for name in found for part in re.split(r"\s+and\s+(?:the|our|its)\s+", name))
    return [part for part in apart if KIND.search(part)]


def _definitions(clauses: Sequence[ImportedClause]) -> tuple[Definition, ...]:
    found: dict[str, Definition] = {}
    for place, clause in enumerate(clauses):
        before = ""
        for sentence in sentences(clause.text):
            told = _defined(sentence[:LONGEST], before)
            if told is not None:
                listed = _below(clause, clauses[place + 1 :]) if sentence.endswith((":", ";")) else []
                means = " ".join([told[1], *(item.text for item in listed)]).strip()
                ids = (clause.id, *(item.id for item in listed))
                found.setdefault(told[0].casefold(), Definition(told[0], means, ids))
            before = sentence
    return tuple(found.values())


def _defined(sentence: str, before: str) -> tuple[str, str] | None:
    """The term that a sentence defines and what it means; "These people are called ..." means the sentence before."""
    for form in MEANS:
        match = form.match(sentence)
        if match and not NO_TERM.match(match["term"]):
            return match["term"].strip(), match["means"]
    collected = COLLECTED.search(sentence)
    if collected is None:
        return None
    means = sentence[: collected.start()]
    return collected["term"].strip(), before if re.match(
        r"(?:these|this|those|they)\b", means, re.IGNORECASE
    ) else means


def _below(clause: ImportedClause, after: Sequence[ImportedClause]) -> list[ImportedClause]:
    return [other for other in after if other.id.startswith(f"{clause.id}.") and other.stem is not None]


def _contacts(clauses: Sequence[ImportedClause]) -> tuple[Contact, ...]:
    """The roles that clauses name, each with the first sentence that does and every clause that names it."""
    named: dict[str, list[str]] = {}
    does: dict[str, str] = {}
    for clause in clauses:
        for sentence in sentences(clause.text):
            words = plain(sentence)
            for role, wanted in data()["roles"].items():
                if pattern(wanted).search(words):
                    does.setdefault(role, sentence)
                    if clause.id not in named.setdefault(role, []):
                        named[role].append(clause.id)
    return tuple(Contact(role, does[role], tuple(ids)) for role, ids in named.items())


def _forms(clauses: Sequence[ImportedClause]) -> tuple[str, ...]:
    """Appendices and sections that are forms, in order."""
    tops = dict.fromkeys(clause.section.partition(" / ")[0] for clause in clauses)
    return tuple(top for top in tops if FORM.search(top) and len(top) < 120)
