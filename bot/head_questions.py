"""Questions put to the headteacher, the replies, and the replies that are kept as the school's own rulings.

What staff ask the headteacher is sealed like a report; who asked anonymously is known to the store, so that the reply
finds them, and to nobody who reads.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.access import SchoolMatter, may
from bot.messages import (
    Ask,
    Button,
    Buttons,
    Card,
    Choice,
    Element,
    Form,
    Heading,
    Option,
    Outbound,
    Quote,
    Say,
    Show,
    Submitted,
    Text,
    TextField,
    Tick,
    Typed,
)
from bot.people import Person
from bot.ports import Clock, HeadQuestion, Notice, Sealer, Shelf, Store, UnitOfWork
from bot.question_counts import counts
from bot.references import new_form_key
from bot.scene import Scene, look_around
from bot.wording import say
from knowledge import terms

LONGEST = 3000
FRESH_FOR = 60.0
"""Seconds for which the rulings of a school are held in memory."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What is put to the head: the words first shown in the form, and what the bot itself made of them."""

    text: str = ""
    act: str = ""
    verdict: str = ""

    def __repr__(self) -> str:
        return f"Asking(act={self.act!r})"


class HeadQuestions:
    """Asking the head, and the head's side of it."""

    def __init__(self, store: Store, sealer: Sealer, clock: Clock, shelf: Shelf) -> None:
        self._store = store
        self._sealer = sealer
        self._clock = clock
        self._shelf = shelf
        self._kept: dict[str, tuple[float, dict[str, Quote]]] = {}

    # --- the asker -----------------------------------------------------------------------------------------------

    @staticmethod
    def form(asking: Asking, wrong: str = "") -> Form:
        """Return the form in which a question to the head is written."""
        named = Option("named", say("answering.head.named"))
        anonymous = Option("anonymous", say("answering.head.anonymous"))
        hint = say("answering.head.anonymous_hint")
        question = say("answering.head.question")
        return Form(
            "ask.head",
            say("answering.head.form_title"),
            (
                TextField("question", question, required=True, multiline=True, max_length=LONGEST),
                Choice("name", say("answering.head.who"), (named, anonymous), hint=hint, required=True),
            ),
            say("answering.head.submit"),
            new_form_key(),
            intro=(Text(say("answering.head.form_intro")),),
            values={"question": asking.text, "name": "named"},
            errors={"question": wrong} if wrong else {},
        )

    def put(self, person: Person, said: Submitted, asking: Asking) -> tuple[Outbound, ...]:
        """Seal a question and queue it for the head; the same form sent twice is one question."""
        typed = str(said.values.get("question", "")).strip()[:LONGEST]
        if not typed:
            return (Ask(self.form(asking, say("answering.head.empty"))),)
        anonymous = said.values.get("name") == "anonymous"
        with self._store.begin() as work:
            if work.questions.get(said.key) is None:
                scene = look_around(work, person.school_id, self._clock, self._shelf)
                self._add(work, scene, person, said.key, typed, asking, anonymous=anonymous)
                work.commit()
        return (Say(_plain(say("answering.head.sent"))),)

    def _add(
        self,
        work: UnitOfWork,
        scene: Scene,
        person: Person,
        question_id: str,
        typed: str,
        asking: Asking,
        *,
        anonymous: bool,
    ) -> None:
        key = self._sealer.new_key()
        who = "anonymous" if anonymous else "named"
        sealed = self._sealer.seal(key, f"{who}\n{typed}", f"{question_id}/question")
        school_id = person.school_id
        work.questions.put(
            HeadQuestion(
                question_id, school_id, person.id, scene.now, key, sealed, act=asking.act, verdict=asking.verdict
            )
        )
        for acting in scene.roster.acting("headteacher", scene.today, holiday=scene.holiday):
            notice_key = f"ask:{question_id}:{acting.person.id}"
            work.outbox.add(Notice(notice_key, school_id, "ask.waiting", acting.person.id, question_id))
        work.audit.note(school_id, None if anonymous else person.id, "question.asked", question_id)

    def read_reply(self, person: Person, question_id: str) -> tuple[Outbound, ...]:
        """Show an asker their question and the head's reply."""
        with self._store.look() as work:
            scene = look_around(work, person.school_id, self._clock, self._shelf)
            question = work.questions.get(question_id)
        if question is None or question.asker_id != person.id or question.replied_at is None:
            return _hidden()
        asked = Quote(Typed(self._opened(question)[1]), say("answering.head.asked_shown"))
        when = say("answering.head.reply_shown", when=scene.when(question.replied_at))
        return (Show(Card(say("answering.head.answered"), (asked, Quote(Typed(self._reply_of(question)), when)))),)

    # --- the head ------------------------------------------------------------------------------------------------

    def pressed(self, person: Person, action: str, value: str) -> tuple[Outbound, ...]:
        """Answer a button of the head's: ``inbox``, ``counts``, ``open`` or ``withdraw`` a question by id."""
        with self._store.begin() as work:
            scene = look_around(work, person.school_id, self._clock, self._shelf)
            if not self._may(person, scene):
                return _hidden()
            if action in {"inbox", "counts"}:
                return (Say(self._inbox(work, scene) if action == "inbox" else counts(work, scene)),)
            question = work.questions.get(value)
            if question is None or question.school_id != person.school_id:
                return _hidden()
            if action == "open":
                work.audit.note(person.school_id, person.id, "question.opened", question.id)
                work.commit()
                return (Ask(self._reply_form(scene, question)),)
            if action != "withdraw":
                return (Say(_plain(say("home.home.unknown"))),)
            work.questions.put(replace(question, standing=False, withdrawn_at=scene.now))
            work.audit.note(person.school_id, person.id, "ruling.withdrawn", question.id)
            work.commit()
        self._kept.pop(person.school_id, None)
        return (Say(_plain(say("answering.head.withdrawn"))),)

    def reply(self, person: Person, said: Submitted) -> tuple[Outbound, ...]:
        """Take the head's reply (form ``ask.reply.<question id>``), and keep it as a ruling where that is ticked."""
        with self._store.begin() as work:
            scene = look_around(work, person.school_id, self._clock, self._shelf)
            question = work.questions.get(said.form.removeprefix("ask.reply."))
            if not self._may(person, scene) or question is None or question.school_id != person.school_id:
                return _hidden()
            typed = str(said.values.get("reply", "")).strip()
            if not typed:
                return (Ask(self._reply_form(scene, question, say("answering.head.empty"))),)
            keep = said.values.get("keep") == "yes" and bool(question.act)
            sealed = self._sealer.seal(question.key, typed, f"{question.id}/reply")
            answered_one = replace(
                question, reply=sealed, replied_by=person.id, replied_at=scene.now, standing=keep, withdrawn_at=None
            )
            work.questions.put(answered_one)
            key = f"reply:{question.id}:{said.key}"
            work.outbox.add(Notice(key, person.school_id, "ask.answered", question.asker_id, question.id))
            work.audit.note(person.school_id, person.id, "ruling.kept" if keep else "question.replied", question.id)
            work.commit()
        self._kept.pop(person.school_id, None)
        return (Say(_plain(say("answering.head.replied"))),)

    def rulings(self, school_id: str) -> dict[str, Quote]:
        """Return the standing rulings of a school by act, read anew at most once a minute."""
        now = self._clock.monotonic()
        kept_at, rulings = self._kept.get(school_id, (-FRESH_FOR, {}))
        if now - kept_at < FRESH_FOR:
            return rulings
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            standing = [question for question in reversed(work.questions.to_head(school_id)) if question.standing]
        rulings = {
            question.act: Quote(
                Typed(self._reply_of(question)), say("answering.head.ruled", when=scene.when(question.replied_at))
            )
            for question in standing
            if question.replied_at is not None
        }
        self._kept[school_id] = (now, rulings)
        return rulings

    @staticmethod
    def _may(person: Person, scene: Scene) -> bool:
        matter = SchoolMatter(person.school_id, "questions")
        return bool(may(person.id, "view", matter, scene.roster, scene.today))

    def _reply_form(self, scene: Scene, question: HeadQuestion, wrong: str = "") -> Form:
        asked = Quote(Typed(self._opened(question)[1]), self._from(scene, question))
        intro: list[Element] = [asked]
        fields: list[TextField | Tick] = [
            TextField("reply", say("answering.head.reply"), required=True, multiline=True, max_length=LONGEST)
        ]
        if question.act:
            intro.append(Text(_about(question)))
            fields.append(Tick("keep", say("answering.head.keep"), hint=say("answering.head.keep_hint")))
        return Form(
            f"ask.reply.{question.id}",
            say("answering.head.reply_title"),
            tuple(fields),
            say("answering.head.submit"),
            new_form_key(),
            intro=tuple(intro),
            errors={"reply": wrong} if wrong else {},
        )

    def _inbox(self, work: UnitOfWork, scene: Scene) -> Card:
        title = say("answering.head.inbox_title")
        body: list[Element] = [Heading(title)]
        questions = work.questions.to_head(scene.school.id)
        waiting_ones = [question for question in questions if question.reply is None]
        body += [] if waiting_ones else [Text(say("answering.head.inbox_none"))]
        for question in waiting_ones:
            whose = self._from(scene, question)
            button = Button(say("answering.head.open"), "ask.open", question.id, about=whose)
            body += [Text(whose), Buttons((button,))]
        standing = [question for question in questions if question.standing]
        body += [Heading(say("answering.head.rulings"))] if standing else []
        for question in standing:
            about = _about(question)
            button = Button(say("answering.head.withdraw"), "ask.withdraw", question.id, about=about)
            body += [Text(about), Buttons((button,))]
        body.append(Buttons((Button(say("answering.head.counts"), "ask.counts"),)))
        return Card(title, tuple(body))

    def _from(self, scene: Scene, question: HeadQuestion) -> str:
        anonymous = self._opened(question)[0] == "anonymous"
        who = say("answering.head.somebody") if anonymous else scene.roster.name(question.asker_id)
        return say("answering.head.inbox_line", when=scene.when(question.at), who=who)

    def _opened(self, question: HeadQuestion) -> tuple[str, str]:
        """Return ``named`` or ``anonymous``, and the question in the asker's words."""
        sealed = self._sealer.open(question.key, question.question, f"{question.id}/question")
        who, _, asked = sealed.partition("\n")
        return who, asked

    def _reply_of(self, question: HeadQuestion) -> str:
        if question.reply is None:
            return ""
        return self._sealer.open(question.key, question.reply, f"{question.id}/reply")


def waiting(_work: UnitOfWork, _scene: Scene, notice: Notice) -> Card:
    """Return the card that tells the head that a question waits (template ``ask.waiting``)."""
    said = say("answering.head.waiting")
    return Card(said, (Text(said), Buttons((Button(say("answering.head.open"), "ask.open", notice.thing),))))


def answered(_work: UnitOfWork, _scene: Scene, notice: Notice) -> Card:
    """Return the card that tells the asker that there is a reply (template ``ask.answered``)."""
    said = say("answering.head.answered")
    return Card(said, (Text(said), Buttons((Button(say("answering.head.read_reply"), "ask.read", notice.thing),))))


def _about(question: HeadQuestion) -> str:
    return say("answering.head.about_act", act=terms.acts().get(question.act, question.act))


def _hidden() -> tuple[Outbound, ...]:
    return (Show(_plain(say("answering.head.hidden"))),)


def _plain(text: str) -> Card:
    return Card(text, (Text(text),))
