"""What the office and the head do for others: record a signed paper; and anybody's own receipt."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from bot.access import SchoolMatter, may
from bot.messages import (
    Ask,
    Bullets,
    Card,
    Choice,
    DateField,
    Facts,
    Field,
    Form,
    Heading,
    Option,
    Outbound,
    PersonField,
    Say,
    Show,
    Text,
    TextField,
    Values,
)
from bot.people import Person
from bot.ports import Clock, Shelf, Store
from bot.references import new_form_key
from bot.reread_declaring import LONGEST_PLACE, Declaring, NotAsked, WrongForm, all_under_way, not_yet
from bot.reread_register import Register
from bot.scene import look_around
from bot.wording import say


class RereadOffice:
    """The part of the conversation about papers and receipts."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf, declaring: Declaring) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._declaring = declaring
        self._register = Register(store, clock, shelf)

    def receipt(self, person_id: str, school_id: str, ack_id: str) -> tuple[Outbound, ...]:
        """Show a receipt to keep."""
        found = self._register.receipt(person_id, school_id, ack_id)
        if found is None:
            return (Say(_plain(say("reread.receipt.none"))),)
        title = say("reread.receipt.title")
        declared, files = Text(say("reread.receipt.declared")), Text(say("reread.receipt.files"), "small")
        body = (Heading(title), Facts(found.facts), declared, Bullets(found.statements), files)
        return (Show(Card(title, body, f"reread/{ack_id}/receipt")),)

    def paper(self, person_id: str, school_id: str) -> tuple[Outbound, ...]:
        """Open the form for a signed paper."""
        missing, rounds = self._missing(person_id, school_id)
        if missing is None:
            return (Say(_plain(say("reread.paper.refused"))),)
        if not missing:
            return (Say(_plain(say("reread.paper.none"))),)
        return (Ask(_form(missing, rounds, new_form_key(), {}, {})),)

    def recorded(self, person_id: str, school_id: str, key: str, values: Values) -> tuple[Outbound, ...]:
        """Answer the form for a signed paper."""
        missing, rounds = self._missing(person_id, school_id)
        if missing is None:
            return (Say(_plain(say("reread.paper.refused"))),)
        who, kept_at = (str(values.get(name, "")).replace("\0", "").strip() for name in ("signer", "kept_at"))
        signer = next((person for person in missing if person.id == who), None)
        errors = {} if kept_at else {"kept_at": say("reread.paper.kept_at_wrong")}
        if signer is None:
            errors["signer"] = say("reread.paper.who_wrong")
        if (signed_on := _day(values)) is None:
            errors["signed_on"] = say("reread.paper.signed_on_wrong")
        policy = str(values.get("policy", ""))
        if len(rounds) > 1 and policy not in {option.value for option in rounds}:
            errors["policy"] = say("reread.paper.policy_wrong")
        if signer is None or errors:
            return (Ask(_form(missing, rounds, key, values, errors)),)
        try:
            ack = self._declaring.on_behalf(person_id, school_id, signer.id, kept_at, signed_on or None, policy)
        except WrongForm as wrong:
            said = {name: say(f"reread.paper.{error}") for name, error in wrong.errors.items()}
            return (Ask(_form(missing, rounds, key, values, said)),)
        except NotAsked:
            return (Say(_plain(say("reread.paper.none"))),)
        return (Say(_plain(say("reread.paper.done", name=signer.name, reference=ack.reference))),)

    def _missing(self, person_id: str, school_id: str) -> tuple[tuple[Person, ...] | None, tuple[Option, ...]]:
        """Return who has not confirmed yet, and what is being read; ``None`` for who may not keep the staff list."""
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if not may(person_id, "manage", SchoolMatter(school_id, "people"), scene.roster, scene.today):
                return None, ()
            rounds = (scene.by(campaign.policy).policy for campaign in all_under_way(work, scene))
            return not_yet(work, scene), tuple(Option(policy.id, policy.head.title) for policy in rounds)


def _day(values: Values) -> dt.date | Literal[""] | None:
    """Return the day that was given; empty where none was, ``None`` where it is no day."""
    given = str(values.get("signed_on", "")).strip()
    try:
        return dt.date.fromisoformat(given) if given else ""
    except ValueError:
        return None


def _form(
    missing: tuple[Person, ...], rounds: tuple[Option, ...], key: str, values: Values, errors: dict[str, str]
) -> Form:
    options = tuple(Option(person.id, person.name) for person in missing)
    which = (Choice("policy", say("reread.paper.policy"), rounds, required=True),) if len(rounds) > 1 else ()
    fields: tuple[Field, ...] = (
        *which,
        PersonField("signer", say("reread.paper.who"), required=True, options=options),
        DateField("signed_on", say("reread.paper.signed_on"), say("reread.paper.signed_on_hint")),
        TextField(
            "kept_at",
            say("reread.paper.kept_at"),
            say("reread.paper.kept_at_hint"),
            required=True,
            max_length=LONGEST_PLACE,
        ),
    )
    intro = (Text(say("reread.paper.says")),)
    return Form(
        "reread.paper", say("reread.paper.title"), fields, say("reread.paper.submit"), key, intro, values, errors
    )


def _plain(text: str) -> Card:
    return Card(text, (Text(text),))
