"""What the bot answered, as a page: cards said, put in place or shown, and forms."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from typing import Final

from aiohttp import web

from adapters.desk.rendering import problems, titled
from adapters.desk.transcripts import Turn
from adapters.desk.visit import Visit
from bot.messages import Ask, Buttons, Card, Element, Form, Outbound, Replace, Show, Text

PAGES: Final = {
    "home": "/",
    "report/inbox": "/inbox",
    "report/mine": "/mine",
    "report/start": "/report",
    "reread/overview": "/reread/overview",
}
"""Pages of their own for cards, by key."""
_REPORT: Final = re.compile(r"report/([0-9A-Z-]+)/open")
_REREAD: Final = re.compile(r"reread/[^/]+")
FORM_REFUSED: Final = 422


def page_of(card: Card) -> str:
    """Return the address of the page that shows what a card shows; empty where there is none."""
    report = _REPORT.fullmatch(card.key)
    if report:
        return f"/reports/{report[1]}"
    if _REREAD.fullmatch(card.key) and card.key not in PAGES:
        return "/reread"
    return PAGES.get(card.key, "")


def anchor(card: Card) -> str:
    """Return the id under which a card stands in the chat, by its key; empty for a card without one."""
    return "card-" + hashlib.sha256(card.key.encode()).hexdigest()[:12] if card.key else ""


async def answer(visit: Visit, said: Sequence[Outbound], notice: str = "") -> web.Response:
    """Answer a page's request with what the bot said. After something was done, go to the page that shows it.

    ``notice`` is one more sentence for the top of that page.
    """
    before = [Card(notice, (Text(notice),))] if notice else []
    for each in said:
        if isinstance(each, Replace):
            await put_in_place(visit, each.card)
    forms = [each.form for each in said if isinstance(each, Ask)]
    shown = [each.card for each in said if isinstance(each, Show)]
    others = [each.card for each in said if not isinstance(each, Ask | Show)]
    if forms:
        return form_page(visit, forms[-1], others)
    if shown:
        # A replaced card stands in the chat; beside what is shown here it would say the same again.
        others = [each.card for each in said if not isinstance(each, Ask | Show | Replace)]
        return _card(visit, shown[-1], [*before, *others])
    if others:
        return _card(visit, others[-1], [*before, *others[:-1]])
    visit.desk.flashes.put(visit.token, before)
    return visit.go("/")


async def answer_in_chat(visit: Visit, said: Sequence[Outbound]) -> web.Response:
    """Answer something done in the chat: cards go there, forms and dialogs are pages."""
    if any(isinstance(each, Ask | Show) for each in said):
        return await answer(visit, said)
    to = "latest"
    for each in said:
        if isinstance(each, Replace) and await put_in_place(visit, each.card):
            to = anchor(each.card)
        elif not isinstance(each, Ask | Show):
            visit.desk.transcripts.add(visit.who.person.id, Turn(visit.now, card=each.card))
    return visit.go(f"/chat#{to}")


async def put_in_place(visit: Visit, card: Card) -> bool:
    """Put a card where the one of its key stands in the person's chat. Return whether there was one."""
    person_id = visit.who.person.id
    if visit.desk.transcripts.replace(person_id, card):
        return True
    return bool(card.key) and await visit.write(lambda work: work.inbox.replace(person_id, card))


def form_page(visit: Visit, form: Form, notices: Sequence[Card] = ()) -> web.Response:
    """Return the page of a form."""
    status = FORM_REFUSED if form.errors and visit.request.method == "POST" else 200
    keep = form.name.startswith("report.") and form.name.count(".") == 1
    return visit.page("form.html", status=status, form=form, problems=problems(form), notices=[*notices], keep=keep)


def card_page(visit: Visit, card: Card, notices: Sequence[Card] = (), template: str = "card.html") -> web.Response:
    """Return the page of a card."""
    title, body = titled(card)
    rows = paired(body)
    return visit.page(template, card=card, title=title, body=body, rows=rows, notices=[*notices])


def paired(body: Sequence[Element]) -> tuple[tuple[Element, ...], ...]:
    """Return the elements of a list card with each line and the buttons that belong to it side by side."""
    rows: list[tuple[Element, ...]] = []
    for element in body:
        if isinstance(element, Buttons) and rows and len(rows[-1]) == 1 and isinstance(rows[-1][0], Text):
            rows[-1] = (rows[-1][0], element)
        else:
            rows.append((element,))
    return tuple(rows)


def _card(visit: Visit, card: Card, notices: list[Card]) -> web.Response:
    path = page_of(card)
    if visit.request.method == "POST" and path:
        visit.desk.flashes.put(visit.token, notices)
        return visit.go(path)
    return card_page(visit, card, notices)
