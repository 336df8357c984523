"""One-time links for staff without an account: the policy to read and the declaration to make, and nothing else.

A link opens no session of the desk: it lets one person read and confirm for an hour. That it came by a link is kept
with the declaration for ever, and who made the link, where it was the office and not the bot.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import secrets
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from aiohttp import web

from adapters.desk import limits, sessions
from adapters.desk.rendering import titled
from adapters.desk.reread_pages import receipt_file
from adapters.desk.sessions import digest
from adapters.desk.visit import Visit
from bot import reread_cards
from bot.access import SchoolMatter, may
from bot.messages import Buttons, Card, Text
from bot.people import Person
from bot.ports import UnitOfWork
from bot.reread_declaring import Declaring, NotAsked, WrongForm, all_under_way, mine, not_yet
from bot.rereads import Acknowledgement, Campaign
from bot.scene import Scene, look_around
from bot.wording import say

PURPOSE: Final = "reread"
MADE_BY: Final = "reread made by"
LINK_FOR: Final = dt.timedelta(days=14)
READING_FOR: Final = dt.timedelta(hours=1)
OVER: Final = 410


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody who came by a link: what they may read, and who made the link (``None``: the bot mailed it)."""

    person_id: str
    made_by: str | None
    scene: Scene
    campaign: Campaign | None
    ack: Acknowledgement | None


def mailed(work: UnitOfWork, person: Person, now: dt.datetime) -> str:
    """Return the path of a fresh link that the bot mails by itself, and write that down."""
    secret = secrets.token_urlsafe(32)
    work.sessions.add_link(digest(PURPOSE, secret), person.id, f"{PURPOSE}:{person.id}", now + LINK_FOR)
    work.audit.note(person.school_id, None, "reread.link_mailed", person.id)
    return f"/reread/link/{secret}"


async def links(visit: Visit) -> web.StreamResponse:
    """The page on which the office makes a link; sent, it shows the link, once."""
    person, services = visit.who.person, visit.desk.services
    chosen, secret = visit.sent("person"), secrets.token_urlsafe(32)

    def make(work: UnitOfWork) -> tuple[Scene, bool]:
        scene = look_around(work, person.school_id, services.clock, services.shelf)
        if not may(person.id, "manage", SchoolMatter(person.school_id, "people"), scene.roster, scene.today):
            raise web.HTTPNotFound
        made = visit.request.method == "POST" and any(each.id == chosen for each in not_yet(work, scene))
        if made:
            work.sessions.add_link(digest(PURPOSE, secret), chosen, f"{PURPOSE}:{person.id}", visit.now + LINK_FOR)
            work.audit.note(person.school_id, person.id, "reread.link_made", chosen)
        return scene, made

    scene, made = await (visit.write(make) if visit.request.method == "POST" else visit.look(make))
    missing = await visit.look(lambda work: not_yet(work, scene))
    base = services.public_url.rstrip("/") or f"{visit.request.scheme}://{visit.request.host}"
    address = f"{base}/reread/link/{secret}" if made else ""
    to = scene.roster.person(chosen) if made else None
    subject, body = quote(say("reread.link.subject")), quote(say("reread.link.mail", address=address))
    mail = f"mailto:{quote(to.email)}?subject={subject}&body={body}" if to is not None and to.email else ""
    until = scene.day(scene.calendar.local(visit.now + LINK_FOR).date())
    return visit.page("reread_links.html", missing=missing, to=to, address=address, mail=mail, until=until)


async def show(visit: Visit) -> web.StreamResponse:
    """The page behind a link. It only has a button, so that a mail scanner that follows links uses nothing up."""
    return visit.page("reread_link.html", secret=visit.request.match_info["secret"], wrong=False)


async def come(visit: Visit) -> web.StreamResponse:
    """Use a link up; from then on this browser may read and confirm."""
    if not visit.desk.limits.allow(limits.USE_LINK, visit.request.remote or ""):
        raise web.HTTPTooManyRequests
    secret = visit.request.match_info["secret"]

    def begin(work: UnitOfWork) -> bool:
        used = work.sessions.use_link(digest(PURPOSE, secret), visit.now)
        person = work.people.get(used[0]) if used else None
        if used is None or person is None:
            return False
        until = visit.now + READING_FOR
        work.sessions.add(digest(PURPOSE, visit.token), person.id, until)
        work.sessions.add(digest(MADE_BY, visit.token), used[1].removeprefix(f"{PURPOSE}:"), until)
        work.audit.note(person.school_id, person.id, "reread.link_used", person.id)
        return True

    if await visit.write(begin):
        return visit.go("/reread/by-link")
    return visit.page("reread_link.html", status=OVER, secret=secret, wrong=True)


