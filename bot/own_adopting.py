"""Adopting a draft: the headteacher signs, then the chair, and from then on the bot answers from it. And going back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import msgspec

from bot.access import SchoolMatter, may, signing
from bot.audit import digest
from bot.own_policy import Draft, as_adopted
from bot.own_standing import led_by, standing, with_version, without
from bot.people import Roster, School
from bot.ports import Clock, Notice, PolicyVersion, Store, UnitOfWork
from bot.reread_changes import packed
from bot.routing import Gap, route_gaps
from knowledge.model import Policy

TEMPLATE: Final = "policy.second"
READY: Final = "policy.ready"
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
    """A version that was adopted, with the draft that it was made from, and whether the bot answers from it now.

    ``leads``: of several policies in force it is the one that says who is told of reports.
    """

    version: PolicyVersion
    draft: Draft
    in_force: bool
    leads: bool = False


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

    def may(self, person_id: str, school_id: str) -> bool:
        """Return whether a person decides which version the bot answers from."""
        with self._store.look() as work:
            roster = work.people.roster(school_id)
        today = self._clock.today(roster.school.timezone)
        return bool(may(person_id, "manage", SchoolMatter(school_id, "policy"), roster, today))

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
            if self._leads(work, roster.school, draft.policy):
                self._must_hold(roster, self._policy(work, school_id, draft_id))
            if part == "headteacher":
                self._signed(work, roster, draft, person_id, version, material=material)
            else:
                self._adopted(work, roster, draft, person_id)
            work.commit()
        return "signed" if part == "headteacher" else "adopted"

    def ask_to_sign(self, person_id: str, school_id: str, draft_id: str) -> None:
        """Ask whoever signs as headteacher to look at a draft; once a day. Raise ``PermissionError``."""
        with self._store.begin() as work:
            draft, roster = work.own.draft(draft_id), work.people.roster(school_id)
            today = self._clock.today(roster.school.timezone)
            allowed = may(person_id, "manage", SchoolMatter(school_id, "draft"), roster, today)
            if draft is None or draft.school_id != school_id or not allowed or not draft.open:
                raise PermissionError
            for head in _signers(roster, "headteacher", today):
                key = f"policy/{draft.id}/ready/{today}/{head}"
                work.outbox.add(Notice(key, school_id, READY, head, draft.id, {"who": person_id}))
            work.commit()

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
        now = (school.policy_version, *school.beside) if school else ("",)
        found = [OwnVersion(v, drafts[v.id], v.id in now, v.id == now[0]) for v in kept]
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
            self._stand(work, roster, with_version(work, work.schools.held(school_id), version))
            work.audit.note(school_id, person_id, "policy.gone_back", version.id, digest(version.version))
            work.commit()
        return version

    def standing(self, school_id: str) -> tuple[PolicyVersion, ...]:
        """Return the own versions in force, the one that leads first."""
        with self._store.look() as work:
            school = work.schools.get(school_id)
            return standing(work, school) if school is not None else ()

    def take_out(self, person_id: str, school_id: str, policy: str) -> None:
        """Answer no longer from one of several policies; it is kept. Raise ``PermissionError`` or ``NotNow``."""
        self._change(person_id, school_id, policy, without, "policy.taken_out")

    def lead(self, person_id: str, school_id: str, policy: str) -> None:
        """Let one of the policies in force say who is told of reports. Raise ``PermissionError`` or ``NotNow``."""
        self._change(person_id, school_id, policy, led_by, "policy.leads")

    def _change(
        self,
        person_id: str,
        school_id: str,
        policy: str,
        how: Callable[[UnitOfWork, School, str], School | None],
        action: str,
    ) -> None:
        with self._store.begin() as work:
            roster = work.people.roster(school_id)
            today = self._clock.today(roster.school.timezone)
            if not may(person_id, "manage", SchoolMatter(school_id, "policy"), roster, today):
                raise PermissionError
            school = how(work, work.schools.held(school_id), policy)
            if school is None:
                raise NotNow("only_one")
            self._stand(work, roster, school)
            work.audit.note(school_id, person_id, action, policy)
            work.commit()

    def _stand(self, work: UnitOfWork, roster: Roster, school: School) -> None:
        """Let a school answer from other versions, unless a report would reach nobody under the one that leads."""
        leads = work.policies.get(school.policy_version)
        if leads is not None:
            self._must_hold(roster, msgspec.json.decode(leads.pack, type=Policy))
        work.schools.put(school)

    def _leads(self, work: UnitOfWork, school: School, policy: str) -> bool:
        """Return whether a policy leads once it is adopted."""
        there = standing(work, school)
        return not there or there[0].policy == policy

    def _part(self, draft: Draft, roster: Roster, person_id: str) -> Part | None:
        today = self._clock.today(roster.school.timezone)
        if draft.state != "open" or not may(
            person_id, "manage", SchoolMatter(roster.school.id, "policy"), roster, today
        ):
            return None
        if draft.head_by is None:
            return "headteacher" if person_id in _signers(roster, "headteacher", today) else None
        both = roster.one_login((draft.head_by,))
        return "chair" if person_id in _signers(roster, "chair", today) and person_id not in both else None

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
        for_ = self._stood_in(work, roster, person_id, "headteacher", draft.id)
        signed = replace(draft, head=head, head_by=person_id, head_at=now, head_for=for_, material=material)
        work.own.put_draft(signed)
        facts = digest(draft.policy, wanted, "material" if material else "minor")
        work.audit.note(school_id, person_id, "policy.signed", draft.id, facts)
        for chair in _signers(roster, "chair", self._clock.today(roster.school.timezone)):
            if chair not in roster.one_login((person_id,)):
                key = f"policy/{draft.id}/{now.timestamp():.0f}/{chair}"
                work.outbox.add(Notice(key, school_id, TEMPLATE, chair, draft.id))

    def _adopted(self, work: UnitOfWork, roster: Roster, draft: Draft, person_id: str) -> None:
        # Another of the school's policies may be adopted at this very moment: each must see the other.
        school, now = work.schools.held(roster.school.id), self._clock.now()
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
        for_ = self._stood_in(work, roster, person_id, "chair", draft.id)
        done = replace(draft, state="adopted", chair_by=person_id, chair_at=now, chair_for=for_, version_id=made.id)
        work.own.put_draft(done)
        work.schools.put(with_version(work, school, made))
        facts = digest(made.policy, made.version, "material" if made.material else "minor", made.pack)
        work.audit.note(school.id, person_id, "policy.adopted", made.id, facts)

    def _stood_in(self, work: UnitOfWork, roster: Roster, person_id: str, role: str, draft_id: str) -> str | None:
        """Return for whom a person signs, and write it into the audit chain; ``None`` where the role is their own."""
        today = self._clock.today(roster.school.timezone)
        acting = next(each for each in signing(roster, role, today) if each.person.id == person_id)
        if acting.role in roster.roles(person_id, today):
            return None
        facts = digest(role, acting.stands_in_for or "")
        work.audit.note(roster.school.id, person_id, "policy.stood_in", draft_id, facts)
        return acting.stands_in_for

    def _policy(self, work: UnitOfWork, school_id: str, draft_id: str) -> Policy:
        draft, school = work.own.draft(draft_id), work.schools.get(school_id)
        if draft is None or school is None or draft.school_id != school_id:
            raise KeyError(draft_id)
        return as_adopted(draft, work.own.text(draft.text_id).document, work.own.entries(draft_id), school.name)


def fatal(roster: Roster, policy: Policy, clock: Clock) -> Gap | None:
    """Return the first report that would reach nobody under a policy: with one, the bot would not start."""
    found = route_gaps(roster, policy, clock.today(roster.school.timezone))
    return next((gap for gap in found if gap.fatal), None)


def _signers(roster: Roster, role: str, today: dt.date) -> list[str]:
    return [acting.person.id for acting in signing(roster, role, today)]
