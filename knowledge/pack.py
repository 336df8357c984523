"""Reading policy packs from disk, and finding what is wrong with one.

A pack is ``packs/<policy>/policy.toml`` and ``clauses.toml``; docs/packs.md is the guide for those who write them.
Every fault names file, entry and line, so that it can be mended without reading code.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Container, Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from knowledge import terms
from knowledge.model import Clause, Norm, Policy, PolicyHead

PACKS: Final = Path(__file__).parent / "packs"
ROLES: Final = frozenset(
    [
        "headteacher",
        "deputy",
        "chair",
        "vice_chair",
        "dsl",
        "nominated_person",
        "data_controller",
        "line_manager",
        "communications",
        "school_officer",
        "office",
        "staff",
        "governor",
        "contractor",
        "lado",
        "local_authority",
        "trust",
        "police",
        "ceop",
    ]
)
REPORT_KINDS: Final = (
    "breach",
    "cyberbullying",
    "compromised_account",
    "wrong_content",
    "safeguarding",
    "media_enquiry",
    "low_level_concern",
    "other",
)
SUBJECTS: Final = ("anyone", "staff", "headteacher", "chair", "contractor")


class Fault(msgspec.Struct, frozen=True, order=True):
    """Something wrong in a pack: where it stands and what to mend."""

    file: str
    line: int
    entry: str
    says: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.entry}: {self.says}"


class PackError(ValueError):
    """A pack that cannot be read. ``faults`` lists what is wrong with it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = faults


@cache
def installed() -> tuple[str, ...]:
    """Return the names of the packs that ship with the bot, in alphabetical order."""
    return tuple(sorted(path.parent.name for path in PACKS.glob("*/policy.toml")))


@cache
def load_installed(name: str) -> Policy:
    """Return a pack that ships with the bot. Raise ``KeyError`` if there is none, ``PackError`` if it is broken."""
    if name not in installed():
        raise KeyError(name)
    return load(PACKS / name)


def load(folder: Path) -> Policy:
    """Read the pack in a folder. Raise ``PackError`` naming file, entry and line where it cannot be read."""
    head = _decode(folder / "policy.toml", PolicyHead)
    path = folder / "clauses.toml"
    entries = _toml(path).get("clause", [])
    lines = _entry_lines(path.read_text("utf-8"))
    clauses: list[Clause] = []
    faults: list[Fault] = []
    for number, entry in enumerate(entries):
        try:
            clauses.append(msgspec.convert(entry, Clause))
        except msgspec.ValidationError as error:
            faults.append(_fault(path, lines, number, entry, str(error)))
    if faults:
        raise PackError(faults)
    return Policy(head, tuple(clauses))


def clause_lines(folder: Path) -> list[tuple[int, list[int]]]:
    """Return for each clause of the pack in a folder its line, and the lines of its norms, counted from 1."""
    return _entry_lines((folder / "clauses.toml").read_text("utf-8"))


def check(folder: Path) -> list[Fault]:
    """Return every fault of the pack in a folder that can be seen without asking it questions, in file order."""
    try:
        policy = load(folder)
    except PackError as error:
        return error.faults
    path = folder / "clauses.toml"
    lines = clause_lines(folder)
    ids = [clause.id for clause in policy.clauses]
    faults = [
        Fault(_name(path), lines[number][0], f"clause {clause.id}", says)
        for number, clause in enumerate(policy.clauses)
        for says in _clause_faults(clause, ids, ids[:number])
    ]
    head = folder / "policy.toml"
    text = head.read_text("utf-8")
    faults += [Fault(_name(head), _line_of(text, find), entry, says) for find, entry, says in _head_faults(policy, ids)]
    return sorted(faults)


def unusable(policy: Policy) -> Iterator[str]:
    """Yield why a policy from elsewhere cannot be answered from: ids that stand twice, names of nothing known."""
    ids = [clause.id for clause in policy.clauses]
    for number, clause in enumerate(policy.clauses):
        if clause.id in ids[:number]:
            yield f"clause {clause.id}: this id stands twice"
        norms = clause.norms + (clause.theirs.norms if clause.theirs else ())
        yield from (f"clause {clause.id}: {says}" for norm in norms for says in _unknown_names(norm, ids))
    yield from (f"{entry} {says}" for _, entry, says in _head_faults(policy, ids))


def _clause_faults(clause: Clause, ids: list[str], before: list[str]) -> Iterator[str]:
    if clause.id in before:
        yield "this id stands twice"
    if not clause.text.strip():
        yield "the text is empty"
    for number, norm in enumerate(clause.norms, 1):
        for says in _norm_faults(norm, ids):
            yield f"norm {number}: {says}"


def _norm_faults(norm: Norm, ids: list[str]) -> Iterator[str]:
    for name, empty in (("acts", not norm.acts), ("says", not norm.says.strip()), ("examples", not norm.examples)):
        if empty:
            yield f"{name!r} is empty"
    yield from _unknown_names(norm, ids)


