"""Where a school's policy stands: among the packs that ship with the bot, or in the store as a version of its own."""

from __future__ import annotations

import threading
from typing import Final

import msgspec

from bot.people import School
from bot.ports import Store
from bot.scene import InstalledPacks
from knowledge.model import Policy

KEPT_AT_MOST: Final = 200


class SchoolShelf:
    """The shelf of a bot at work (``bot.ports.Shelf``). A version never changes, so each is read once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._packs = InstalledPacks()
        self._versions: dict[str, Policy] = {}
        self._reading = threading.Lock()

    def policy(self, school: School) -> Policy:
        """Return the policy that leads. Raise ``KeyError`` where there is none, ``StoreBusy`` if it cannot be read."""
        return self._version(school.policy_version) if school.policy_version else self._packs.policy(school)

    def policies(self, school: School) -> tuple[Policy, ...]:
        """Return every policy in force, the one that leads first. Raise ``KeyError`` or ``StoreBusy``."""
        return (self.policy(school), *map(self._version, school.beside))

    def _version(self, version_id: str) -> Policy:
        found = self._versions.get(version_id)
        return found if found is not None else self._read(version_id)

    def _read(self, version_id: str) -> Policy:
        with self._reading:
            if version_id not in self._versions:
                with self._store.look() as work:
                    version = work.policies.get(version_id)
                if version is None:
                    raise KeyError(version_id)
                while len(self._versions) >= KEPT_AT_MOST:
                    del self._versions[next(iter(self._versions))]
                self._versions[version_id] = msgspec.json.decode(version.pack, type=Policy)
            return self._versions[version_id]
