"""The pages on which a person deals with the bot: home, chat, forms, reports, re-reading."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from typing import Final
from zoneinfo import ZoneInfo

from aiohttp import web

from adapters.desk import limits
from adapters.desk.guard import READERS, SIGNED_IN, Access, Page
from adapters.desk.outcomes import anchor, answer, answer_in_chat, card_page
from adapters.desk.transcripts import Turn
from adapters.desk.visit import Visit, one_line_end
from adapters.desk.wording import day_words
from bot.forms import draft_of
from bot.messages import Asked, Buttons, Card, Opened, Pressed, Say, Show, Submitted, Text, Typed, Values
from bot.ports import InboxMessage, StoreBusy
from bot.report_talk import WITH_FORM
from bot.wording import say

REPORTERS: Final = frozenset({"start", "afresh", "sort", "kind", "carry_on", "mine", "status", "add", "code", "attach"})
"""Acts with reports that are anybody's; every other one is a reader's, and asks for the second factor first."""
HEADS_QUESTIONS: Final = frozenset({"inbox", "open", "withdraw", "counts"})
"""The headteacher's acts with questions that staff put to them: sealed as reports are, and guarded like them."""
FORM_ACTS: Final = tuple(act for act in WITH_FORM if act not in REPORTERS)


@dataclass(frozen=True, slots=True)
class Place:
    """A page that shows what the bot answers to a button. ``value`` is filled in from the address."""

    path: str
    action: str
    value: str = ""
    access: Access = SIGNED_IN
    template: str = "card.html"


PLACES: Final = (
    Place("/report", "report.start"),
    Place("/report/sort/{value}", "report.sort", "{value}"),
    Place("/report/carry-on/{value}", "report.carry_on", "{value}"),
    Place("/mine", "report.mine", template="list.html"),
    Place("/mine/code", "report.code"),
    Place("/mine/data", "report.own_data", access=READERS, template="own_data.html"),
    Place("/mine/{value}", "report.status", "{value}"),
    Place("/mine/{value}/add", "report.add", "{value}"),
    Place("/inbox", "report.inbox", access=READERS, template="list.html"),
    Place("/reports/{value}", "report.open", "{value}", READERS),
    Place("/reports/{value}/record", "report.print", "{value}", READERS, "record.html"),
    *(Place(f"/reports/{{value}}/{act}", f"report.{act}", "{value}", READERS) for act in FORM_ACTS),
    Place("/reread", "reread.mine"),
    Place("/reread/read/{value}", "reread.read", "{value}"),
    Place("/reread/check/{value}", "reread.check", "{value}"),
    Place("/reread/paper", "reread.paper"),
    Place("/reread/receipt/{value}", "reread.receipt", "{value}", template="reread_receipt.html"),
    Place("/reread/changes/{value}", "reread.changes", "{value}"),
    Place("/reread/overview", "reread.overview"),
    Place("/reread/overview/{value}", "reread.overview_of", "{value}"),
    Place("/reread/remind", "reread.nudge_one"),
    Place("/questions", "ask.inbox", access=READERS),
    Place("/questions/counts", "ask.counts", access=READERS),
    Place("/questions/{value}", "ask.open", "{value}", READERS),
    Place("/replies/{value}", "ask.read", "{value}"),
    Place("/ask-head", "ask.head"),
)


def shows(place: Place) -> Page:
    """Return the page of a place."""

    async def page(visit: Visit) -> web.StreamResponse:
        value = place.value.format(value=visit.request.match_info.get("value", ""))
        said = await visit.say(Pressed(place.action, value))
        notices = visit.desk.flashes.take(visit.token)
        cards = [each.card for each in said if isinstance(each, Say | Show)]
        if len(cards) == len(said) == 1:
            return card_page(visit, cards[0], notices, place.template)
        return await answer(visit, said)

    return page


async def home(visit: Visit) -> web.StreamResponse:
    """The front page: what the bot is for and what waits for this person; in a demonstration, who one may be."""
    if visit.someone is None:
        return visit.page("welcome.html") if visit.desk.services.demo else visit.go("/sign-in")
    said = await visit.say(Opened())
    cards = [each.card for each in said if isinstance(each, Say)]
    return card_page(visit, _without_asking(cards[-1]), visit.desk.flashes.take(visit.token), "home.html")


def _without_asking(card: Card) -> Card:
    """Return the home card without its button "ask a question": the page has the question's own box."""
    kept = (
        Buttons(tuple(button for button in element.buttons if button.action != "ask.start"))
        if isinstance(element, Buttons)
        else element
        for element in card.body
    )
    return replace(card, body=tuple(kept))


