"""Promise 2: through any history of roles, absences, logins and hand-overs the subject knows nothing."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from adapters.db.people_repos import SqlPeople
from bot.cases import Hidden
from bot.demo import demo_school
from bot.messages import Opened, Pressed, Submitted, Where
from bot.people import Absence, Account, Holding, Person, School, SharedLogin, StandIn
from bot.references import new_form_key
from tests.fakes import FakeClock, Postbox, World, facts, words

DAY = dt.date(2026, 9, 21)
HERE = Where("desk", "x")
PEOPLE = ("head", "deputy", "chair", "vice", "dsl", "ann", "bob", "cy")
ROLES = {
    "head": "headteacher",
    "deputy": "deputy",
    "chair": "chair",
    "vice": "vice_chair",
    "dsl": "dsl",
}
ACTIONS = (
    "open",
    "status",
    "attach",
    "acknowledge",
    "note",
    "hand_over",
    "message",
    "close",
    "link",
    "step_aside",
    "print",
)

person = st.sampled_from(PEOPLE)
step = st.one_of(
    st.tuples(st.just("hold"), person, st.sampled_from(sorted(ROLES.values()))),
    st.tuples(st.just("end"), person, st.sampled_from(sorted(ROLES.values()))),
    st.tuples(st.just("absent"), person, person),
    st.tuples(st.just("stand_in"), person, person),
    st.tuples(st.just("share"), person, person),
    st.tuples(st.just("hand_over"), person, person),
    st.tuples(st.just("add_person"), person, person),
    st.tuples(st.just("aside"), person, person),
    st.tuples(st.just("acknowledge"), person, person),
    st.tuples(st.just("wait"), person, person),
)


class Memory:
    """Keeps who is at a school between two steps: nine of ten statements that a history makes ask nothing else."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], object] = {}

    def over(self, name: str) -> Callable[[SqlPeople, str], object]:
        """Return a reading method of ``SqlPeople`` that remembers what it found."""
        reads = getattr(SqlPeople, name)

        def remembered(people: SqlPeople, key: str) -> object:
            if (name, key) not in self._known:
                self._known[name, key] = reads(people, key)
            return self._known[name, key]

        return remembered

    def forget(self) -> None:
        """Read everything anew."""
        self._known.clear()


class Play(NamedTuple):
    """What all histories are played on; ``absent`` is what is shown, by action, of a report that is not there."""

    world: World
    box: Postbox
    memory: Memory
    absent: dict[str, object]


class History:
    """One school of its own with one report, and everybody's view of it after each step."""

    def __init__(self, play: Play, school_id: str) -> None:
        self.world, self.box, self.memory, self.absent = play
        self.school = school_id
        world = self.world
        world.clock.instant = FakeClock().instant
        base = demo_school("beaumont")
        with world.store.begin() as work:
            work.schools.put(School(school_id, "School", base.policy, terms=base.terms, contacts=base.contacts))
            for name in PEOPLE:
                work.people.put(Person(self.id(name), school_id, f"{name.title()} {school_id}"))
                work.people.account(Account(self.id(name), self.id(name), "desk", self.id(name)))
                work.people.hold(Holding(self.id(name), ROLES.get(name, "staff")))
            work.commit()

    def id(self, name: str) -> str:
        """Return a person's id in this school."""
        return f"{self.school}-{name}"

    def handle(self, name: str, said: Opened | Pressed | Submitted):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Say something as somebody of this school."""
        return self.world.bot.handle(self.id(name), HERE, said)

    def file(self, reporter: str, about: str, subject: str) -> str | None:
        """File the report; return its reference where it was taken in."""
        values = {"about": about, "what": "x", "named": "with_name"}
        if about == "staff":
            values["person"] = self.id(subject)
        (out,) = self.handle(reporter, Submitted("report.breach", new_form_key(), values))
        return facts(out.card)["Reference"] if hasattr(out, "card") else None

    def take(self, what: str, one: str, other: str, reference: str) -> None:
        """Take a step."""
        casework, mine, theirs = self.world.bot.casework, self.id(one), self.id(other)
        if what == "wait":
            self.world.clock.move(hours=13)
        elif what in {"hand_over", "add_person"}:
            values = {"person": theirs, "text": "x"}
            self.handle(one, Submitted(f"report.act.{what}.{reference}", new_form_key(), values))
        elif what == "aside":
            self.handle(one, Pressed("report.step_aside", reference))
        elif what == "acknowledge":
            self.handle(one, Pressed("report.acknowledge", reference))
        else:
            with self.world.store.begin() as work:
                if what == "hold":
                    work.people.hold(Holding(mine, other, DAY))
                elif what == "end":
                    work.people.end_role(mine, other, DAY - dt.timedelta(days=1))
                elif what == "absent":
                    work.people.absent(Absence(mine, DAY, DAY + dt.timedelta(days=2)))
                elif what == "stand_in":
                    work.people.stand_in(StandIn(mine, theirs, holidays=True))
                else:
                    work.people.share(SharedLogin(mine, theirs))
                work.commit()
            self.memory.forget()
        assert casework is self.world.bot.casework
        self.world.chasing.chase(self.school)
        self.world.deliver()

    def as_if_absent(self, name: str, action: str, reference: str) -> bool:
        """Return whether somebody is shown of the report what is shown of one that is not there."""
        if action not in self.absent:
            self.absent[action] = self.handle(name, Pressed(f"report.{action}", "0000-0000-0000-0000"))
        return self.handle(name, Pressed(f"report.{action}", reference)) == self.absent[action]

    def add_file(self, reporter: str, reference: str) -> str:
        """Add a file to the report as its reporter and return its id."""
        evidence = self.world.bot.evidence
        door = evidence.door(self.id(reporter), self.school, reference)
        assert evidence.add(door, reference.encode(), "x.txt", new_form_key())
        return evidence.folder(door).files[0].id

    def reads(self, name: str, file_id: str) -> bool:
        """Return whether somebody can read a file as one of those entitled."""
        try:
            return bool(self.world.bot.evidence.read(self.id(name), file_id).content)
        except Hidden:
            return False

    def know_nothing(self, names: set[str], reference: str, actions: tuple[str, ...]) -> None:
        """Check that for these people the report is not there in any way."""
        for name in names:
            for said in (Opened(), Pressed("report.inbox"), Pressed("report.mine")):
                assert reference not in " ".join(words(out.card) for out in self.handle(name, said))
            for action in actions:
                assert self.as_if_absent(name, action, reference), (name, action)
            assert all(reference not in words(card) for card in self.box.to(self.id(name))), name


@pytest.fixture(scope="module")
def play(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """One bot for all histories, each of which has a school of its own; once on each database."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('histories')}/x.sqlite3"
    else:
        url = str(request.getfixturevalue("module_postgres"))
    box = Postbox()
    world = World(url, senders={"desk": box})
    memory = Memory()
    with pytest.MonkeyPatch.context() as patch:
        for name in ("roster", "get"):
            patch.setattr(SqlPeople, name, memory.over(name))
        yield Play(world, box, memory, {})
    world.close()


