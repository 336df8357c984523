"""The audit chain finds a change, a removal, a swap and a cut tail."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from bot.audit import START, Anchor, AuditRow, digest, link, verify

COLUMNS = ("at", "actor_id", "action", "thing", "facts", "before", "hash", "seq", "school_id")
NOW = dt.datetime(2026, 3, 9, 10, tzinfo=dt.UTC)


def chain(length: int = 6) -> list[AuditRow]:
    rows: list[AuditRow] = []
    end = Anchor("s", 0, START)
    for n in range(length):
        row = link(end, NOW + dt.timedelta(seconds=n), "p", "report.opened", f"thing-{n}", digest(str(n)))
        rows.append(row)
        end = Anchor("s", row.seq, row.hash)
    return rows


def end_of(rows: list[AuditRow]) -> Anchor:
    return Anchor("s", rows[-1].seq, rows[-1].hash)


def test_a_whole_chain_has_nothing_wrong() -> None:
    """Nothing is found where nothing was done, with and without anchors."""
    rows = chain()
    assert list(verify("s", rows, end_of(rows))) == []
    assert list(verify("s", rows, end_of(rows), [Anchor("s", 3, rows[2].hash)])) == []
    assert list(verify("s", [], None)) == []


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("place", range(6))
def test_a_changed_column_is_found(column: str, place: int) -> None:
    """Any column of any row that is changed is found."""
    rows = chain()
    head = end_of(rows)
    new = {"at": NOW + dt.timedelta(days=1), "seq": 99}.get(column, "x" * 64)
    rows[place] = replace(rows[place], **{column: new})
    assert list(verify("s", rows, head))


@pytest.mark.parametrize("place", range(6))
def test_a_removed_row_is_found(place: int) -> None:
    """A row taken out is found, the last one too."""
    rows = chain()
    head = end_of(rows)
    del rows[place]
    assert list(verify("s", rows, head))


@pytest.mark.parametrize(("one", "other"), [(0, 1), (1, 4), (4, 5)])
def test_a_swap_is_found(one: int, other: int) -> None:
    """Two rows that change places are found, even where their numbers are changed with them."""
    rows = chain()
    head = end_of(rows)
    rows[one], rows[other] = replace(rows[other], seq=one + 1), replace(rows[one], seq=other + 1)
    assert list(verify("s", rows, head))


def test_a_chain_written_anew_is_found_by_an_anchor() -> None:
    """Whoever rewrites every row and the head is found by what was given out of the house."""
    rows, anew = chain(), chain()
    anchor = end_of(rows)
    end, forged = Anchor("s", 0, START), []
    for row in anew:
        row = link(end, row.at, "somebody-else", row.action, row.thing, row.facts)  # noqa: PLW2901
        forged.append(row)
        end = Anchor("s", row.seq, row.hash)
    assert list(verify("s", forged, end_of(forged))) == []
    assert [fault.seq for fault in verify("s", forged, end_of(forged), [anchor])] == [6]


def test_a_cut_tail_is_found_by_head_and_by_anchor() -> None:
    """Rows cut off the end are found by the head; with the head set back, by an anchor."""
    rows = chain()
    anchor, cut = end_of(rows), rows[:3]
    assert list(verify("s", cut, anchor))
    assert "cut off" in str(next(verify("s", cut, end_of(cut), [anchor])))
    assert list(verify("s", rows, None))


def test_an_anchor_is_written_and_read() -> None:
    """What is mailed can be read again; what is no anchor is refused."""
    anchor = end_of(chain())
    assert Anchor.parse(f" {anchor}\n") == anchor
    for text in ("", "s:1", "s:1:abc", "s:x:" + "0" * 64):
        with pytest.raises(ValueError):  # noqa: PT011 - several messages
            Anchor.parse(text)


def test_parts_of_a_digest_are_marked_off() -> None:
    """What is joined differently has a different hash."""
    assert digest("ab", "c") != digest("a", "bc")
    assert digest("a") != digest("a", "")


@pytest.mark.soak
def test_every_kind_of_tampering_with_a_thousand_rows_is_found() -> None:
    """Each column of each row changed, each row removed or sent twice, each neighbour swapped, each tail cut."""
    whole = chain(1000)
    head = end_of(whole)
    for place, row in enumerate(whole):
        for column, new in {**dict.fromkeys(COLUMNS, "x" * 64), "at": NOW - dt.timedelta(days=1), "seq": -1}.items():
            assert any(verify("s", [*whole[:place], replace(row, **{column: new}), *whole[place + 1 :]], head)), column
        assert any(verify("s", [*whole[:place], *whole[place + 1 :]], head))
        assert any(verify("s", [*whole[: place + 1], row, *whole[place + 1 :]], head))
        assert any(verify("s", whole[:place], head))
        if place:
            assert any(verify("s", [*whole[: place - 1], row, whole[place - 1], *whole[place + 1 :]], head))