def _unknown_names(norm: Norm, ids: list[str]) -> Iterator[str]:
    named = [*norm.acts, *(example.act for example in norm.examples if example.act)]
    yield from _unknown("act", named, terms.acts(), "the acts are in knowledge/vocabulary/acts.toml")
    for facet in terms.FACETS:
        known = terms.values(facet)
        yield from _unknown(facet, getattr(norm, facet), known, "the values are in knowledge/vocabulary/facets.toml")
    yield from _unknown("condition", norm.conditions, terms.values("condition"), "it stands under 'if'")
    for exception in norm.unless:
        facet, _, value = exception.rpartition(":")
        if value not in terms.values(facet or "condition"):
            yield f"unknown exception {exception!r} under 'unless'"
    yield from _unknown("clause", norm.see, ids, "it stands under 'see'")
    yield from _unknown("role", norm.approver, ROLES, "the roles are in docs/packs.md")


def _unknown(what: str, given: Iterable[str], known: Container[str], where: str) -> Iterator[str]:
    for name in given:
        if name not in known:
            yield f"unknown {what} {name!r}; {where}"


def _head_faults(policy: Policy, ids: list[str]) -> Iterator[tuple[str, str, str]]:
    """Return what is wrong in ``policy.toml``: where to look for the line, the entry, and the fault."""
    head = policy.head
    for entry, given, known in (
        *(("[[route]]", (route.kind,), REPORT_KINDS) for route in head.routes),
        *(("[[route]]", (route.about,), SUBJECTS) for route in head.routes),
        *(("[[route]]", (*route.to, *route.also), ROLES) for route in head.routes),
        *(("[[approval]]", approval.by, ROLES) for approval in head.approvals),
        *(("[[unclear]]", unclear.acts, terms.acts()) for unclear in head.unclear),
        *((entry, clauses, ids) for entry, clauses in _cited(head)),
    ):
        for name in given:
            if name not in known:
                yield f'"{name}"', entry, f"names {name!r}, which does not exist"
    for route in head.routes:
        if not route.to:
            yield f'"{route.kind}"', "[[route]]", "ends nowhere: 'to' is empty"
    for kind in REPORT_KINDS:
        if not any(route.kind == kind for route in head.routes):
            yield "[[route]]", "[[route]]", f"no route for reports of kind {kind!r}"


def _cited(head: PolicyHead) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Return every entry of the head that names clauses, with the clauses."""
    yield "[review]", head.review.clauses
    yield "[rereading]", head.rereading.clauses + head.rereading.induction_clauses
    yield "[declaration]", head.declaration.clauses
    named = (head.routes, head.approvals, head.definitions, head.contacts, head.consequences, head.unclear)
    for entries in named:
        for entry in entries:
            yield f"[[{type(entry).__name__.lower()}]]", entry.clauses


def _decode(path: Path, kind: type[PolicyHead]) -> PolicyHead:
    try:
        return msgspec.convert(_toml(path), kind)
    except msgspec.ValidationError as error:
        says = str(error)
        key = re.search(r"`\$\.?(\w+)", says)
        line = _line_of(path.read_text("utf-8"), key[1]) if key else 1
        raise PackError([Fault(_name(path), line, "policy", says)]) from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise PackError([Fault(_name(path), 1, "file", "is missing")]) from None
    except UnicodeDecodeError:
        raise PackError([Fault(_name(path), 1, "file", "is not text in UTF-8")]) from None
    except tomllib.TOMLDecodeError as error:
        at = re.search(r"line (\d+)", str(error))
        raise PackError([Fault(_name(path), int(at[1]) if at else 1, "file", f"is not valid TOML: {error}")]) from None


def _entry_lines(text: str) -> list[tuple[int, list[int]]]:
    """Return for each ``[[clause]]`` its line and the lines of its norms, counted from 1."""
    found: list[tuple[int, list[int]]] = []
    for line, content in enumerate(text.splitlines(), 1):
        if re.match(r"\s*\[\[clause\]\]", content):
            found.append((line, []))
        elif found and re.match(r"\s*\[\[clause\.norm\]\]", content):
            found[-1][1].append(line)
    return found


def _fault(path: Path, lines: list[tuple[int, list[int]]], number: int, entry: dict[str, Any], says: str) -> Fault:
    norm = re.search(r"\.norm\[(\d+)\]", says)
    at, norms = lines[number]
    line = norms[int(norm[1])] if norm and int(norm[1]) < len(norms) else at
    return Fault(_name(path), line, f"clause {entry.get('id', '(no id)')}", says)


def _line_of(text: str, find: str) -> int:
    return next((line for line, content in enumerate(text.splitlines(), 1) if find in content), 1)


def _name(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"
