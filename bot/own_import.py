"""Taking a file in as a draft of a school's own policy: all of it or nothing, with what was reviewed before."""

from __future__ import annotations

import hashlib
import re
import unicodedata
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

import msgspec

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.own_base import as_base, over_new_base
from bot.own_policy import Draft, Entry, PolicyText
from bot.own_pressed import NotTaken, Pressed, worded
from bot.own_standing import in_force
from bot.ports import Clock, Store, UnitOfWork
from bot.wording import say
from knowledge.comparing import Pair, compare
from knowledge.importing.model import DraftedClause, ImportedPolicy

__all__ = ["Importing", "NotTaken", "Press", "Pressed", "Progress", "TakenIn", "named", "slug", "too_large", "worded"]

PACK: Final = ".toml"
LONGEST_ID: Final = 40
LARGEST_FILE: Final = 50_000_000
"""Bytes of a policy; what is larger holds pictures or is no policy."""
_ID: Final = re.compile(rf"[a-z0-9][a-z0-9-]{{0,{LONGEST_ID - 1}}}")

Progress = Callable[[str, float], None]
"""Told what is being done, and how far it has come (0 to 1)."""


class Press(Protocol):
    """Turns a file into a draft (``bot.own_press``)."""

    def press(self, data: bytes, name: str, policy: str, progress: Progress | None) -> Pressed:
        """Return what a file comes to. Raise ``NotTaken``."""
        ...

    def draft(self, document: ImportedPolicy) -> tuple[DraftedClause, ...]:
        """Return what is drafted of a document's clauses, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A draft that was made, and how many of its clauses were reviewed in an earlier version already.

    ``review`` are the ids of clauses of the school's own whose clause of the trust's has changed.
    """

    draft: Draft
    document: ImportedPolicy
    carried: int
    review: tuple[str, ...] = ()


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
        *,
        base: bool = False,
    ) -> TakenIn:
        """Take a file in as the open draft of a policy; an open draft that was there is dropped, and kept.

        ``person_id`` is empty for an operator, ``school_id`` where there is no school yet, ``policy`` where the name is
        to be made from the title. With ``base`` the file is a trust's pack: it is kept as the trust's, and what the
        school has changed of an earlier version of it is kept too. Raise ``NotTaken``, ``PermissionError`` or
        ``StoreBusy``.
        """
        if school_id is not None and person_id is not None:
            self._allow(school_id, person_id)
        pressed = self._press.press(data, name, named(policy) if policy else "", progress)
        if base:
            if not name.casefold().endswith(PACK):
                raise NotTaken(say("policy.base.pack_only"))
            pressed = as_base(pressed)
        policy = named(policy) if policy else slug(pressed.document.title or name)
        with self._store.begin() as work:
            now = self._clock.now()
            text = PolicyText(
                uuid.uuid4().hex, school_id, policy, name, _digest(data), now, person_id, pressed.document
            )
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
        last = _last(earlier)
        if head.base is not None and last is not None and last.head.base is not None:
            before = work.own.text(last.text_id).document, work.own.entries(last.id)
            taken = over_new_base(last.head, *before, pressed, draft.id)
            text = replace(text, document=taken.document)
            head = msgspec.structs.replace(head, routes=taken.routes)
            draft, carried, review = replace(draft, head=head), list(taken.entries), taken.review
        else:
            entries = [_entry(draft.id, place, each) for place, each in enumerate(pressed.drafted)]
            carried, review = _carried(work, last, pressed.document, entries), ()
            if last is not None and not text.file_name.casefold().endswith(PACK):
                text = replace(text, document=_optional(work.own.text(last.text_id).document, text.document))
        work.own.put_text(text)
        work.own.put_draft(draft)
        work.own.put_entries(carried)
        return TakenIn(draft, text.document, sum(entry.carried for entry in carried), review)


def _last(earlier: Sequence[Draft]) -> Draft | None:
    """Return the draft whose review is carried over: one that was open, else the one adopted last."""
    return next((d for d in earlier if d.state == "open"), None) or next(
        (d for d in earlier if d.state == "adopted"), None
    )


def _entry(draft_id: str, place: int, each: DraftedClause) -> Entry:
    """Return the entry of a clause as it was drafted; what a school has left out of a trust's policy rules nothing."""
    if each.clause.origin == "left_out":
        return Entry(draft_id, place, "changed", each.norms, ())
    return Entry(draft_id, place, "drafted", each.norms, each.norms, each.doubt)


def _carried(work: UnitOfWork, last: Draft | None, document: ImportedPolicy, entries: Sequence[Entry]) -> list[Entry]:
    """Return the entries, with what was reviewed last of a clause whose words did not change."""
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


def _optional(before: ImportedPolicy, document: ImportedPolicy) -> ImportedPolicy:
    """Return a text with the clauses that schools may leave out as before, where their words did not change."""
    clauses = list(document.clauses)
    for pair in compare(worded(before.clauses), worded(clauses)):
        if pair.before is not None and pair.now is not None and pair.kind != "changed":
            optional = before.clauses[pair.before].optional
            clauses[pair.now] = msgspec.structs.replace(clauses[pair.now], optional=optional)
    return msgspec.structs.replace(document, clauses=tuple(clauses))


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
