"""The forms of reporting: a sorter of at most two questions, a short form for each kind, and reading what comes in."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.headsense import seems_about
from bot.messages import Choice, DateField, Element, Field, Form, Option, PersonField, Text, TextField, Tick, Values
from bot.people import Person, Roster
from bot.routing import about_of, subjects_of
from bot.wording import say, says
from knowledge.pack import REPORT_KINDS

SORTER: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "first": (
        ("child", "safeguarding"),
        ("abuse", "cyberbullying"),
        ("account", "account?"),
        ("somebody", "colleague?"),
        ("press", "media_enquiry"),
        ("other", "other"),
    ),
    "account": (("hacked", "compromised_account"), ("content", "wrong_content")),
    "colleague": (("child", "safeguarding"), ("rule", "breach"), ("small", "low_level_concern")),
}
"""Each question of the sorter: its choices, and the kind (or, with ``?``, the next question) that each leads to."""

ASKED: Final = "about_head"
"""What is asked only where the words seem to be about the headteacher and the form says otherwise."""
DRAFT: Final = "report.draft."
SUBJECT: Final = ("about", "person")
LAST: Final = ("conflict", "named")
FIELDS: Final[dict[str, tuple[str, ...]]] = {
    "breach": (*SUBJECT, "what", "when", "platform", "address", "evidence", "at_risk", *LAST),
    "cyberbullying": ("what", *SUBJECT, "when", "platform", "address", "evidence", "still", "police", *LAST),
    "compromised_account": (
        *("account", "what", *SUBJECT, "when"),
        *("platform", "address", "evidence", "still", "police", *LAST),
    ),
    "wrong_content": ("account", "what", *SUBJECT, "when", "address", "evidence", "still", "at_risk", *LAST),
    "safeguarding": ("at_risk", *SUBJECT, "what", "when", "platform", "address", "evidence", "police", *LAST),
    "media_enquiry": ("outlet", "what", *SUBJECT, *LAST),
    "low_level_concern": (*SUBJECT, "what", "when", "at_risk", *LAST),
    "other": (*SUBJECT, "what", "when", "at_risk", *LAST),
}
PROSE: Final = ("what", "evidence", "account", "outlet", "platform")
ABOUT_CHOICES: Final = (
    "staff",
    "headteacher",
    "chair",
    "head_and_chair",
    "contractor",
    "self",
    "outside",
    "unknown",
)
NEEDED: Final = frozenset({"about", "what", "named"})
NEEDED_BY_KIND: Final = {"safeguarding": frozenset({"at_risk"})}
LENGTHS: Final = {"what": 3000, "evidence": 2000, "outlet": 1000, "account": 300, "platform": 200, "address": 1000}
YES_NO: Final = ("yes", "no", "unsure")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that was filled in well. ``text`` is what is sealed: label by label, as JSON."""

    kind: str
    about: str
    subjects: tuple[str, ...]
    conflict: bool
    anonymous: bool
    urgent: bool
    text: str

    def __repr__(self) -> str:
        return f"Filled({self.kind!r})"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A form that was refused: what to put right, by field. ``ask_head`` adds the question about the headteacher."""

    errors: Mapping[str, str]
    ask_head: bool = False


def draw(
    kind: str,
    roster: Roster,
    on: dt.date,
    key: str,
    *,
    intro: tuple[Element, ...] = (),
    values: Values | None = None,
    wrong: Wrong | None = None,
) -> Form:
    """Return the form of a kind of report; with everything that was typed, and what to put right. ``KeyError``."""
    ask_head = (wrong is not None and wrong.ask_head) or bool(values and values.get(ASKED))
    fields = tuple(_field(name, kind, roster, on) for name in FIELDS[kind])
    if ask_head:
        fields = (_field(ASKED, kind, roster, on), *fields)
    errors = wrong.errors if wrong else {}
    guidance = (Text(say(f"report.guidance.{kind}")), *intro)
    title = say("report.form.title", kind=say(f"report.kind.{kind}"))
    return Form(f"report.{kind}", title, fields, say("report.form.submit"), key, guidance, values or {}, errors)


def read(kind: str, values: Values, roster: Roster, on: dt.date, reporter_id: str) -> Filled | Wrong:
    """Read a report form. ``KeyError`` for an unknown kind; whatever else is wrong comes back as ``Wrong``."""
    given = {name: _one(values.get(name)) for name in (*FIELDS[kind], ASKED)}
    errors = {name: error for name in (*FIELDS[kind], ASKED) if (error := _error(name, given[name], kind, roster, on))}
    if not errors and given["about"] == "staff" and not given["person"]:
        errors["person"] = say("report.error.person_needed")
    if errors:
        return Wrong(errors)
    chosen = given["about"]
    subjects = set(subjects_of(chosen, given["person"], reporter_id, roster, on))
    about = about_of(chosen, subjects, roster, on)
    if about not in {"headteacher", "head_and_chair"}:
        heads = {a.person.id: a.person for a in roster.acting("headteacher", on)}
        heads |= {p.id: p for p in roster.holders("headteacher", on)}
        prose = "\n".join(given.get(name, "") for name in PROSE)
        if given[ASKED] == "yes":
            subjects |= set(subjects_of("headteacher", "", reporter_id, roster, on))
            about = about_of("head_and_chair" if about == "chair" else "headteacher", subjects, roster, on)
        elif given[ASKED] != "no" and reporter_id not in heads and seems_about(prose, _names(heads)):
            return Wrong({ASKED: say("report.error.about_head")}, ask_head=True)
    at_risk = given.get("at_risk", "")
    return Filled(
        kind,
        about,
        tuple(sorted(subjects)),
        given["conflict"] == "yes",
        given["named"] == "without_name",
        at_risk == "yes" or (kind == "safeguarding" and at_risk != "no"),
        json.dumps({name: value for name, value in given.items() if value}, ensure_ascii=False),
    )


def labelled(kind: str, text: str, roster: Roster) -> tuple[tuple[str, str], ...]:
    """Return what was sealed of a form as pairs of label and words, in the form's order, for whoever may read it."""
    given: dict[str, str] = json.loads(text)
    options = says("report.form.option")
    rows = []
    for name in (*FIELDS[kind], ASKED):
        value = given.get(name, "")
        if not value or name == "named":
            continue
        if name == ASKED:
            value = options[f"head_{value}"]
        elif name == "person":
            value = roster.name(value)
        elif name == "conflict":
            value = options["yes"]
        elif name == "about" or value in YES_NO:
            value = options.get(value, value)
        rows.append((say(f"report.form.{name}"), value))
    return tuple(rows)


