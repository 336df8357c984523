"""The made-up school of demo mode."""

from __future__ import annotations

from adapters.terminal.asking import known_policy
from adapters.terminal.errors import Stop
from bot import demo
from bot.ports import Clock, Store


def seed(store: Store, clock: Clock, policy: str) -> None:
    """Put the demo school in where it is not yet. Raise ``Stop`` where the database holds a real school."""
    with store.begin() as work:
        real = [school.id for school in work.schools.all() if not school.id.startswith(demo.SCHOOL_ID)]
        if real:
            raise Stop(
                f"This database holds a real school ({real[0]}), and in demo mode anybody may be anybody: "
                "give the demo a folder of its own with CAN_I_VAR=var/demo."
            )
        if demo.seed(work, clock.today("Europe/London"), known_policy(policy)):
            work.commit()
