"""A trust's policy as the pack that it publishes, in words of our own."""

from __future__ import annotations

import msgspec

from bot import own_pack
from knowledge import pack
from knowledge.model import Clause, Norm, Policy


def rule(force: str, act: str, says: str, **more: object) -> Norm:
    """Return a norm of the trust's."""
    return Norm(force, (act,), says, **more)  # type: ignore[arg-type]


CLAUSES = (
    Clause("1.1", "Contact", "No pupil is ever added.", norms=(rule("prohibited", "befriend", "Add no pupils."),)),
    Clause(
        "1.2",
        "Contact",
        "The trust's page may be followed.",
        norms=(rule("permitted", "follow", "You may follow it."),),
        optional=True,
    ),
    Clause("2.1", "Groups", "Chat groups are not run.", norms=(rule("prohibited", "run_staff_group", "Run none."),)),
    Clause("2.2", "Groups", "Evidence is kept for the office.", norms=(rule("required", "keep_evidence", "Keep it."),)),
)


def trust(version: str, clauses: tuple[Clause, ...] = CLAUSES, **head: object) -> bytes:
    """Return the trust's policy as the pack that it publishes."""
    base = pack.load_installed("stockham").head
    routes = tuple(msgspec.structs.replace(route, clauses=()) for route in base.routes)
    nothing: dict[str, tuple[()]] = dict.fromkeys(
        ("approvals", "definitions", "contacts", "consequences", "unclear"), ()
    )
    kept = {name: msgspec.structs.replace(getattr(base, name), clauses=()) for name in ("review", "declaration")}
    rereading = msgspec.structs.replace(base.rereading, clauses=(), induction_clauses=())
    more = {"routes": routes, **nothing, **kept, **head}
    made = msgspec.structs.replace(
        base, id="trust", title="Online conduct", school="Oak Trust", version=version, rereading=rereading, **more
    )
    return own_pack.written(Policy(made, clauses)).encode()