async def chat(visit: Visit) -> web.StreamResponse:
    """The chat: what was said lately, and what the bot wrote of its own accord."""
    person_id = visit.who.person.id
    inbox = await visit.look(lambda work: work.inbox.messages(person_id))
    turns = sorted(chain(visit.desk.transcripts.of(person_id, visit.now), _turns(inbox)), key=lambda turn: turn.at)
    if any(turn.new for turn in turns):
        # Where they cannot be marked just now they stay marked as new, which harms nobody.
        with suppress(StoreBusy):
            await visit.write(lambda work: work.inbox.read(person_id, visit.now))
    latest = next((i for i in reversed(range(len(turns))) if turns[i].typed is not None), len(turns) - 1)
    notices = visit.desk.flashes.take(visit.token)
    return visit.page(
        "chat.html",
        turns=turns,
        latest=latest,
        anchor=anchor,
        notices=notices,
        at=visit.at("/chat/press"),
        when=_when,
        clock=_clock(visit),
    )


async def ask(visit: Visit) -> web.StreamResponse:
    """A question typed into the chat."""
    text = visit.sent("text")
    if text.strip():
        visit.desk.transcripts.add(visit.who.person.id, Turn(visit.now, typed=Typed(text)))
    return await answer_in_chat(visit, await visit.say(Asked(text)))


async def clear(visit: Visit) -> web.StreamResponse:
    """Forget what was said in the chat since the person came."""
    visit.desk.transcripts.forget(visit.who.person.id)
    notice = say("desk.notice.cleared")
    visit.desk.flashes.put(visit.token, [Card(notice, (Text(notice),))])
    return visit.go("/chat")


async def press(visit: Visit) -> web.StreamResponse:
    """A button of a card on a page."""
    action = visit.sent("action")
    if needs_code(action) and not visit.who.strong:
        return visit.page("code_needed.html", status=401, typed=())
    said = await visit.say(Pressed(action, visit.sent("value"), visit.sent("card")))
    notice = say("desk.notice.acknowledge") if action == "report.acknowledge" else ""
    return await answer(visit, said, notice if any(isinstance(each, Show) for each in said) else "")


async def press_in_chat(visit: Visit) -> web.StreamResponse:
    """A button of a card in the chat."""
    action = visit.sent("action")
    if needs_code(action) and not visit.who.strong:
        return visit.page("code_needed.html", status=401, typed=())
    return await answer_in_chat(visit, await visit.say(Pressed(action, visit.sent("value"), visit.sent("card"))))


async def submit(visit: Visit) -> web.StreamResponse:
    """A form sent in; or, with its second button, kept for later."""
    name, values = visit.sent("_form"), values_of(visit)
    if form_needs_code(name) and not visit.who.strong:
        return visit.page("code_needed.html", status=401, typed=_long(values))
    if name.startswith("report.act.code") and not visit.desk.limits.allow(limits.REPORT_CODES, visit.who.person.id):
        raise web.HTTPTooManyRequests
    if visit.sent("_keep") and name.startswith("report."):
        await visit.say(Submitted(draft_of(name), visit.sent("_key"), values))
        return await answer(visit, (), say("report.answer.kept"))
    said = await visit.say(Submitted(name, visit.sent("_key"), values))
    if any(isinstance(each, Say) and each.card.summary == say("home.home.busy") for each in said):
        return visit.page("error.html", status=503, what="busy", typed=_long(values))
    return await answer(visit, said, say("desk.notice.saved") if name.startswith("report.act.") else "")


def needs_code(action: str) -> bool:
    """Return whether a button is for readers of reports, who give a code first."""
    job, _, act = action.partition(".")
    return (job == "report" and act not in REPORTERS) or (job == "ask" and act in HEADS_QUESTIONS)


def form_needs_code(name: str) -> bool:
    """Return whether a form is for readers of reports."""
    if name.startswith("report.act."):
        return name.split(".")[2] not in REPORTERS
    return name.startswith("ask.reply.")


def values_of(visit: Visit) -> Values:
    """Return what was typed into a form: one value, or several where several were chosen."""
    names = dict.fromkeys(name for name in visit.form if not name.startswith("_"))
    found = {name: tuple(one_line_end(str(value)) for value in visit.form.getall(name)) for name in names}
    return {name: values[0] if len(values) == 1 else values for name, values in found.items()}


def _long(values: Values) -> tuple[str, ...]:
    return tuple(value for value in values.values() if isinstance(value, str) and len(value) > 20)


def _turns(messages: tuple[InboxMessage, ...]) -> Iterator[Turn]:
    return (Turn(message.at, card=message.card, new=message.read_at is None) for message in messages)


def _clock(visit: Visit) -> Callable[[dt.datetime], str]:
    """Return what shows an instant in the school's own time: ``14:05``, with the day where it is not today."""
    zone = ZoneInfo(visit.who.roster.school.timezone)

    def shown(instant: dt.datetime) -> str:
        local = instant.astimezone(zone)
        return f"{local:%H:%M}" if local.date() == visit.who.today else f"{day_words(local.date())}, {local:%H:%M}"

    return shown


def _when(turn: Turn) -> str:
    return f"{turn.at:%Y-%m-%dT%H:%M:%SZ}"
