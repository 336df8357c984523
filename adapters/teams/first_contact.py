"""First contact: somebody writes whom the bot does not know, or the bot was installed for one or for a whole team."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Final

from adapters.teams import elements
from adapters.teams.acts import Acts
from adapters.teams.elements import note
from adapters.teams.identity import Candidate
from adapters.teams.outcomes import pressed, told
from adapters.teams.pace import Pace
from adapters.teams.patience import patiently
from adapters.teams.signs import Sign
from adapters.teams.turns import Member, Place, Reply, Turn
from bot.messages import Button, Buttons, Card, Opened, Text
from bot.ports import Gone, Refused, RetryLater
from bot.wording import say

log = logging.getLogger(__name__)

YES: Final = "teams.yes"
NO: Final = "teams.no"


class FirstContact:
    """Finds out who somebody is: by their address in the school's own directory, and by asking them back."""

    def __init__(self, acts: Acts, pace: Pace) -> None:
        self._acts = acts
        self._pace = pace

    async def introduce(self, turn: Turn) -> None:
        """Ask somebody unknown whether they are who their address says, or say what to do."""
        if not turn.private:
            try:
                place = await self._acts.own_chat(turn)
            except (Gone, Refused):
                await self._acts.write(turn.place, note(say("teams.talk.pointer_blocked")), turn.id)
                return
        else:
            place = turn.place
        for card in await self._cards(turn.place, await self._acts.line.member(turn.place, turn.user)):
            await self._acts.write(place, card)

    async def decided(self, turn: Turn, sign: Sign) -> Reply:
        """Answer yes or no to "are you …?". The address is asked of the directory again: a button proves nothing."""
        if sign.action != YES:
            return pressed(elements.card(note(say("teams.who.not_linked")), self._acts.surface()))
        member = await self._acts.line.member(turn.place, turn.user)
        if member is None or not turn.private or self._acts.address(turn) != member.aad:
            return told(say("teams.who.stranger"))
        tenant = turn.place.tenant
        identities = self._acts.identities
        person = await self._acts.run(lambda: identities.link(tenant, member, sign.value, turn.place))
        if person is None:
            return told(say("teams.who.stranger"))
        log.info("teams: an account was linked person=%s", person.id)
        outcome = await self._acts.said(person.id, turn.place, Opened())
        await self._acts.deliver(turn, turn.place, outcome, elements.NOTHING)
        return pressed(elements.card(note(say("teams.who.linked", name=person.name)), self._acts.surface()))

    async def arrived(self, turn: Turn) -> None:
        """Greet whoever installed the bot for themselves, or a whole team and each of its members."""
        if not turn.private:
            await self._acts.write(turn.place, note(say("teams.who.team")))
            await self._whole_team(turn)
            return
        tenant, address, place = turn.place.tenant, self._acts.address(turn), turn.place
        person_id = await self._acts.run(lambda: self._acts.identities.who(tenant, address, place))
        if person_id is None:
            await self.introduce(turn)
            return
        outcome = await self._acts.said(person_id, place, Opened())
        await self._acts.deliver(turn, place, outcome, elements.NOTHING)

    async def _whole_team(self, turn: Turn) -> None:
        """Write to each member of a team whom a staff list names, so that they need not begin."""
        counts: Counter[str] = Counter()
        async for member in self._acts.line.members(turn.place, turn.team):
            counts[await self._greet(turn.place, member)] += 1
        log.info(
            "teams: came into a team known=%d asked=%d guests=%d unknown=%d unreachable=%d",
            *(counts[kind] for kind in ("known", "asked", "guest", "unknown", "unreachable")),
        )

    async def _greet(self, place: Place, member: Member) -> str:
        if member.guest:
            return "guest"
        tenant = place.tenant
        known = await self._acts.run(lambda: self._acts.identities.who(tenant, member.aad, None))
        candidates = await self._acts.run(lambda: self._acts.identities.candidates(tenant, member))
        if known is None and not candidates:
            return "unknown"
        try:
            own = await patiently(lambda: self._acts.line.open(place, member.user))
            await self._pace.turn(tenant, own.conversation)
            if known is None:
                for candidate in candidates:
                    await self._acts.write(own, confirmation(candidate))
                return "asked"
            await self._acts.run(lambda: self._acts.identities.who(tenant, member.aad, own))
        except (RetryLater, Gone, Refused):
            return "unreachable"
        return "known"

    async def _cards(self, place: Place, member: Member | None) -> list[Card]:
        if member is None:
            return [note(say("teams.who.stranger"))]
        if member.guest:
            return [note(say("teams.who.guest"))]
        found = await self._acts.run(lambda: self._acts.identities.candidates(place.tenant, member))
        return [confirmation(candidate) for candidate in found] or [note(say("teams.who.stranger"))]


def confirmation(candidate: Candidate) -> Card:
    """Return the card that asks somebody whether they are who their address says."""
    question = say("teams.who.confirm", name=candidate.name, school=candidate.school)
    buttons = Buttons(
        (
            Button(say("teams.who.yes"), YES, candidate.person_id, "primary", about=candidate.name),
            Button(say("teams.who.no"), NO, about=candidate.name),
        )
    )
    return Card(say("teams.who.confirm_summary"), (Text(question), buttons))
