"""Adopting a draft: the headteacher signs, then the chair, and from then on the bot answers from it. And going back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace
from typing import Final, Literal

import msgspec

from bot.access import SchoolMatter, may
from bot.audit import digest
from bot.own_policy import Draft, as_adopted
from bot.people import Roster
from bot.ports import Clock, Notice, PolicyVersion, Store, UnitOfWork
from bot.reread_changes import packed
from bot.routing import Gap, route_gaps
from knowledge.model import Policy

TEMPLATE: Final = "policy.second"
LONGEST_VERSION: Final = 60

Part = Literal["headteacher", "chair"]
Outcome = Literal["signed", "adopted"]


class NotNow(Exception):
    """A draft cannot be signed, or a version not be gone back to; ``why`` names a sentence under ``policy.not_now``."""

    def __init__(self, why: str, **values: str) -> None:
        super().__init__(why)
        self.why = why
        self.values = values


@dataclass(frozen=True, slots=True)
class OwnVersion:
    """A version that was adopted, with the draft that it was made from, and whether the bot answers from it now."""

    version: PolicyVersion
    draft: Draft
    in_force: bool


class Adopting:
    """Takes the two signatures, in this order, from two people; and puts an earlier version back in force."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def part(self, person_id: str, school_id: str, draft_id: str) -> Part | None:
        """Return as whom a person can sign a draft just now, or ``None``."""
        with self._store.look() as work:
            draft, roster = work.own.draft(draft_id), work.people.roster(school_id)
            if draft is None or draft.school_id != school_id:
                return None
            return self._part(draft, roster, person_id)

    def preview(self, school_id: str, draft_id: str) -> Policy:
        """Return the policy as colleagues would be answered from it. Raise ``KeyError``."""
        with self._store.look() as work:
            return self._policy(work, school_id, draft_id)

    def sign(
        self, person_id: str, school_id: str, draft_id: str, *, version: str = "", material: bool = True
    ) -> Outcome:
        """Sign a draft as headteacher, or, where the headteacher has, as chair: then it is in force.

        ``version`` and ``material`` (everybody must read it again) are the headteacher's to say. Raise ``NotNow`` or
        ``PermissionError``.
        """
        with self._store.begin() as work:
            draft, roster = work.own.draft(draft_id), work.people.roster(school_id)
            if draft is None or draft.school_id != school_id:
                raise PermissionError
            part = self._part(draft, roster, person_id)
            if part is None:
                raise PermissionError
            self._must_hold(roster, self._policy(work, school_id, draft_id))
            if part == "headteacher":
                self._signed(work, roster, draft, person_id, version, material=material)
            else:
                self._adopted(work, roster, draft, person_id)
            work.commit()
        return "signed" if part == "headteacher" else "adopted"

    def withdraw(self, person_id: str, school_id: str, draft_id: str) -> None:
        """Take the headteacher's signature back before the chair has signed. Raise ``PermissionError``."""
        with self._store.begin() as work:
            draft, roster = work.own.draft(draft_id), work.people.roster(school_id)
            today = self._clock.today(roster.school.timezone)
            allowed = may(person_id, "manage", SchoolMatter(school_id, "policy"), roster, today)
            if draft is None or draft.school_id != school_id or not allowed or draft.state != "open":
                raise PermissionError
            work.own.put_draft(replace(draft, head_by=None, head_at=None, material=None))
            work.outbox.withdraw(draft.id, TEMPLATE)
            work.audit.note(school_id, person_id, "policy.signature_withdrawn", draft_id)
            work.commit()

    def versions(self, school_id: str) -> tuple[OwnVersion, ...]:
        """Return every version of the school's own policies that was adopted, latest first."""
        with self._store.look() as work:
            school = work.schools.get(school_id)
            drafts = {d.version_id: d for d in work.own.drafts(school_id) if d.version_id}
            kept = [v for v in work.policies.all(school_id) if v.id in drafts]
        now = school.policy_version if school else ""
        found = [OwnVersion(v, drafts[v.id], v.id == now) for v in kept]
        return tuple(sorted(found, key=lambda v: v.draft.chair_at or v.draft.at, reverse=True))

    def go_back(self, person_id: str, school_id: str, version_id: str) -> PolicyVersion:
        """Answer from an earlier version again. Raise ``PermissionError`` or ``NotNow``."""
        with self._store.begin() as work:
            roster, version = work.people.roster(school_id), work.policies.get(version_id)
            today = self._clock.today(roster.school.timezone)
            if not may(person_id, "manage", SchoolMatter(school_id, "policy"), roster, today):
                raise PermissionError
            own = any(d.version_id == version_id for d in work.own.drafts(school_id))
            if version is None or version.school_id != school_id or not own:
                raise PermissionError
            self._must_hold(roster, msgspec.json.decode(version.pack, type=Policy))
            work.schools.put(replace(roster.school, policy=version.policy, policy_version=version.id))
            work.audit.note(school_id, person_id, "policy.gone_back", version.id, digest(version.version))
            work.commit()
        return version

    def _part(self, draft: Draft, roster: Roster, person_id: str) -> Part | None:
        today = self._clock.today(roster.school.timezone)
        if draft.state != "open" or not may(
            person_id, "manage", SchoolMatter(roster.school.id, "policy"), roster, today
        ):
            return None
        if draft.head_by is None:
            return "headteacher" if person_id in _acting(roster, "headteacher", today) else None
        both = roster.one_login((draft.head_by,))
        return "chair" if person_id in _acting(roster, "chair", today) and person_id not in both else None

    def _must_hold(self, roster: Roster, policy: Policy) -> None:
        gap = fatal(roster, policy, self._clock)
        if gap is not None:
            raise NotNow("routes", kind=gap.kind, about=gap.about)

    def _signed(
        self, work: UnitOfWork, roster: Roster, draft: Draft, person_id: str, version: str, *, material: bool
    ) -> None:
        school_id, now = roster.school.id, self._clock.now()
        wanted = " ".join(version.split())[:LONGEST_VERSION] or draft.head.version
        taken = {v.version for v in work.policies.all(school_id) if v.policy == draft.policy}
        if wanted in taken:
            raise NotNow("version_taken", version=wanted)
        head = msgspec.structs.replace(draft.head, version=wanted)
        work.own.put_draft(replace(draft, head=head, head_by=person_id, head_at=now, material=material))
        facts = digest(draft.policy, wanted, "material" if material else "minor")
        work.audit.note(school_id, person_id, "policy.signed", draft.id, facts)
        for chair in _acting(roster, "chair", self._clock.today(roster.school.timezone)):
            if chair not in roster.one_login((person_id,)):
                key = f"policy/{draft.id}/{now.timestamp():.0f}/{chair}"
                work.outbox.add(Notice(key, school_id, TEMPLATE, chair, draft.id))

    def _adopted(self, work: UnitOfWork, roster: Roster, draft: Draft, person_id: str) -> None:
        school, now = roster.school, self._clock.now()
        policy = self._policy(work, school.id, draft.id)
        made = PolicyVersion(
            uuid.uuid4().hex,
            school.id,
            draft.policy,
            draft.head.version,
            packed(policy),
            self._clock.today(school.timezone),
            draft.head_by,
            person_id,
            material=draft.material is not False,
        )
        work.policies.put(made)
        done = replace(draft, state="adopted", chair_by=person_id, chair_at=now, version_id=made.id)
        work.own.put_draft(done)
        work.schools.put(replace(school, policy=draft.policy, policy_version=made.id))
        facts = digest(made.policy, made.version, "material" if made.material else "minor", made.pack)
        work.audit.note(school.id, person_id, "policy.adopted", made.id, facts)

    def _policy(self, work: UnitOfWork, school_id: str, draft_id: str) -> Policy:
        draft, school = work.own.draft(draft_id), work.schools.get(school_id)
        if draft is None or school is None or draft.school_id != school_id:
            raise KeyError(draft_id)
        return as_adopted(draft, work.own.text(draft.text_id).document, work.own.entries(draft_id), school.name)


def fatal(roster: Roster, policy: Policy, clock: Clock) -> Gap | None:
    """Return the first report that would reach nobody under a policy: with one, the bot would not start."""
    found = route_gaps(roster, policy, clock.today(roster.school.timezone))
    return next((gap for gap in found if gap.fatal), None)


def _acting(roster: Roster, role: str, today: object) -> list[str]:
    return [acting.person.id for acting in roster.acting(role, today)]  # type: ignore[arg-type]
