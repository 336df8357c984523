"""The attestation register of one version: everybody who has declared to have read it, whichever round asked them."""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass

from bot.access import SchoolMatter, may
from bot.audit import AuditRow
from bot.ports import Clock, PolicyVersion, Shelf, Store, UnitOfWork
from bot.reread_register import COLUMNS_BEFORE, SIGNED, as_text_cells, cells
from bot.rereads import Acknowledgement
from bot.scene import Scene, look_around
from bot.wording import say, says


@dataclass(frozen=True, slots=True)
class Attested:
    """One declaration, by whom, and the audit row in which it was written down."""

    name: str
    ack: Acknowledgement
    row: AuditRow | None


@dataclass(frozen=True, slots=True)
class Attestations:
    """Everybody who has declared to have read a version, by name. ``kept`` is the version as it was adopted."""

    scene: Scene
    version: str
    entries: tuple[Attested, ...]
    kept: PolicyVersion | None = None

    @property
    def adoption(self) -> str:
        """Who adopted the version and when, as a sentence."""
        kept, roster = self.kept, self.scene.roster
        if kept is None or kept.adopted_on is None:
            return say("reread.attested.not_adopted")
        first, when = roster.name(kept.adopted_by), self.scene.day(kept.adopted_on)
        if kept.second_by is None:
            return say("reread.attested.adopted_alone", first=first, when=when)
        return say("reread.attested.adopted", first=first, when=when, second=roster.name(kept.second_by))


def versions(work: UnitOfWork, scene: Scene) -> tuple[tuple[str, int], ...]:
    """Return the versions of the school's policy and how many declarations there are of each, latest first."""
    counts = Counter(a.version for a in work.rereads.acknowledgements(scene.school.id) if a.policy == scene.policy.id)
    kept = [v.version for v in work.policies.all(scene.school.id) if v.policy == scene.policy.id]
    named = dict.fromkeys([scene.policy.head.version, *kept, *counts])
    return tuple((version, counts[version]) for version in named)


class AttestationRegister:
    """Shows the declarations of a version to those who oversee the reading. Raise ``PermissionError`` for others."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf

    def open(self, person_id: str, school_id: str, version: str, policy: str = "") -> Attestations | None:
        """Return the declarations of a version of the policy that leads, or of ``policy``; ``None`` where unknown."""
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf).by(policy)
            if not may(person_id, "view", SchoolMatter(school_id, "rereading"), scene.roster, scene.today):
                raise PermissionError
            if version not in dict(versions(work, scene)):
                return None
            rows = {row.thing: row for row in work.audit.rows(school_id) if row.action in SIGNED}
            found = [
                Attested(scene.roster.name(ack.person_id), ack, rows.get(ack.reference))
                for ack in work.rereads.acknowledgements(school_id)
                if (ack.policy, ack.version) == (scene.policy.id, version)
            ]
            kept = [v for v in work.policies.all(school_id) if (v.policy, v.version) == (scene.policy.id, version)]
        found.sort(key=lambda each: (each.name.casefold(), each.ack.at))
        return Attestations(scene, version, tuple(found), kept[0] if kept else None)

    def export(self, person_id: str, school_id: str, version: str, policy: str = "") -> str | None:
        """Return the same as CSV, and audit that it was taken out."""
        found = self.open(person_id, school_id, version, policy)
        if found is None:
            return None
        with self._store.begin() as work:
            work.audit.note(school_id, person_id, "reread.exported", found.kept.id if found.kept else school_id)
            work.commit()
        return as_csv(found)


def as_csv(found: Attestations) -> str:
    """Return the declarations of a version as CSV for a spreadsheet: one line for each."""
    out, columns = io.StringIO(), says("reread.column")
    writer = csv.writer(out)
    writer.writerow([columns["name"], *list(columns.values())[COLUMNS_BEFORE:]])
    for each in found.entries:
        writer.writerow(as_text_cells([each.name, *cells(found.scene, each.ack, each.row)]))
    return out.getvalue()
