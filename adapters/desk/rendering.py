"""Cards and forms to HTML: one template for each element of ``bot.messages``, and everything escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from adapters.desk import wording
from bot.answers import whose
from bot.messages import Button, Card, Element, Field, Form, Heading, Line, Typed

TEMPLATES: Final = Path(__file__).parent / "templates"
RADIOS_AT_MOST: Final = 10
"""A choice of more options than these is drawn as a list to choose from, not as radio buttons."""
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

PLACES: Final[Mapping[str, str]] = {
    "home": "/",
    "ask.start": "/chat",
    "ask.clause": "/policy/clause/{value}",
    "ask.head": "/ask-head",
    "ask.inbox": "/questions",
    "ask.counts": "/questions/counts",
    "ask.open": "/questions/{value}",
    "ask.read": "/replies/{value}",
    "report.start": "/report",
    "report.sort": "/report/sort/{value}",
    "report.carry_on": "/report/carry-on/{value}",
    "report.mine": "/mine",
    "report.code": "/mine/code",
    "report.own_data": "/mine/data",
    "report.status": "/mine/{value}",
    "report.add": "/mine/{value}/add",
    "report.attach": "/mine/{value}/files",
    "report.file": "/files/{value}",
    "report.inbox": "/inbox",
    "report.open": "/reports/{value}",
    "report.print": "/reports/{value}/record",
    "report.note": "/reports/{value}/note",
    "report.message": "/reports/{value}/message",
    "report.hand_over": "/reports/{value}/hand_over",
    "report.add_person": "/reports/{value}/add_person",
    "report.close": "/reports/{value}/close",
    "report.hold": "/reports/{value}/hold",
    "report.link": "/reports/{value}/link",
    "reread.mine": "/reread",
    "reread.read": "/reread/read/{value}",
    "reread.check": "/reread/check/{value}",
    "reread.receipt": "/reread/receipt/{value}",
    "reread.paper": "/reread/paper",
    "reread.changes": "/reread/changes/{value}",
    "reread.overview": "/reread/overview",
    "reread.overview_of": "/reread/overview/{value}",
    "reread.nudge_one": "/reread/remind",
    "policy.open": "/own/{value}",
}
"""Buttons that only go somewhere: links to a page of the desk, which asks the bot the same thing when it opens."""


@dataclass(frozen=True, slots=True)
class At:
    """Where the buttons of a rendered card are sent, and the token that goes with them."""

    csrf: str = ""
    press: str = "/press"


@dataclass(frozen=True, slots=True)
class Problem:
    """One line of the summary of errors: the id of the part of the form to go to, its label, and what is wrong."""

    target: str
    label: str
    error: str


def environment() -> Environment:
    """Return the Jinja environment: always escaping, and an unknown name is a fault."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters |= {"shown": shown, "kind": kind, "href": safe_href}
    made.globals |= {
        "place": place,
        "values_of": values_of,
        "as_radios": as_radios,
        "is_day": is_day,
        "field_id": field_id,
        "unknown_element": unknown_element,
        "role_words": wording.role_words,
        "demo_roles": wording.short_roles,
        "demo_policies": wording.policy_choices,
        "force_says": wording.force_words,
        "said_once": wording.said_once,
        "whose": whose,
        "error_says": wording.error_words,
        "day": wording.day_words,
    }
    return made


def shown(line: Line) -> Markup:
    """Return a line as HTML: escaped; what a person typed stands apart, with line ends and direction of its own."""
    if isinstance(line, Typed):
        return Markup('<span class="typed" dir="auto">{}</span>').format(line.text)
    return escape(line)


def kind(thing: object) -> str:
    """Return the name of an element's or field's class: what the templates choose by."""
    return type(thing).__name__


def safe_href(address: str) -> str:
    """Return a web address that may be linked: a page of the desk, web, mail or telephone; empty for anything else."""
    if address.startswith("/") and not address.startswith(("//", "/\\")):
        return address
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    named = bool(parts.netloc) if parts.scheme in {"http", "https"} else bool(parts.path)
    return address if parts.scheme in _SCHEMES and named else ""


def place(button: Button) -> str:
    """Return the page that a button goes to, or an empty text for a button that does something."""
    path = PLACES.get(button.action, "")
    if "{value}" not in path:
        return path
    if not button.value:
        return ""
    return path.format(value=quote(button.value, safe=""))


def values_of(form: Form, name: str) -> tuple[str, ...]:
    """Return what was typed or chosen for a field: none, one or several values."""
    found = form.values.get(name, ())
    return (found,) if isinstance(found, str) else tuple(found)


def as_radios(options: tuple[object, ...]) -> bool:
    """Return whether a choice is short enough for radio buttons."""
    return len(options) <= RADIOS_AT_MOST


def is_day(value: str) -> bool:
    """Return whether a date input can show a value; one that it cannot is shown as text, so that it is not lost."""
    return not value or _DAY.fullmatch(value) is not None


def field_id(name: str) -> str:
    """Return the id of a field's input; ids of hints and errors begin with it."""
    return "f-" + re.sub(r"[^A-Za-z0-9_-]", "-", name)


def problems(form: Form) -> tuple[Problem, ...]:
    """Return the summary of a form's errors in the order of its fields; errors of no field come first."""
    labels: dict[str, Field] = {each.name: each for each in form.fields}
    general = [Problem("form", "", error) for name, error in form.errors.items() if name not in labels]
    return (
        *general,
        *(Problem(_target(f), f.label, form.errors[n]) for n, f in labels.items() if n in form.errors),
    )


def titled(card: Card) -> tuple[str, tuple[Element, ...]]:
    """Return the title of a card shown as a page (its first heading, or its summary) and the rest of its body."""
    if card.body and isinstance(card.body[0], Heading):
        return card.body[0].text, card.body[1:]
    return card.summary, card.body


def render(templates: Environment, template: str, /, **values: Any) -> str:  # noqa: ANN401 - whatever a template asks for
    """Return a template filled in."""
    return templates.get_template(template).render(**values)


def card_html(templates: Environment, card: Card, at: At = At(), level: int = 3) -> str:
    """Return a card alone, as it stands in the chat; ``level`` is that of its headings."""
    return render(templates, "card_alone.html", card=card, at=at, level=level)


def form_html(templates: Environment, form: Form, at: At = At()) -> str:
    """Return a form alone."""
    return render(templates, "form_alone.html", form=form, at=at, problems=problems(form))


def unknown_element(thing: object) -> str:
    """Raise ``TypeError``: an element or a field that no template draws would otherwise be left out in silence."""
    raise TypeError(kind(thing))


def _target(field: Field) -> str:
    """Return the id to go to: the first input of a group of choices, else the input itself."""
    options = getattr(field, "options", None)
    grouped = kind(field) == "Choice" and options is not None and (as_radios(options) or getattr(field, "many", False))
    return f"{field_id(field.name)}-1" if grouped else field_id(field.name)
