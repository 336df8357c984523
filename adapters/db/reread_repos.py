"""Re-reading and the versions of policies in the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection, Row, or_, select, update

from adapters.db import tables as t
from adapters.db.types import insert_all, insert_once, upsert
from bot.ports import PolicyVersion
from bot.rereads import Acknowledgement, Campaign, Step


class SqlRereads:
    """Campaigns, ledger and acknowledgements (``bot.ports.Rereads``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def put(self, campaign: Campaign) -> bool:
        """Add a campaign; ``False`` where the school has one of that policy, version and start."""
        return insert_once(self._c, t.campaigns, {c.name: getattr(campaign, c.name) for c in t.campaigns.columns})

    def campaign(self, campaign_id: str) -> Campaign | None:
        """Return a campaign or ``None``."""
        row = self._c.execute(select(t.campaigns).where(t.campaigns.c.id == campaign_id)).first()
        return None if row is None else Campaign(**row._mapping)  # noqa: SLF001 - SQLAlchemy's public name

    def campaigns(self, school_id: str) -> tuple[Campaign, ...]:
        """Return a school's campaigns, latest first."""
        c = t.campaigns.c
        query = select(t.campaigns).where(c.school_id == school_id).order_by(c.starts.desc(), c.created_at.desc(), c.id)
        return tuple(Campaign(**row._mapping) for row in self._c.execute(query))  # noqa: SLF001

    def end(self, campaign_id: str, on: dt.date) -> None:
        """End a campaign on a day; one that ends earlier stays as it is."""
        c = t.campaigns.c
        later = or_(c.ended.is_(None), c.ended > on)
        self._c.execute(update(t.campaigns).where(c.id == campaign_id, later).values(ended=on))

    def ledger(self, school_id: str, on: dt.date) -> frozenset[Step]:
        """Return every step taken in a school's campaigns that have not ended by a day."""
        c, s = t.campaigns.c, t.reread_steps.c
        query = (
            select(s.campaign_id, s.person_id, s.step)
            .join(t.campaigns, c.id == s.campaign_id)
            .where(c.school_id == school_id, or_(c.ended.is_(None), c.ended > on))
        )
        return frozenset(Step(*row) for row in self._c.execute(query))

    def asked_since(self, campaign_id: str, at: dt.datetime) -> frozenset[str]:
        """Return the people of whom something was asked in a campaign since an instant."""
        s = t.reread_steps.c
        query = select(s.person_id).where(s.campaign_id == campaign_id, s.at >= at)
        return frozenset(self._c.execute(query).scalars())

    def take(self, step: Step, at: dt.datetime) -> bool:
        """Write a step into the ledger; ``False`` where it is there."""
        values = {"campaign_id": step.campaign_id, "person_id": step.person_id, "step": step.step, "at": at}
        return insert_once(self._c, t.reread_steps, values)

    def take_all(self, steps: Iterable[Step], at: dt.datetime) -> frozenset[Step]:
        """Write steps into the ledger; return those that were not there."""
        rows = [{"campaign_id": s.campaign_id, "person_id": s.person_id, "step": s.step, "at": at} for s in steps]
        back = ("campaign_id", "person_id", "step")
        return frozenset(Step(*row) for row in insert_all(self._c, t.reread_steps, rows, back))

    def acknowledge(self, ack: Acknowledgement) -> bool:
        """Write an acknowledgement; ``False`` where the person has one in this campaign."""
        values = {c.name: getattr(ack, c.name) for c in t.acknowledgements.columns}
        return insert_once(self._c, t.acknowledgements, values)

    def witnessed(self, ack_id: str, witness_id: str, at: dt.datetime) -> bool:
        """Write that the named witness confirms; ``False`` where it is done or another witness was named."""
        a = t.acknowledgements.c
        asked = (a.id == ack_id) & (a.witness_id == witness_id) & a.witnessed_at.is_(None)
        return bool(self._c.execute(update(t.acknowledgements).where(asked).values(witnessed_at=at)).rowcount)

    def acknowledgement(self, ack_id: str) -> Acknowledgement | None:
        """Return an acknowledgement or ``None``."""
        row = self._c.execute(select(t.acknowledgements).where(t.acknowledgements.c.id == ack_id)).first()
        return None if row is None else Acknowledgement(**row._mapping)  # noqa: SLF001

    def acknowledgements(self, school_id: str) -> tuple[Acknowledgement, ...]:
        """Return every acknowledgement of a school, latest first."""
        a = t.acknowledgements.c
        query = select(t.acknowledgements).where(a.school_id == school_id).order_by(a.at.desc(), a.id)
        return tuple(Acknowledgement(**row._mapping) for row in self._c.execute(query))  # noqa: SLF001


class SqlPolicies:
    """Versions of policies (``bot.ports.Policies``)."""

    def __init__(self, connection: Connection) -> None:
        self._c = connection

    def put(self, version: PolicyVersion) -> None:
        """Add a version, or change it."""
        upsert(self._c, t.policy_versions, {c.name: getattr(version, c.name) for c in t.policy_versions.columns})

    def get(self, version_id: str) -> PolicyVersion | None:
        """Return a version or ``None``."""
        row = self._c.execute(select(t.policy_versions).where(t.policy_versions.c.id == version_id)).first()
        return None if row is None else _version(row)

    def current(self, school_id: str, on: dt.date) -> PolicyVersion | None:
        """Return the version adopted last by a day, or ``None``."""
        v = t.policy_versions.c
        query = (
            select(t.policy_versions)
            .where(v.school_id == school_id, v.adopted_on <= on)
            .order_by(v.adopted_on.desc(), v.id)
        )
        row = self._c.execute(query.limit(1)).first()
        return None if row is None else _version(row)

    def all(self, school_id: str) -> tuple[PolicyVersion, ...]:
        """Return a school's versions, those adopted last first, those not adopted before them."""
        query = select(t.policy_versions).where(t.policy_versions.c.school_id == school_id)
        found = [_version(row) for row in self._c.execute(query)]
        return tuple(sorted(found, key=lambda v: (v.adopted_on or dt.date.max, v.id), reverse=True))


def _version(row: Row[Any]) -> PolicyVersion:
    return PolicyVersion(**row._mapping)  # noqa: SLF001
