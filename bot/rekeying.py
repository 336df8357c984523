"""Another master key: every key is wrapped anew in one transaction, and may be interrupted anywhere.

The fresh master key stands before the earlier ones until somebody drops those, so whatever was reached opens.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.ports import Hook, SealBroken, Sealer, Store, UnitOfWork, nothing


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """How many keys were wrapped anew, and how many opened under none of the master keys and stay as they were."""

    changed: int
    broken: int


def change(store: Store, sealer: Sealer, put_first: Callable[[], None], at: Hook = nothing) -> Rewrapped:
    """Wrap every key with a fresh master key, which ``put_first`` puts before the others. Raise ``StoreBusy``."""
    with store.begin(patient=True) as work:
        work.keys.lock()
        put_first()
        at("key.put_first")
        done = _rewrap(work, sealer)
        _note(work, "key.changed")
        at("key.rewrapped")
        work.commit()
    at("key.committed")
    return done


def forget(store: Store, sealer: Sealer, drop_earlier: Callable[[], None]) -> Rewrapped:
    """Drop the earlier master keys by ``drop_earlier``, unless something was still wrapped by one of them.

    Then that is wrapped anew instead, and nothing is dropped: somebody may just be writing with what they have read.
    Raise ``StoreBusy``.
    """
    with store.begin(patient=True) as work:
        work.keys.lock()
        done = _rewrap(work, sealer)
        if not done.changed:
            drop_earlier()
        _note(work, "key.changed" if done.changed else "key.forgotten")
        work.commit()
    return done


def _rewrap(work: UnitOfWork, sealer: Sealer) -> Rewrapped:
    broken = 0

    def anew(key: bytes) -> bytes | None:
        nonlocal broken
        try:
            wrapped = sealer.rewrap(key)
        except SealBroken:
            broken += 1
            return None
        return None if wrapped == key else wrapped

    return Rewrapped(work.keys.change(anew), broken)


def _note(work: UnitOfWork, action: str) -> None:
    for school in work.schools.all():
        work.audit.note(school.id, None, action, school.id)
