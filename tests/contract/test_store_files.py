"""Files of reports in the store: kept once, read without their content, destroyed with their report; ways that end."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from adapters.db import tables as t
from adapters.sealing import AesSealer
from bot.ports import Attachment, Door, SealBroken
from tests.contract.test_store import entry, report
from tests.fakes import MONDAY, World

SEALER = AesSealer((b"1" * 32,))
LATER = MONDAY + dt.timedelta(minutes=15)


def attachment(number: int = 1, report_id: str = "r1") -> Attachment:
    at = MONDAY + dt.timedelta(minutes=number)
    return Attachment(f"a{number}", report_id, at, b"key %d" % number, b"about %d" % number)


def test_a_file_is_kept_once_and_comes_back(any_world: World) -> None:
    """With every byte of its content; a second one of its id has no effect; another report's are not among them."""
    content = bytes(range(256)) * 4_000
    with any_world.store.begin() as work:
        for number in (1, 2):
            work.reports.add(report(number), entry(number))
        assert work.attachments.add(attachment(2), b"other")
        assert work.attachments.add(attachment(1), content)
        assert not work.attachments.add(attachment(1), b"again")
        assert work.attachments.add(attachment(3, "r2"), b"of another")
        work.commit()
    with any_world.store.look() as work:
        assert work.attachments.of("r1") == (attachment(1), attachment(2))
        assert work.attachments.get("a3") == attachment(3, "r2")
        assert work.attachments.get("a9") is None
        assert work.attachments.content("a1") == content
        assert work.attachments.content("a9") == b""
        assert work.keys.there()
        got = work.reports.get("r2")
        assert got is not None
        assert got.reference == "REF-2"
        assert work.reports.get("r9") is None


def test_with_its_report_everything_of_a_file_goes(any_world: World) -> None:
    """File, key and ways to it, of this report only."""
    with any_world.store.begin() as work:
        for number in (1, 2):
            work.reports.add(report(number), entry(number))
            work.attachments.add(attachment(number, f"r{number}"), b"content")
            work.doors.add(f"h{number}", Door(f"r{number}", None), LATER, MONDAY)
        work.reports.wipe("r1")
        work.commit()
    with any_world.store.look() as work:
        assert work.attachments.of("r1") == ()
        assert work.attachments.of("r2") == (attachment(2, "r2"),)
        assert work.doors.find("h1", MONDAY) is None
        assert work.doors.find("h2", MONDAY) == Door("r2", None)
    with any_world.engine.connect() as connection:
        for table in (t.attachments, t.attachment_keys, t.attachment_doors):
            assert connection.execute(select(func.count()).select_from(table)).scalar() == 1


def test_a_way_is_used_once_and_ends(any_world: World) -> None:
    """A link leads somewhere once before it expires; what has expired is forgotten; a way can be shut."""
    door, nameless = Door("r1", "demo-teacher"), Door("r1", None)
    with any_world.store.begin() as work:
        work.reports.add(report(), entry())
        work.doors.add("h1", door, LATER, MONDAY)
        work.doors.add("h2", nameless, LATER, MONDAY)
        assert work.doors.find("h1", MONDAY) == door
        assert work.doors.use("h1", MONDAY) == door
        assert work.doors.use("h1", MONDAY) is None
        assert work.doors.use("h2", LATER) is None
        assert work.doors.find("h2", LATER) is None
        assert work.doors.find("h2", MONDAY) == nameless
        work.doors.shut("h2")
        assert work.doors.find("h2", MONDAY) is None
        work.doors.add("h3", nameless, LATER, MONDAY)
        work.doors.add("h3", door, LATER, MONDAY)
        assert work.doors.find("h3", MONDAY) == door
        work.doors.add("h4", door, LATER + dt.timedelta(hours=1), LATER)
        assert work.doors.find("h3", MONDAY) is None
        work.commit()


@given(st.binary(), st.text(min_size=1))
def test_bytes_are_sealed_as_text_is(plain: bytes, place: str) -> None:
    """Any bytes come back at their place only, and are not text where they are none."""
    place = place.encode("utf-8", "replace").decode()
    key = SEALER.new_key()
    sealed = SEALER.seal_bytes(key, plain, place)
    assert SEALER.open_bytes(key, sealed, place) == plain
    with pytest.raises(SealBroken):
        SEALER.open_bytes(key, sealed, place + "x")
    with pytest.raises(SealBroken):
        SEALER.open(key, SEALER.seal_bytes(key, b"\xff" + plain, place), place)