async def read(visit: Visit) -> web.StreamResponse:
    """The policy page by page, with the declaration on the last one; afterwards the receipt."""
    guest = await visit.look(lambda work: _guest(work, visit))
    if guest is None:
        return visit.page("reread_link.html", status=OVER, secret="", wrong=True)
    return _page(visit, guest, {})


async def receipt(visit: Visit) -> web.StreamResponse:
    """The receipt of somebody who came by a link, as a file."""
    guest = await visit.look(lambda work: _guest(work, visit))
    person = guest.scene.roster.person(guest.person_id) if guest is not None else None
    if guest is None or guest.ack is None or person is None:
        raise web.HTTPNotFound
    return await receipt_file(visit, person, guest.ack.id)


async def sign(visit: Visit) -> web.StreamResponse:
    """The declaration of somebody who came by a link."""
    guest = await visit.look(lambda work: _guest(work, visit))
    if guest is None or guest.campaign is None:
        return visit.page("reread_link.html", status=OVER, secret="", wrong=True)
    services = visit.desk.services
    declaring = Declaring(services.store, services.clock, services.shelf)
    school_id, campaign_id = guest.scene.school.id, guest.campaign.id
    if visit.sent("help"):
        await asyncio.to_thread(declaring.ask_for_help, guest.person_id, school_id, campaign_id)
        return _page(visit, guest, {}, say("reread.help.done"))
    sent = (visit.sent("name").replace("\0", ""), visit.sent("witness"), guest.made_by)
    try:
        await asyncio.to_thread(declaring.confirm, guest.person_id, school_id, campaign_id, "mail", *sent)
    except WrongForm as wrong:
        return _page(visit, guest, wrong.errors)
    except NotAsked:
        return visit.page("reread_link.html", status=OVER, secret="", wrong=True)
    return visit.go("/reread/by-link")


def _page(visit: Visit, guest: Guest, errors: dict[str, str], notice: str = "") -> web.Response:
    scene, policy = guest.scene, guest.scene.policy
    pages = reread_cards.pages(policy)
    wanted = visit.request.query.get("page", "1")
    number = pages if errors else min(max(int(wanted) if wanted.isdecimal() and len(wanted) < 4 else 1, 1), pages)
    if guest.ack is not None:
        card = reread_cards.receipt(scene, guest.ack)
    elif guest.campaign is not None:
        card = reread_cards.page(scene, guest.campaign.id, number)
    else:
        card = Card(say("reread.mine.none"), ())
    title, body = titled(card)
    return visit.page(
        "reread_by_link.html",
        status=422 if errors else 200,
        card=card,
        title=title,
        body=[element for element in body if not isinstance(element, Buttons)],
        reads=guest.ack is None and guest.campaign is not None,
        signed=guest.ack is not None,
        number=number,
        pages=pages,
        name=scene.roster.name(guest.person_id),
        declaration=policy.head.declaration,
        others=[person for person in scene.roster.here(scene.today) if person.id != guest.person_id],
        errors={field: say(f"reread.confirm.{error}") for field, error in errors.items()},
        typed=visit.sent("name"),
        chosen=visit.sent("witness"),
        notices=[Card(notice, (Text(notice),))] if notice else [],
        help=say("reread.ask.help"),
    )


def _guest(work: UnitOfWork, visit: Visit) -> Guest | None:
    if not sessions.well_formed(visit.token):
        return None
    person_id = work.sessions.person(digest(PURPOSE, visit.token), visit.now)
    made_by = work.sessions.person(digest(MADE_BY, visit.token), visit.now)
    person = work.people.get(person_id) if person_id else None
    if person is None or made_by is None:
        return None
    scene = look_around(work, person.school_id, visit.desk.services.clock, visit.desk.services.shelf)
    if not person.here(scene.today):
        return None
    rounds = [(each, mine(work, each, person.id)) for each in all_under_way(work, scene)]
    # Of several policies the first that waits; where none does, the receipt of the last.
    campaign, ack = next((each for each in rounds if each[1] is None), rounds[-1] if rounds else (None, None))
    scene = scene if campaign is None else scene.by(campaign.policy)
    by = made_by if made_by != person.id else None
    return Guest(person.id, by, scene, campaign, ack)
