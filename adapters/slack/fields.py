"""Fields of a form to Slack's inputs, and what was typed into them back to values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from blockkit import Checkboxes, DatePicker, Input, Option, PlainTextInput, RadioButtons, StaticSelect, UsersSelect
from blockkit import MultiStaticSelect as ManySelect

from adapters.slack.pieces import LABEL, blocks_of
from adapters.slack.texts import Block, built, plain
from bot import messages as m
from bot.plain import visible
from bot.wording import say

ENTRY: Final = "entry"
"""The action_id of every input: its block_id says which field it is."""
FIELD: Final = "field:"
LISTED: Final = "listed:"
"""Before the name of the second input of a person field: somebody of the school who has no account in Slack."""
FEW: Final = 10
MOST: Final = 100
LONGEST: Final = 3_000


class Directory(Protocol):
    """Who of the school is who in a workspace."""

    def account(self, person_id: str) -> str:
        """Return a person's user id in this workspace, or nothing."""
        ...


@dataclass(frozen=True, slots=True)
class Nowhere:
    """A directory of a workspace where nobody has an account."""

    def account(self, person_id: str) -> str:  # noqa: ARG002, D102 - see Directory
        return ""


def inputs(form: m.Form, directory: Directory) -> Iterator[Block]:
    """Yield the inputs of a form, each with its label and hint, filled with what was typed before."""
    for field in form.fields:
        value = form.values.get(field.name, "")
        first = value if isinstance(value, str) else next(iter(value), "")
        every = (value,) if isinstance(value, str) else value
        if isinstance(field, m.TextField):
            yield _input(field, _text(field, first))
        elif isinstance(field, m.Choice):
            yield from _in_full(field)
            yield _input(field, _choice(field, tuple(v for v in every if v)))
        elif isinstance(field, m.DateField):
            yield _input(field, DatePicker(ENTRY, initial_date=_day(first)))
        elif isinstance(field, m.Tick):
            option = Option(plain(say("report.form.option.yes")), "yes")
            yield _input(field, Checkboxes(ENTRY, [option], [option] if first == "yes" else None))
        else:
            yield from _person(field, first, directory)


def telling(block: Block) -> Block:
    """Return an input of which Slack tells as soon as something is chosen in it; of words it tells with the form."""
    chosen = block["type"] == "input" and block["element"]["type"] != "plain_text_input"
    return {**block, "dispatch_action": True} if chosen else block


def block_of(name: str) -> str:
    """Return the block_id of a field."""
    return f"{FIELD}{name}"


def values_of(view: Mapping[str, Any]) -> tuple[dict[str, str | tuple[str, ...]], dict[str, str]]:
    """Return what stands in a view's inputs: values by field, and user ids by person field.

    A person chosen from the list of those without an account is a value; a Slack user is an id to be looked up.
    """
    values: dict[str, str | tuple[str, ...]] = {}
    users: dict[str, str] = {}
    state = view.get("state", {}).get("values", {})
    for block, actions in state.items():
        entry = actions.get(ENTRY)
        if not isinstance(entry, Mapping):
            continue
        name = block.removeprefix(FIELD).removeprefix(LISTED).partition("/")[0]
        found = _entered(entry)
        if entry.get("type") == "users_select" and isinstance(found, str) and found:
            users[name] = found
        elif found and name not in values:
            values[name] = found
    return values, {name: user for name, user in users.items() if name not in values}


def _entered(entry: Mapping[str, Any]) -> str | tuple[str, ...]:
    kind = entry.get("type")
    if kind == "plain_text_input":
        return str(entry.get("value") or "")
    if kind == "datepicker":
        return str(entry.get("selected_date") or "")
    if kind == "users_select":
        return str(entry.get("selected_user") or "")
    if kind in {"checkboxes", "multi_static_select"}:
        chosen = tuple(str(option.get("value", "")) for option in entry.get("selected_options") or ())
        return chosen[0] if len(chosen) == 1 else chosen
    return str((entry.get("selected_option") or {}).get("value", ""))


def _input(field: m.Field, element: Any, *, required: bool | None = None) -> Block:  # noqa: ANN401 - one of blockkit's
    needed = field.required if required is None else required
    hint = plain(field.hint) if field.hint else None
    return built(Input(plain(field.label), element, hint=hint, optional=not needed, block_id=block_of(field.name)))


def _text(field: m.TextField, typed: str) -> PlainTextInput:
    longest = min(field.max_length, LONGEST)
    return PlainTextInput(ENTRY, visible(typed)[:longest] or None, multiline=field.multiline, max_length=longest)


def _option(option: m.Option) -> Option:
    label = option.label if len(option.label) <= LABEL else option.label[: LABEL - 1].rstrip() + "…"
    return Option(plain(label), option.value)


def _choice(field: m.Choice, chosen: tuple[str, ...]) -> Any:  # noqa: ANN401 - one of blockkit's
    options = [_option(option) for option in field.options]
    before = [built for built, option in zip(options, field.options, strict=True) if option.value in chosen]
    first = before[0] if before else None
    if field.many:
        if len(options) <= FEW:
            return Checkboxes(ENTRY, options, before or None)
        return ManySelect(ENTRY, options=options, initial_options=[*before] or None)
    if len(options) <= FEW:
        return RadioButtons(ENTRY, options, first)
    return StaticSelect(ENTRY, options, initial_option=first)


def _in_full(field: m.Choice) -> Iterator[Block]:
    """Yield the choices in full before an input whose choices do not fit."""
    long = tuple(option.label for option in field.options if len(option.label) > LABEL)
    if long:
        yield from blocks_of(m.Card("", (m.Text(say("slack.form.in_full"), "strong"), m.Bullets(long))))


def _day(value: str) -> str | None:
    day = value[:10]
    return day if len(day) == len("2026-01-01") and day.replace("-", "").isdecimal() else None


def _person(field: m.PersonField, chosen: str, directory: Directory) -> Iterator[Block]:
    """Yield Slack's own people picker, and beside it those of the school who have no account in this workspace."""
    outside = [option for option in field.options if not directory.account(option.value)]
    user = directory.account(chosen) if chosen else ""
    picker = UsersSelect(ENTRY, user or None, placeholder=plain(say("slack.form.choose")))
    yield _input(field, picker, required=field.required and not outside)
    for number, start in enumerate(range(0, len(outside), MOST)):
        some = outside[start : start + MOST]
        options = [_option(option) for option in some]
        before = next((b for b, option in zip(options, some, strict=True) if option.value == chosen), None)
        entry = Input(
            plain(f"{say('slack.form.not_in_slack')}{f' ({some[0].label} …)' if len(outside) > MOST else ''}"),
            StaticSelect(ENTRY, options, initial_option=before, placeholder=plain(say("slack.form.choose"))),
            hint=plain(say("slack.form.not_in_slack_hint")),
            optional=True,
            block_id=f"{FIELD}{LISTED}{field.name}" + (f"/{number}" if number else ""),
        )
        yield built(entry)