def is_report_form(name: str) -> bool:
    """Return whether a form's name is that of a report form."""
    job, _, kind = name.partition(".")
    return job == "report" and kind in REPORT_KINDS


def draft_of(name: str) -> str:
    """Return the name under which what stands in a report form is kept and not sent."""
    return DRAFT + name.removeprefix("report.")


def is_draft(name: str) -> bool:
    """Return whether what was sent in under a name is a report form to be kept."""
    return name.startswith(DRAFT) and name.removeprefix(DRAFT) in REPORT_KINDS


def _names(people: Mapping[str, Person]) -> tuple[str, ...]:
    return tuple(person.name for person in people.values())


def _field(  # noqa: PLR0911 - one return for each sort of field
    name: str, kind: str, roster: Roster, on: dt.date
) -> Field:
    label, hint = say(f"report.form.{name}"), says("report.form").get(f"{name}_hint", "")
    needed = _needed(name, kind)
    if name == "about":
        return Choice(name, label, _options(ABOUT_CHOICES), hint, required=True)
    if name == "person":
        people = tuple(Option(person.id, person.name) for person in roster.here(on))
        return PersonField(name, label, hint, options=people)
    if name == "named":
        return Choice(name, label, _options(("with_name", "without_name")), hint, required=True)
    if name == ASKED:
        options = (Option("yes", say("report.form.option.head_yes")), Option("no", say("report.form.option.head_no")))
        return Choice(name, label, options, hint, required=True)
    if name in {"still", "police", "at_risk"}:
        return Choice(name, label, _options(YES_NO), hint, required=needed)
    if name == "conflict":
        return Tick(name, label, hint)
    if name == "when":
        return DateField(name, label, hint)
    multiline = name in {"what", "evidence", "outlet"}
    return TextField(name, label, hint, needed, multiline, LENGTHS[name])


def _needed(name: str, kind: str) -> bool:
    return name in NEEDED or name in NEEDED_BY_KIND.get(kind, ())


def _options(names: tuple[str, ...]) -> tuple[Option, ...]:
    return tuple(Option(name, say(f"report.form.option.{name}")) for name in names)


def _error(  # noqa: PLR0911 - one return for each fault
    name: str, value: str, kind: str, roster: Roster, on: dt.date
) -> str:
    if not value:
        if not _needed(name, kind):
            return ""
        return say("report.error.choose" if name in {"about", "at_risk", "named"} else "report.error.needed")
    choices = {
        "about": ABOUT_CHOICES,
        "named": ("with_name", "without_name"),
        "still": YES_NO,
        "police": YES_NO,
        "at_risk": YES_NO,
        "conflict": ("yes",),
        ASKED: ("yes", "no"),
    }
    if name in choices:
        return "" if value in choices[name] else say("report.error.unknown_choice")
    if name == "person":
        person = roster.person(value)
        return "" if person and person.here(on) else say("report.error.unknown_person")
    if name == "when":
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return say("report.error.not_a_date")
        return say("report.error.future") if day > on else ""
    most = LENGTHS[name]
    return say("report.error.too_long", most=most, have=len(value)) if len(value) > most else ""


def _one(value: str | tuple[str, ...] | None) -> str:
    """Return what was typed, without the characters that no database keeps and no reader sees."""
    text = value if isinstance(value, str) else next(iter(value or ()), "")
    return text.replace("\0", "").strip()