counter = itertools.count()


def one_history(play: Play, reporter: str, about: str, subject: str, steps: list[tuple[str, str, str]]) -> None:
    """Play a history and check after every step: some of the actions in turn, and after the last step all of them."""
    world = play.world
    play.box.taken.clear()
    play.memory.forget()
    history = History(play, f"h{next(counter)}")
    reference = history.file(reporter, about, subject)
    assume(reference is not None)
    assert reference is not None
    with world.store.look() as work:
        report = work.reports.by_reference(history.school, reference)
    assert report is not None
    file_id = history.add_file(reporter, reference)
    for number, (what, one, other) in enumerate([("wait", "cy", "cy"), *steps]):
        history.take(what, one, other, reference)
        with world.store.look() as work:
            shut_out = work.people.roster(history.school).one_login(report.subjects)
        told_before = {name for name in PEOPLE if history.id(name) in set(report.subjects)}
        in_turn = (ACTIONS[number % len(ACTIONS)], ACTIONS[(number + 3) % len(ACTIONS)])
        actions = ACTIONS if number == len(steps) else ("open", *in_turn)
        history.know_nothing(told_before - {reporter}, reference, actions)
        for name in PEOPLE:
            if history.id(name) in shut_out and name != reporter:
                assert history.as_if_absent(name, "open", reference), name
            if history.id(name) in shut_out:
                assert not history.reads(name, file_id), name


def histories(number: int, reporters: tuple[str, ...], longest: int) -> Callable[[Callable[..., None]], object]:
    """Return what plays a test so many times, each time with another reporter, subject and course of events."""
    drawn = given(
        st.sampled_from(reporters),
        st.sampled_from(("staff", "headteacher", "chair", "head_and_chair")),
        person,
        st.lists(step, max_size=longest),
    )
    played = settings(max_examples=number, deadline=None, suppress_health_check=list(HealthCheck))
    return lambda test: played(drawn(test))


SOME = ("ann", "bob", "dsl", "deputy")


@pytest.mark.parametrize("play", ["sqlite"], indirect=True)
@histories(12, SOME, 7)
def test_the_subject_knows_nothing(
    play: Play, reporter: str, about: str, subject: str, steps: list[tuple[str, str, str]]
) -> None:
    """After every step of a random history the subject reads nothing, lists nothing, is told nothing, sees no trace."""
    one_history(play, reporter, about, subject, steps)


@pytest.mark.parametrize("play", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@histories(3, SOME, 7)
def test_the_subject_knows_nothing_on_a_server_either(
    play: Play, reporter: str, about: str, subject: str, steps: list[tuple[str, str, str]]
) -> None:
    """The same on PostgreSQL."""
    one_history(play, reporter, about, subject, steps)


@pytest.mark.soak
@pytest.mark.parametrize("play", ["sqlite"], indirect=True)
@histories(10_000, PEOPLE, 10)
def test_the_subject_knows_nothing_in_ten_thousand_histories(
    play: Play, reporter: str, about: str, subject: str, steps: list[tuple[str, str, str]]
) -> None:
    """The same, ten thousand times and longer."""
    one_history(play, reporter, about, subject, steps)


@pytest.mark.soak
@pytest.mark.parametrize("play", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
@histories(250, PEOPLE, 10)
def test_the_subject_knows_nothing_in_many_histories_on_a_server(
    play: Play, reporter: str, about: str, subject: str, steps: list[tuple[str, str, str]]
) -> None:
    """The same on PostgreSQL, where each look goes over the wire and is dearer: the gate is the same code."""
    one_history(play, reporter, about, subject, steps)
