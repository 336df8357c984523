"""What yearly re-reading is made of: campaigns, steps of the ladder, acknowledgements. Data only."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Campaign:
    """One round of re-reading of one version of a policy. ``why`` is calendar, anniversary, new_version or by_hand."""

    id: str
    school_id: str
    policy: str
    version: str
    starts: dt.date
    due: dt.date
    why: str
    created_at: dt.datetime
    created_by: str | None = None
    ended: dt.date | None = None

    def live(self, on: dt.date) -> bool:
        """Whether the round is under way on a day: begun, and not ended by then."""
        return self.starts <= on and (self.ended is None or on < self.ended)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing asked of one person in a campaign: ``asked``, ``-7``, ``-1``, ``0``, ``+7`` … (days from the due day).

    ``back`` is asked on return from a long absence, ``n`` with a day is the head's own reminder. Each is there once.
    """

    campaign_id: str
    person_id: str
    step: str


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """A person's declaration that they have read one version of a policy: one for each campaign.

    ``how`` is chat, desk, mail or paper. For a declaration on behalf of somebody, ``recorded_by`` wrote it down,
    ``kept_at`` says where the signed paper is, and ``signed_on`` what day it bears. ``declaration`` is a hash of the
    wording that was agreed to.
    """

    id: str
    school_id: str
    campaign_id: str
    policy: str
    version: str
    person_id: str
    at: dt.datetime
    reference: str
    how: str
    declaration: str
    typed_name: str = ""
    witness_id: str | None = None
    witnessed_at: dt.datetime | None = None
    recorded_by: str | None = None
    kept_at: str = ""
    signed_on: dt.date | None = None

    @property
    def complete(self) -> bool:
        """Whether the declaration stands: where a witness was named, only once they have confirmed."""
        return self.witness_id is None or self.witnessed_at is not None
