"""What a school may choose about the clock of reports, and what is refused in words."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

import app
from adapters.desk.services import DESK
from adapters.settings import Settings, SettingsError, load, reporting
from bot.deadlines import PACES, URGENT, USUAL, Pace, paces_of
from bot.messages import Submitted, Where
from bot.references import new_form_key

MINUTES = {number: dt.timedelta(minutes=number) for number in (5, 20, 30, 45, 60, 120, 240)}


def test_what_is_not_set_is_the_usual() -> None:
    """The settings' defaults: an hour for a child at risk, a working day for the rest; two reminders, then on."""
    assert paces_of(*reporting(Settings())) == PACES
    assert PACES.of("breach", urgent=True) == URGENT == Pace(MINUTES[60], MINUTES[30], MINUTES[30])
    assert PACES.of("breach", urgent=False) == USUAL == Pace(1, 1, 1)
    assert paces_of((), ()) == PACES


def test_settings_come_from_the_table(tmp_path: Path) -> None:
    """By file and by variable; a kind takes what it does not say from the usual, a child at risk from its own."""
    (tmp_path / "can-i.toml").write_text('report_unreachable = ["usual=2h"]\n')
    given = {"CAN_I_REPORT_DEADLINES": "at_risk=20m, usual=2d/1d, cyberbullying=4h, media_enquiry=2h/45m/5m"}
    paces = paces_of(*reporting(load(given, tmp_path)))
    assert paces.of("safeguarding", urgent=True) == Pace(MINUTES[20], MINUTES[30], MINUTES[30])
    assert paces.of("safeguarding", urgent=False) == Pace(2, 1, 1)
    assert paces.of("cyberbullying", urgent=False) == Pace(MINUTES[240], 1, 1)
    assert paces.of("cyberbullying", urgent=True).first == MINUTES[20]
    assert paces.of("media_enquiry", urgent=False) == Pace(MINUTES[120], MINUTES[45], MINUTES[5])
    assert (paces.urgent_late, paces.late) == (600.0, 7200.0)


@pytest.mark.parametrize(
    ("deadlines", "says"),
    [
        ("gossip=1d", "must begin with one of at_risk, breach"),
        ("1d", "must begin with one of"),
        ("usual=1d/1d/1d/1d", "three waits at most"),
        ("usual=soon", "such as usual=4h/1d/1d, not 'soon'"),
        ("usual=", "such as usual=4h/1d/1d, not ''"),
        ("usual=1d/", "not ''"),
        ("usual=0d", "not '0d'"),
        ("usual=4m", "not '4m'"),
        ("usual=169h", "not '169h'"),
        ("usual=21d", "not '21d'"),
        ("breach=-1d", "not '-1d'"),
        ("breach=1d, breach=2d", "gives breach twice"),
        ("at_risk=1d", "a child at risk cannot wait for a working day"),
        ("at_risk=1h/1h/25h", "at most 24 hours each"),
    ],
)
def test_a_bad_deadline_is_one_plain_sentence(tmp_path: Path, deadlines: str, says: str) -> None:
    """Each fault is refused at the start, with the setting's name, what is wrong and what is right."""
    with pytest.raises(SettingsError) as raised:
        load({"CAN_I_REPORT_DEADLINES": deadlines}, tmp_path)
    assert says in str(raised.value)
    assert "report_deadlines" in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("text", ["usual=1d", "at_risk=1m", "breach=30m", "usual=30m, usual=1h", "usual"])
def test_a_bad_wait_for_a_lost_notice_is_one_plain_sentence(tmp_path: Path, text: str) -> None:
    """By the clock only, for a child at risk and for everything else."""
    with pytest.raises(SettingsError, match=r"^report_unreachable"):
        load({"CAN_I_REPORT_UNREACHABLE": text}, tmp_path)


@pytest.mark.usefixtures("logging_as_it_was")
def test_the_settings_reach_the_bot_that_is_served(tmp_path: Path) -> None:
    """A report that comes in at a bot with deadlines of its own is due by them."""
    house = app.House({"CAN_I_DEMO": "true", "CAN_I_REPORT_DEADLINES": "at_risk=20m, breach=3h"}, tmp_path)
    try:
        talk = house.application()[DESK].services.conversation
        values = {"about": "unknown", "what": "x", "named": "with_name"}
        talk.handle("demo-teacher", Where("desk", "x"), Submitted("report.breach", new_form_key(), values))
        at_risk = {**values, "at_risk": "yes"}
        talk.handle("demo-teacher", Where("desk", "x"), Submitted("report.breach", new_form_key(), at_risk))
        with house.store().look() as work:
            waits = {report.due_at - report.received_at for report in work.reports.all("demo")}
    finally:
        house.close()
    assert waits == {MINUTES[20], dt.timedelta(hours=3)}
