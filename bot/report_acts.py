"""The forms of what is done with a report: a note, a message, handing over, closing."""

from __future__ import annotations

from collections.abc import Iterable

from bot.messages import Choice, Form, Option, PersonField, TextField
from bot.reporting_life import HOLDS
from bot.reports import OUTCOMES, Report
from bot.scene import Scene
from bot.wording import say


def ask(action: str, reference: str, scene: Scene, key: str, report: Report | None = None) -> Form:
    """Return the form that an act needs; its name carries action and reference. ``KeyError`` for one without a form."""
    people = tuple(
        Option(p.id, p.name)
        for p in scene.roster.here(scene.today)
        if report is None or p.id not in scene.roster.one_login(report.subjects)
    )
    why = TextField("text", say("report.asked.why"), multiline=True)
    person = PersonField("person", say("report.asked.to"), say("report.asked.to_hint"), required=True, options=people)
    fields = {
        "note": (TextField("text", say("report.asked.note"), required=True, multiline=True),),
        "message": (_message(),),
        "hand_over": (person, why),
        "add_person": (person, why),
        "close": (
            Choice("outcome", say("report.asked.outcome"), _options("report.outcome", OUTCOMES), required=True),
            TextField("text", say("report.asked.outcome_says"), multiline=True),
            TextField("message", say("report.asked.outcome_message"), multiline=True),
        ),
        "hold": (Choice("hold", say("report.asked.hold"), _options("report.hold", HOLDS), required=True),),
        "link": (TextField("other", say("report.asked.link"), required=True, max_length=40),),
        "add": (TextField("text", say("report.asked.add"), required=True, multiline=True),),
        "code": (
            TextField("code", say("report.asked.code"), say("report.asked.code_hint"), required=True, max_length=40),
            TextField("text", say("report.asked.add"), multiline=True),
        ),
    }[action]
    name = f"report.act.{action}.{reference}" if reference else f"report.act.{action}"
    return Form(name, say(f"report.act.{action}"), fields, say("report.asked.submit"), key)


def _message() -> TextField:
    return TextField(
        "text", say("report.asked.message"), say("report.asked.message_hint"), required=True, multiline=True
    )


def _options(table: str, names: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(name, say(f"{table}.{name}")) for name in names)
