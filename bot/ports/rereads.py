"""Where the versions of policies, and who has re-read which, are kept."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from bot.rereads import Acknowledgement, Campaign, Step


class Rereads(Protocol):
    """Campaigns, what was asked of whom, and acknowledgements."""

    def put(self, campaign: Campaign) -> bool:
        """Add a campaign. ``False``, with no effect, where the school has one of that policy, version and start."""
        ...

    def campaign(self, campaign_id: str) -> Campaign | None:
        """Return a campaign or ``None``."""
        ...

    def campaigns(self, school_id: str) -> tuple[Campaign, ...]:
        """Return a school's campaigns, latest first."""
        ...

    def end(self, campaign_id: str, on: dt.date) -> None:
        """End a campaign on a day, unless it ends earlier."""
        ...

    def ledger(self, school_id: str, on: dt.date) -> frozenset[Step]:
        """Return every step taken in a school's campaigns that have not ended by a day."""
        ...

    def asked_since(self, campaign_id: str, at: dt.datetime) -> frozenset[str]:
        """Return the people of whom something was asked in a campaign since an instant."""
        ...

    def take(self, step: Step, at: dt.datetime) -> bool:
        """Write a step into the ledger. ``False``, with no effect, where it is there."""
        ...

    def take_all(self, steps: Iterable[Step], at: dt.datetime) -> frozenset[Step]:
        """Write steps into the ledger. Return those that were not there; for the others there is no effect."""
        ...

    def acknowledge(self, ack: Acknowledgement) -> bool:
        """Write an acknowledgement. ``False``, with no effect, where the person has one for this campaign's version."""
        ...

    def witnessed(self, ack_id: str, witness_id: str, at: dt.datetime) -> bool:
        """Write that the named witness confirms. ``False`` where it is done already or another witness was named."""
        ...

    def acknowledgement(self, ack_id: str) -> Acknowledgement | None:
        """Return an acknowledgement or ``None``."""
        ...

    def acknowledgements(self, school_id: str) -> tuple[Acknowledgement, ...]:
        """Return every acknowledgement of a school, latest first."""
        ...


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A version of a school's policy: the pack as JSON, its adoption, and whether it asks for a re-read."""

    id: str
    school_id: str
    policy: str
    version: str
    pack: str = field(repr=False)
    adopted_on: dt.date | None = None
    adopted_by: str | None = None
    second_by: str | None = None
    material: bool = True


class Policies(Protocol):
    """Imported and adopted versions of policies."""

    def put(self, version: PolicyVersion) -> None:
        """Add a version, or change it."""
        ...

    def get(self, version_id: str) -> PolicyVersion | None:
        """Return a version or ``None``."""
        ...

    def current(self, school_id: str, on: dt.date) -> PolicyVersion | None:
        """Return the version adopted last by a day, or ``None``."""
        ...

    def all(self, school_id: str) -> tuple[PolicyVersion, ...]:
        """Return a school's versions, latest first."""
        ...
