"""A message that somebody chose, to report it or to ask about it: what of it goes into a form, and what does not.

A form takes words, and no more than Slack lets stand in an input from the start.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapters.slack.fields import LONGEST
from adapters.slack.own import CARRY, WITHOUT
from adapters.slack.places import Place
from adapters.slack.rendering import carried, carried_text
from bot.messages import Button, Buttons, Card, Form, Heading, Text
from bot.plain import visible
from bot.wording import say

INTO: Final = "what"
"""The field of a report form that a chosen message is put into."""


def question(text: str) -> Card:
    """Return the question whether a chosen message, which stands below it, goes into a report."""
    title, without = say("slack.carry.title"), Button(say("slack.carry.no"), WITHOUT)
    if _wordless(text):
        return Card(title, (Heading(title), Text(say("slack.carry.wordless")), Buttons((without,))), "carry")
    left = left_out("slack.carry.left_out", _length(text))
    buttons = Buttons((Button(say("slack.carry.yes"), CARRY, style="primary"), without))
    lines = (Text(say("slack.carry.says")), *([Text(left)] if left else []))
    return Card(title, (Heading(title), *lines, buttons), "carry")


def carrying(place: Place, text: str) -> Place:
    """Return a place whose dialogs show a chosen message at their end, until it stands in a form."""
    if _wordless(text):
        return place
    whole = _length(text)
    marks = place.marks.of(carries=True, whole=whole if whole > LONGEST else 0)
    return replace(place, view={"blocks": carried(text)}, marks=marks)


def put_into(form: Form, place: Place) -> tuple[Form, int]:
    """Return a report's form with the message that is carried to it, and beside it in words what is not there.

    The number is how many characters the message has, as long as the form must go on saying that some are not there.
    """
    text = carried_text(dict(place.view))[1] if place.marks.carries else ""
    if text and form.values.get(INTO):
        return _beside(form, say("slack.carry.not_put")), 0
    if text:
        form = replace(form, values={**form.values, INTO: text})
    left = left_out("slack.carry.left_out", place.marks.whole)
    return (_beside(form, left), place.marks.whole) if left else (form, 0)


def hint(text: str) -> str:
    """Return what stands below the input of a question that is to be made of a chosen message."""
    if _wordless(text):
        return say("slack.question.wordless")
    return left_out("slack.question.left_out", _length(text)) or say("slack.question.from_message")


def left_out(sentence: str, whole: int) -> str:
    """Return in words what a form does not take of a message of so many characters; nothing where it takes all."""
    left = whole - LONGEST
    return say(sentence, whole=f"{whole:,}", fits=f"{LONGEST:,}", left=f"{left:,}") if left > 0 else ""


def _beside(form: Form, says: str) -> Form:
    fields = [replace(f, hint=f"{says} {f.hint}".strip()) if f.name == INTO else f for f in form.fields]
    return replace(form, fields=tuple(fields))


def _wordless(text: str) -> bool:
    return not visible(text).strip()


def _length(text: str) -> int:
    return len(visible(text))
