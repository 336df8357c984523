"""Taking a file in as a draft of a school's own policy: all of it or nothing, with what was reviewed before."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import msgspec

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.own_policy import Draft, Entry, PolicyText
from bot.own_standing import in_force
from bot.ports import Clock, Store, UnitOfWork
from bot.wording import say
from knowledge.comparing import Pair, Worded, compare
from knowledge.importing.model import DraftedClause, ImportedClause, ImportedPolicy
from knowledge.model import PolicyHead

LONGEST_ID: Final = 40
LARGEST_FILE: Final = 50_000_000
"""Bytes of a policy; what is larger holds pictures or is no policy."""
_ID: Final = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_ID - 1}}}")

Progress = Callable[[str, float], None]
"""Told what is being done, and how far it has come (0 to 1)."""


class NotTaken(Exception):
    """A file was not taken in, and nothing of it is kept. The message is for the person who brought it."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a file came to: its text, what was drafted of each clause, and everything of the policy beyond clauses."""

    document: ImportedPolicy
    drafted: tuple[DraftedClause, ...]
    head: PolicyHead


class Press(Protocol):
    """Turns a file into a draft (``bot.own_press``)."""

    def press(self, data: bytes, name: str, policy: str, progress: Progress | None) -> Pressed:
        """Return what a file comes to. Raise ``NotTaken``."""
        ...


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A draft that was made, and how many of its clauses were reviewed in an earlier version already."""

    draft: Draft
    document: ImportedPolicy
    carried: int


class Importing:
    """Takes files in."""

    def __init__(self, store: Store, clock: Clock, press: Press) -> None:
        self._store = store
        self._clock = clock
        self._press = press

    def take_in(
        self,
        school_id: str | None,
        person_id: str | None,
        data: bytes,
        name: str,
        policy: str = "",
        progress: Progress | None = None,
    ) -> TakenIn:
        """Take a file in as the open draft of a policy; an open draft that was there is dropped, and kept.

        ``person_id`` is empty for an operator, ``school_id`` where there is no school yet, ``policy`` where the name is
        to be made from the title. Raise ``NotTaken``, ``PermissionError`` or ``StoreBusy``.
        """
        if school_id is not None and person_id is not None:
            self._allow(school_id, person_id)
        pressed = self._press.press(data, name, named(policy) if policy else "", progress)
        policy = named(policy) if policy else slug(pressed.document.title or name)
        with self._store.begin() as work:
            now = self._clock.now()
            text = PolicyText(
                uuid.uuid4().hex, school_id, policy, name, _digest(data), now, person_id, pressed.document
            )
            work.own.put_text(text)
            taken = self._draft(work, text, pressed)
            if school_id is not None:
                work.audit.note(school_id, person_id, "policy.imported", taken.draft.id, digest(policy, text.digest))
            work.commit()
        return taken

    def _allow(self, school_id: str, person_id: str) -> None:
        with self._store.look() as work:
            roster = work.people.roster(school_id)
        today = self._clock.today(roster.school.timezone)
        if not may(person_id, "manage", SchoolMatter(school_id, "draft"), roster, today):
            raise PermissionError

    def _draft(self, work: UnitOfWork, text: PolicyText, pressed: Pressed) -> TakenIn:
        earlier = [d for d in work.own.drafts(text.school_id) if d.policy == text.policy]
        for each in earlier:
            if each.state == "open":
                work.own.put_draft(replace(each, state="dropped"))
        # A document that names no version is named by the day on which it was brought; the headteacher may rename it.
        version = pressed.document.version or f"{text.at.day} {text.at:%B %Y}"
        head = msgspec.structs.replace(pressed.head, id=text.policy, version=version)
        base = in_force(work, text.school_id, text.policy)
        draft = Draft(uuid.uuid4().hex, text.school_id, text.policy, text.id, text.at, text.by, "open", head, base)
        entries = [
            Entry(draft.id, place, "drafted", each.norms, each.norms, each.doubt)
            for place, each in enumerate(pressed.drafted)
        ]
        carried = _carried(work, earlier, pressed.document, entries)
        work.own.put_draft(draft)
        work.own.put_entries(carried)
        return TakenIn(draft, pressed.document, sum(entry.carried for entry in carried))


def worded(clauses: Iterable[ImportedClause]) -> list[Worded]:
    """Return clauses as far as comparing goes."""
    return [Worded(clause.id, " ".join(f"{clause.stem or ''} {clause.text}".split())) for clause in clauses]


def _carried(
    work: UnitOfWork, earlier: Sequence[Draft], document: ImportedPolicy, entries: Sequence[Entry]
) -> list[Entry]:
    """Return the entries, with what was reviewed last of a clause whose words did not change."""
    last = next((d for d in earlier if d.state == "open"), None) or next(
        (d for d in earlier if d.state == "adopted"), None
    )
    if last is None:
        return list(entries)
    before, reviewed = work.own.text(last.text_id).document.clauses, work.own.entries(last.id)
    pairs = compare(worded(before), worded(document.clauses))
    numbers = {before[p.before].id: document.clauses[p.now].id for p in pairs if _kept(p)}  # type: ignore[index]
    found = list(entries)
    for pair in pairs:
        if pair.before is None or pair.now is None or pair.kind == "changed" or reviewed[pair.before].waits:
            continue
        old = reviewed[pair.before]
        norms = tuple(
            msgspec.structs.replace(
                each,
                norm=msgspec.structs.replace(each.norm, see=tuple(numbers[n] for n in each.norm.see if n in numbers)),
            )
            for each in old.norms
        )
        found[pair.now] = replace(found[pair.now], state=old.state, norms=norms, carried=True, by=old.by, at=old.at)
    return found


def _kept(pair: Pair) -> bool:
    return pair.before is not None and pair.now is not None


def named(policy: str) -> str:
    """Return a policy's name as it was given. Raise ``NotTaken`` for one that cannot be a name."""
    if not _ID.fullmatch(policy):
        raise NotTaken(say("policy.refused.name", name=policy, most=LONGEST_ID))
    return policy


def too_large(name: str) -> str:
    """Return what to say of a file that is larger than any policy."""
    return say("policy.refused.large", name=name, most=LARGEST_FILE // 1_000_000)


def slug(title: str) -> str:
    """Return a name made from a title: ``social-media-policy``."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_ID].strip("-") or "policy"


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
