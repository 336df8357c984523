"""What is said about reports: buttons and forms in, cards and dialogs out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot import file_cards, forms, report_acts, report_cards
from bot.cases import Hidden, NotNow, Opened
from bot.evidence import Evidence
from bot.messages import Ask, Card, Outbound, Pressed, Replace, Say, Show, Submitted, Text, Values, Where
from bot.own_data import OwnData
from bot.ports import Clock, Shelf, Store, StoreBusy, UnitOfWork
from bot.references import new_form_key, read_reference
from bot.reporting import Reporting, Status
from bot.reporting_life import Casework
from bot.retention import Retention
from bot.scene import Scene, look_around
from bot.wording import say
from knowledge.pack import REPORT_KINDS

WITH_FORM: Final = ("note", "message", "hand_over", "add_person", "close", "hold", "link", "add", "code")


@dataclass(frozen=True, slots=True)
class Jobs:
    """What there is to be done with reports."""

    reporting: Reporting
    casework: Casework
    retention: Retention
    own_data: OwnData
    evidence: Evidence


class ReportTalk:
    """The reporting part of the conversation. Everything happens in private; text is only ever in ``Show``."""

    def __init__(self, store: Store, clock: Clock, shelf: Shelf, jobs: Jobs) -> None:
        self._store = store
        self._clock = clock
        self._shelf = shelf
        self._reporting = jobs.reporting
        self._casework = jobs.casework
        self._retention = jobs.retention
        self._own_data = jobs.own_data
        self._evidence = jobs.evidence

    def pressed(  # noqa: PLR0911 - one return for each sort of act
        self, person_id: str, school_id: str, where: Where, said: Pressed
    ) -> tuple[Outbound, ...]:
        """Answer a button whose action begins with ``report.``."""
        if not where.private:
            return (Say(_plain(say("report.answer.private_only"))),)
        action = said.action.removeprefix("report.")
        if action in {"start", "afresh", "sort", "kind", "carry_on"}:
            return self._begin(person_id, school_id, where, action, said.value)
        try:
            if action == "own_data":
                return (Show(self._own_data.card(person_id, school_id)),)
            if action in WITH_FORM:
                return self._ask(person_id, school_id, action, said.value)
            if action in {"attach", "file"}:
                return (Show(self._file(person_id, school_id, where, action, said.value)),)
            if action in {"mine", "inbox", "status"}:
                return self._look(person_id, school_id, where, action, read_reference(said.value))
            return self._act(person_id, school_id, action, read_reference(said.value))
        except Hidden:
            return (Show(_plain(say("report.answer.hidden"))),)
        except NotNow:
            return (Show(_plain(say("report.answer.cannot_now"))),)

    def submitted(self, person_id: str, school_id: str, where: Where, said: Submitted) -> tuple[Outbound, ...]:
        """Answer a form whose name begins with ``report.``."""
        if not where.private:
            return (Say(_plain(say("report.answer.private_only"))),)
        try:
            if forms.is_report_form(said.form):
                return self._report(person_id, school_id, where, said)
            if forms.is_draft(said.form):
                kind = said.form.removeprefix(forms.DRAFT)
                self._reporting.keep_draft(person_id, school_id, kind, said.key, said.values)
                return (Show(_plain(say("report.answer.kept"))),)
            return self._act_form(person_id, school_id, where, said)
        except Hidden:
            return (Show(_plain(say("report.answer.hidden"))),)
        except NotNow:
            return (Show(_plain(say("report.answer.cannot_now"))),)

    def _begin(self, person_id: str, school_id: str, where: Where, action: str, value: str) -> tuple[Outbound, ...]:
        if action == "afresh":
            self._reporting.drop_draft(person_id)
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            draft = self._reporting.draft(work, person_id)
            if action == "carry_on" and draft is not None:
                return (self._form(work, scene, where, draft[0], new_form_key(), values=draft[1]),)
            if action == "kind" and value in REPORT_KINDS:
                return (self._form(work, scene, where, value, new_form_key()),)
            if action == "sort":
                question, _, choice = value.partition(":")
                leads_to = dict(forms.SORTER.get(question, ())).get(choice, "first?")
                if leads_to.endswith("?"):
                    return (Replace(report_cards.sorter(leads_to.removesuffix("?"))),)
                return (self._form(work, scene, where, leads_to, new_form_key()),)
            staff, head = self._reporting.preview(work, school_id, "breach")
            intro = report_cards.warnings(scene, staff, head, where, file_cards.before(self._evidence, where))
            return (Say(report_cards.sorter("first", intro, draft[0] if draft else "")),)

    def _form(
        self,
        work: UnitOfWork,
        scene: Scene,
        where: Where,
        kind: str,
        key: str,
        *,
        values: Values | None = None,
        wrong: forms.Wrong | None = None,
    ) -> Ask:
        staff, head = self._reporting.preview(work, scene.school.id, kind)
        intro = report_cards.warnings(scene, staff, head, where, file_cards.before(self._evidence, where))
        return Ask(forms.draw(kind, scene.roster, scene.today, key, intro=intro, values=values, wrong=wrong))

    def _report(self, person_id: str, school_id: str, where: Where, said: Submitted) -> tuple[Outbound, ...]:
        kind = said.form.removeprefix("report.")
        try:
            outcome = self._reporting.submit(person_id, school_id, kind, said.key, said.values)
        except ValueError:
            with self._store.look() as work:
                scene = look_around(work, school_id, self._clock, self._shelf)
                return (self._form(work, scene, where, kind, new_form_key(), values=said.values),)
        except StoreBusy:
            outcome = forms.Wrong({"what": say("report.error.busy")})
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if isinstance(outcome, forms.Wrong):
                return (self._form(work, scene, where, kind, said.key, values=said.values, wrong=outcome),)
        ways = file_cards.ways(self._evidence, where, outcome.report)
        return (Show(report_cards.received(scene, outcome, ways)),)

    def _file(self, person_id: str, school_id: str, where: Where, action: str, value: str) -> Card:
        if action == "attach":
            door = self._evidence.door(person_id, school_id, read_reference(value))
            return file_cards.to_add(self._evidence, where, door)
        return file_cards.to_get(self._evidence.way(person_id, value))

    def _ask(self, person_id: str, school_id: str, action: str, value: str) -> tuple[Outbound, ...]:
        reference = read_reference(value)
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            report = work.reports.by_reference(school_id, reference) if reference else None
            mine = action in {"add", "code"}
            seen = (
                self._reporting.mine(work, scene, person_id) if mine else self._casework.inbox(work, scene, person_id)
            )
            if action != "code" and (report is None or report.id not in {r.id for r in seen}):
                raise Hidden
            return (Ask(report_acts.ask(action, reference, scene, new_form_key(), report)),)

    def _look(self, person_id: str, school_id: str, where: Where, action: str, reference: str) -> tuple[Outbound, ...]:
        if action == "status":
            return self._status(school_id, where, self._reporting.status(person_id, school_id, reference))
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
            if action == "mine":
                return (Say(report_cards.mine(scene, self._reporting.mine(work, scene, person_id))),)
            return (Say(report_cards.inbox(scene, self._casework.inbox(work, scene, person_id))),)

    def _act(self, person_id: str, school_id: str, action: str, reference: str) -> tuple[Outbound, ...]:
        work = self._casework
        acts: dict[str, Callable[[str, str, str], Opened]] = {
            "open": work.open,
            "acknowledge": work.acknowledge,
            "progress": work.progress,
            "reopen": work.reopen,
            "release": lambda who, school, ref: work.hold(who, school, ref, ""),
            "propose_deletion": self._retention.propose_deletion,
            "keep": self._retention.keep,
            "print": lambda who, school, ref: work.open(who, school, ref, printed=True),
        }
        if action in acts:
            return self._shown(school_id, acts[action](person_id, school_id, reference), action)
        if action == "confirm_deletion":
            self._retention.confirm_deletion(person_id, school_id, reference)
            return (Show(_plain(say("report.answer.deleted"))),)
        if action == "step_aside":
            done = work.step_aside(person_id, school_id, reference)
            if done.told:
                return (Show(_plain(say("report.answer.aside"))),)
            contact = "; ".join(", ".join(filter(None, (c.name, c.phone))) for c in done.outside) or "101"
            return (Show(_plain(say("report.answer.aside_nobody", contact=contact))),)
        raise Hidden

    def _act_form(self, person_id: str, school_id: str, where: Where, said: Submitted) -> tuple[Outbound, ...]:
        _, _, rest = said.form.partition("report.act.")
        action, _, value = rest.partition(".")
        reference, work, key = read_reference(value), self._casework, said.key
        text, person = _text(said.values, "text"), _text(said.values, "person")
        if action == "code":
            code = read_reference(_text(said.values, "code"))
            return self._status(school_id, where, self._reporting.with_code(school_id, code, text, key), code=True)
        if action == "add":
            return self._status(school_id, where, self._reporting.add(person_id, school_id, reference, text, key))
        if action == "hand_over":
            work.hand_over(person_id, school_id, reference, person, text, key)
            return (Show(_plain(say("report.answer.handed"))),)
        outcome, message = _text(said.values, "outcome"), _text(said.values, "message")
        other = read_reference(_text(said.values, "other"))
        acts: dict[str, Callable[[], Opened]] = {
            "note": lambda: work.note(person_id, school_id, reference, text, key),
            "message": lambda: work.message(person_id, school_id, reference, text, key),
            "add_person": lambda: work.add_person(person_id, school_id, reference, person, text, key),
            "close": lambda: work.close(person_id, school_id, reference, outcome, text, message, key),
            "hold": lambda: work.hold(person_id, school_id, reference, _text(said.values, "hold") or "none"),
            "link": lambda: work.link(person_id, school_id, reference, other),
        }
        if action not in acts:
            raise Hidden
        return self._shown(school_id, acts[action](), action)

    def _shown(self, school_id: str, opened: Opened, action: str) -> tuple[Outbound, ...]:
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
        show = Show(report_cards.record(scene, opened, printed=action == "print"))
        if action in {"open", "print"}:
            return (show,)
        return (show, Replace(report_cards.alert(scene, opened.report, "report.waiting")))

    def _status(
        self, school_id: str, where: Where, found: Status | None, *, code: bool = False
    ) -> tuple[Outbound, ...]:
        if found is None:
            return (Show(_plain(say("report.answer.no_code" if code else "report.answer.hidden"))),)
        with self._store.look() as work:
            scene = look_around(work, school_id, self._clock, self._shelf)
        return (Show(report_cards.status(scene, found, file_cards.ways(self._evidence, where, found.report))),)


def _plain(text: str) -> Card:
    return Card(text, (Text(text),))


def _text(values: Values, name: str) -> str:
    value = values.get(name, "")
    return (value if isinstance(value, str) else next(iter(value), "")).strip()
