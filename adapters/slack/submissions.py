"""Forms sent in: what is done about them is on disk before Slack is told that they arrived.

Slack waits three seconds for its answer and shows an error after that; what was typed stays in the dialog. A person who
then sends it again sends the key with which the form was drawn, so that it is still one report.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from adapters.slack import chosen
from adapters.slack.consequences import Trouble
from adapters.slack.delivery import Delivery, together
from adapters.slack.fields import FIELD, block_of, values_of
from adapters.slack.identity import Identity, Known
from adapters.slack.places import Place
from adapters.slack.rendering import errors
from adapters.slack.talk import Talk
from adapters.slack.workspaces import Workspace
from bot.messages import Ask, Asked, Card, Form, Inbound, Outbound, Replace, Say, Show, Submitted, TextField
from bot.ports import StoreBusy
from bot.wording import say

log = logging.getLogger(__name__)

QUESTION: Final = "slack.question"
"""The form of our own with which a question is asked from a shortcut or from App Home."""
LOOKUP: Final = 2.0
"""Seconds in which a chosen person must be found: Slack itself waits three."""
Response: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Reply:
    """What Slack is told (the arguments of ``ack``), and the cards that are put in place afterwards."""

    response: Response
    after: tuple[Card, ...] = ()


@dataclass(frozen=True, slots=True)
class _Read:
    values: dict[str, str | tuple[str, ...]] = field(repr=False)
    wrong: dict[str, str]


class Submissions:
    """Takes forms in."""

    def __init__(self, talk: Talk, identity: Identity, delivery: Delivery) -> None:
        self._talk = talk
        self._identity = identity
        self._delivery = delivery

    async def submit(self, workspace: Workspace, place: Place) -> Reply:
        """Take a form in and return what Slack is to be told. Never raises: a fault is an error at the form's field."""
        try:
            return await self._submit(workspace, place)
        except (Trouble, StoreBusy) as error:
            log.warning("slack form not taken in form=%s error=%s", place.marks.form, type(error).__name__)
        except Exception as error:  # noqa: BLE001 - whatever it is, what was typed must stay in the dialog
            log.error("slack form failed form=%s error=%s", place.marks.form, type(error).__name__)  # noqa: TRY400
        return Reply(_refused(place, say("slack.busy")))

    async def _submit(self, workspace: Workspace, place: Place) -> Reply:
        who = await self._identity.who(workspace, place.user)
        if not isinstance(who, Known) or not await asyncio.to_thread(self._identity.here, workspace, who.person_id):
            return Reply(_refused(place, say("home.home.stranger")))
        read = await self._values(workspace, place)
        if read.wrong:
            return Reply({"response_action": "errors", "errors": read.wrong})
        said: Inbound = Submitted(place.marks.form, place.marks.key, read.values)
        if place.marks.form == QUESTION:
            said = Asked(str(read.values.get("question", "")))
        outs = await asyncio.to_thread(self._talk.handle, who.person_id, place.where, said)
        return await self._reply(workspace, place, outs)

    async def _reply(self, workspace: Workspace, place: Place, said: Sequence[Outbound]) -> Reply:
        said = together(said)
        replaced = tuple(each.card for each in said if isinstance(each, Replace))
        form = next((each.form for each in said if isinstance(each, Ask)), None)
        if form is not None:
            found = errors(form, dict(place.view)) if form.name == place.marks.form else None
            if found:
                return Reply({"response_action": "errors", "errors": found}, replaced)
            view = await self._delivery.form_view(workspace, place, form)
            return Reply({"response_action": "update", "view": view}, replaced)
        shown = [each.card for each in said if isinstance(each, Say | Show)] or [*replaced]
        if not shown:
            return Reply({"response_action": "clear"})
        view = self._delivery.card_view(place, shown[-1], None)
        return Reply({"response_action": "update", "view": view}, replaced)

    async def _values(self, workspace: Workspace, place: Place) -> _Read:
        values, users = values_of(place.view)
        wrong: dict[str, str] = {}
        for name, user in users.items():
            try:
                async with asyncio.timeout(LOOKUP):
                    person = await self._identity.person(workspace, user)
            except (Trouble, TimeoutError):
                wrong[block_of(name)] = say("slack.busy")
                continue
            if person:
                values[name] = person
            else:
                wrong[block_of(name)] = say("report.error.unknown_person")
        return _Read(values, wrong)

    async def read(self, workspace: Workspace, place: Place) -> dict[str, str | tuple[str, ...]]:
        """Return what stands in a form that was not sent; people who are not on the list are left out."""
        return (await self._values(workspace, place)).values


def question_form(key: str, text: str | None = None) -> Form:
    """Return the form with which a question is asked; ``text`` is a message that the person chose to ask about."""
    hint = say("slack.question.hint") if text is None else chosen.hint(text)
    field_ = TextField("question", say("slack.question.label"), hint, required=True, multiline=True, max_length=3000)
    values = {"question": text} if text else {}
    return Form(QUESTION, say("slack.question.title"), (field_,), say("slack.question.submit"), key, values=values)


def _refused(place: Place, says: str) -> Response:
    """Return an error at the first field of a form, so that nothing typed is lost."""
    blocks = [str(block.get("block_id", "")) for block in place.view.get("blocks", []) if block.get("type") == "input"]
    first = next((block for block in blocks if block.startswith(FIELD)), "")
    return {"response_action": "errors", "errors": {first: says}} if first else {"response_action": "clear"}
