"""A reviewed policy as one file: written, read, and refused where nobody could be answered from it."""

from __future__ import annotations

import msgspec
import pytest

from bot import own_pack
from bot.own_import import NotTaken
from knowledge.model import Clause, Norm, Policy, PolicyHead
from knowledge.pack import installed, load_installed

WHOLE = load_installed("beaumont")


@pytest.mark.parametrize("name", installed())
def test_what_is_written_is_read_again(name: str) -> None:
    """Head, clauses and every rule of each pack that ships, dates and examples included."""
    policy = load_installed(name)
    pressed = own_pack.read(own_pack.written(policy).encode())
    assert pressed.head == policy.head
    assert [clause.text for clause in pressed.document.clauses] == [clause.text for clause in policy.clauses]
    assert [[each.norm for each in d.norms] for d in pressed.drafted] == [list(c.norms) for c in policy.clauses]
    assert not any(drafted.doubt for drafted in pressed.drafted)


def test_what_was_left_open_is_doubtful_at_the_next_school() -> None:
    """And has no rule: what the first school did not settle the second must look at."""
    norm = Norm("stated", ("befriend",), "Clause 1 bears on this.")
    policy = msgspec.structs.replace(WHOLE, clauses=(Clause("1", "S", "Words.", norms=(norm,), open="unclear"),))
    whole = msgspec.structs.replace(policy, head=_without_citations(WHOLE.head))
    (drafted,) = own_pack.read(own_pack.written(whole).encode()).drafted
    assert drafted.norms == ()
    assert drafted.doubt == "The school that it comes from left this clause open."


def _without_citations(head: PolicyHead) -> PolicyHead:
    """Return a head that cites no clause."""
    routes = tuple(msgspec.structs.replace(route, clauses=()) for route in head.routes)
    nothing: dict[str, tuple[()]] = dict.fromkeys(
        ("approvals", "definitions", "contacts", "consequences", "unclear"), ()
    )
    kept = {name: msgspec.structs.replace(getattr(head, name), clauses=()) for name in ("review", "declaration")}
    rereading = msgspec.structs.replace(head.rereading, clauses=(), induction_clauses=())
    return msgspec.structs.replace(head, routes=routes, rereading=rereading, **nothing, **kept)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ((b'force = "prohibited"', b'force = "forbidden"'), "force"),
        ((b"acts = [\n", b'acts = [\n    "fly_a_kite",\n'), "unknown act 'fly_a_kite'"),
        ((b'kind = "breach"', b'kind = "gossip"'), "gossip"),
        ((b'id = "1.2"', b'id = "1.1"'), "this id stands twice"),
        ((b"[[clause]]", b"[clause]"), "pack that can be read"),
        ((b"[policy]", b"x = " + b"[" * 100_000), "pack that can be read"),
        ((b"[policy]", b"\xff"), "pack that can be read"),
    ],
    ids=["force", "act", "report", "twice", "table", "depth", "bytes"],
)
def test_a_pack_that_nobody_could_be_answered_from_is_refused(change: tuple[bytes, bytes], says: str) -> None:
    """In words that name what is wrong; so are one without clauses, and one that is too large."""
    data = own_pack.written(WHOLE).encode()
    assert change[0] in data
    with pytest.raises(NotTaken, match=says):
        own_pack.read(data.replace(*change))


def test_nothing_and_too_much_are_refused() -> None:
    """A pack without clauses, and two million bytes of anything."""
    empty = own_pack.written(Policy(WHOLE.head, ())).encode()
    with pytest.raises(NotTaken, match="pack"):
        own_pack.read(empty)
    with pytest.raises(NotTaken, match="too large"):
        own_pack.read(b"#" * (own_pack.LARGEST + 1))
