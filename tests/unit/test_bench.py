"""The benchmark itself: a reader that is right scores so, a yes that is harm is counted, the picture is readable."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench import slack
from tests.bench.__main__ import answers_table, questions
from tests.bench.drawing import drawn
from tests.bench.page import with_section
from tests.bench.quality import READERS, Score, score
from tests.bench.slack_meter import AT_ONCE, ECHO, OURS, PLAIN, SILENCE, TLS
from tests.bench.speed import by_huey, outbox
from tests.bench.teams import beside_an_echo
from tests.bench.waits import waited, waits_rows
from tests.golden.questions import Gold

ASKED = (
    Gold("a", "stockham", "can I?", "prohibited", clauses=("7.3",)),
    Gold("b", "stockham", "may I?", "permitted", clauses=("4.1",)),
)
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize(
    ("verdicts", "right", "harm"),
    [(("prohibited", "permitted"), 1.0, 0.0), (("permitted", "permitted"), 0.5, 1.0), (("unsure", "silent"), 0.0, 0.0)],
    ids=["right", "harmful", "silent"],
)
def test_a_score_counts_what_it_says(verdicts: tuple[str, str], right: float, harm: float) -> None:
    """Right verdicts, deciding clauses first and in three, and yes where there is none, as shares."""

    def answer(gold: Gold) -> tuple[str, Sequence[str]]:
        return verdicts[ASKED.index(gold)], ("1.1", "7.3") if gold.id == "a" else ("4.1",)

    found = score("one", answer, ASKED)
    assert (found.verdict, found.false_yes) == (right, harm)
    assert (found.first, found.three) == (0.5, 1.0)


@pytest.mark.parametrize("name", READERS)
def test_every_reader_answers(name: str) -> None:
    """Each reader gives a verdict and clauses of the policy that was asked."""
    gold = Gold("a", "stockham", "can I add a pupil on facebook?", "prohibited", clauses=("7.3",))
    verdict, clauses = READERS[name]()(gold)
    assert verdict
    assert clauses


def test_the_picture_says_everything_in_words() -> None:
    """Title and description hold every figure; bars of different readers differ in more than colour."""
    scores = [Score("A & B", 0.5, 0.25, 1.0, 0.0, 1.0, 2.0), Score("C", 0.125, 0.0, 0.5, 0.0, 1.0, 2.0)]
    tree = ET.fromstring(drawn(scores))  # noqa: S314 - our own picture
    said = tree.findtext(f"{SVG}desc") or ""
    assert tree.findtext(f"{SVG}title")
    assert all(figure in said for figure in ("A & B", "50%", "25%", "100%", "12%", "0%"))
    assert len({bar.get("fill") for bar in tree.iter(f"{SVG}rect") if bar.get("stroke")}) == 2
    assert "| A & B | 50% | 25% | 100% | 0.0% | 1.00 | 2.00 |" in answers_table(scores)


def test_questions_that_cannot_be_read_are_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A file that is missing or no list of questions ends the program with a sentence."""
    for content in (None, "{}\n", "no json\n"):
        file = tmp_path / "questions.jsonl"
        if content is not None:
            file.write_text(content)
        monkeypatch.setenv("CAN_I_BENCH_QUESTIONS", str(file))
        with pytest.raises(SystemExit, match="cannot be read"):
            questions()


def test_a_rate_rests_on_everything_delivered(sqlite_url: str, tmp_path: Path) -> None:
    """Our outbox and the peer beside it hand on each of ten."""
    for rate in (outbox("ours", sqlite_url, 10), by_huey(tmp_path, 10)):
        assert rate.queued > 0
        assert rate.delivered > 0


def test_waits_are_told_of_answers_that_came(tmp_path: Path) -> None:
    """An answer of the echo bot, of ours, and of ours with authentication on are each waited for."""
    rows = waits_rows(beside_an_echo(tmp_path, 2, warming_up=0))
    assert [row[1] for row in rows] == ["2", "2", "2"]
    assert all(float(cell.replace(",", "")) > 0 for row in rows for cell in row[2:])


def test_a_wait_names_the_middle_and_the_end() -> None:
    """The median, the 99th of a hundred, and the slowest."""
    wait = waited("one", range(1, 102))
    assert (wait.answers, wait.median, wait.p99, wait.slowest) == (101, 51, 100, 101)


def test_a_section_is_put_in_the_place_of_its_own() -> None:
    """A section with a known heading is exchanged, a new one stands at the end; the others stay."""
    page = "# A page\n\n## One\n\nfirst\n\n## Two\n\nsecond\n"
    assert with_section(page, "## One\n\nanew") == page.replace("first", "anew")
    assert with_section(page, "## Two\n\nanew") == page.replace("second", "anew")
    assert with_section(page, "## Three\n\nthird") == f"{page}\n## Three\n\nthird\n"


def test_all_bots_in_slack_answer_everybody(tmp_path: Path) -> None:
    """In each situation, one at a time and fifty at once: whoever asks is answered, and each bot has a row."""
    found = slack.measured(tmp_path, 2, 0.1)
    assert {TLS, SILENCE, PLAIN} <= found.keys()
    assert all(len(spent.alone) == 2 for times in found.values() for spent in times.values())
    for name in (ECHO, OURS):
        assert len(found[TLS][name].crowd) >= AT_ONCE
        assert not found[TLS][name].lost
    assert len(slack.rows(found)) == sum(map(len, found.values()))
    assert "the goal is at most 1.25 times" in slack.rest(found).lower()
