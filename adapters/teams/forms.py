"""The bot's forms as Adaptive Cards with inputs: each has a label, and what is wrong stands beside it."""

from __future__ import annotations

from typing import Final

from adapters.teams import shapes
from adapters.teams.elements import Surface, drawn, execute, heading, paragraph, plain, run, submit, whole
from adapters.teams.shapes import AdaptiveCard, InputChoiceSet
from adapters.teams.signs import FIELD, Sign, pack
from bot.forms import draft_of, is_report_form
from bot.messages import Choice, DateField, Field, Form, Option, PersonField, TextField, Tick, Values
from bot.plain import visible
from bot.wording import say

EXPANDED_AT_MOST: Final = 8
"""A choice of more options than these is a list to choose from; of fewer, all are shown at once."""
LISTED_AT_MOST: Final = 250
"""People listed in a card. Of more, the client asks for those that match what is typed (``application/search``)."""
PEOPLE: Final = "people"


def form_card(form: Form, on: Surface, prefill: Values | None = None) -> AdaptiveCard:
    """Return a form as a card. ``prefill`` fills fields for which the form itself holds nothing."""
    values: Values = {**(prefill or {}), **form.values}
    body: list[shapes.Element] = [heading(form.title)]
    general = [error for name, error in form.errors.items() if name not in {field.name for field in form.fields}]
    body += [_wrong(error) for error in general]
    if form.errors:
        body.append(paragraph(run(say("teams.form.nothing_sent"), weight="bolder")))
    for element in form.intro:
        body += drawn(element, on)
    may_keep = on.dialog and is_report_form(form.name)
    for field in form.fields:
        if field.name in form.errors:
            body.append(_wrong(form.errors[field.name]))
        if field.hint:
            body.append(paragraph(run(field.hint, small=True)))
        made = _input(field, values)
        if field.required and not may_keep:
            # A client that insists on what is needed would let nobody keep a form of which half is filled in.
            chosen = isinstance(field, Choice | PersonField)
            made["isRequired"] = True
            made["errorMessage"] = say("teams.form.choose" if chosen else "teams.form.needed")
        body.append(made)
    data = pack(_sign(form, on))
    if on.dialog:
        last: shapes.Action = {**submit(form.submit, data), "style": "positive"}
    else:
        last = {**execute(form.submit, "form", data), "style": "positive"}
    actions = [last]
    if may_keep:
        keep = pack(on.carry(form=draft_of(form.name), key=form.key))
        actions.append(submit(say("report.act.keep_draft"), keep))
    body.append({"type": "ActionSet", "actions": actions})
    return whole(form.title, body)


def input_id(field: Field) -> str:
    """Return the id of a field's input: its name, and its kind where the value has to be read by it."""
    kind = "tick" if isinstance(field, Tick) else "many" if isinstance(field, Choice) and field.many else "one"
    return f"{FIELD}{kind}_{field.name}"


def _sign(form: Form, on: Surface) -> Sign:
    return on.carry(form=form.name, key=form.key)


def _wrong(error: str) -> shapes.TextBlock:
    # The word says it; the colour only helps to find it.
    text = plain(say("teams.form.wrong", error=error))
    return {"type": "TextBlock", "text": text, "wrap": True, "weight": "bolder", "color": "attention"}


def _input(field: Field, values: Values) -> shapes.Input:
    if isinstance(field, Choice):
        return _choices(field, field.options, values, many=field.many)
    if isinstance(field, PersonField):
        return _choices(field, field.options, values, many=False)
    given = _one(values, field.name)
    made: shapes.Input
    if isinstance(field, DateField):
        made = {"type": "Input.Date", "id": input_id(field), "label": _label(field)}
    elif isinstance(field, Tick):
        made = {
            "type": "Input.Toggle",
            "id": input_id(field),
            "title": say("teams.form.tick"),
            "label": _label(field),
            "valueOn": "yes",
            "valueOff": "no",
        }
    else:
        made = {
            "type": "Input.Text",
            "id": input_id(field),
            "label": _label(field),
            "isMultiline": field.multiline,
            "maxLength": field.max_length,
        }
    if given:
        made["value"] = visible(given)
    return made


def _choices(field: Choice | PersonField, options: tuple[Option, ...], values: Values, *, many: bool) -> InputChoiceSet:
    chosen = values.get(field.name, "")
    given = chosen if isinstance(chosen, str) else ",".join(chosen)
    made: InputChoiceSet = {
        "type": "Input.ChoiceSet",
        "id": input_id(field),
        "label": _label(field),
        "choices": [{"title": visible(option.label), "value": option.value} for option in options],
        "wrap": True,
    }
    if isinstance(field, PersonField):
        made["style"] = "filtered"
        if len(options) > LISTED_AT_MOST:
            made["choices"] = [choice for choice in made["choices"] if choice["value"] == given]
            made["choices.data"] = {"type": "Data.Query", "dataset": PEOPLE}
    elif many or len(options) <= EXPANDED_AT_MOST:
        made["style"] = "expanded"
    if many:
        made["isMultiSelect"] = True
    if given:
        made["value"] = given
    return made


def _label(field: Field) -> str:
    return field.label if field.required else say("teams.form.optional", label=field.label)


def _one(values: Values, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else next(iter(value), "")


def question_form(title: str, key: str, typed: str = "") -> Form:
    """Return the form of the command "Ask the policy"."""
    question = TextField("question", say("teams.command.question"), required=True, multiline=True, max_length=1500)
    return Form("teams.ask", title, (question,), say("teams.command.ask_button"), key, values={"question": typed})
