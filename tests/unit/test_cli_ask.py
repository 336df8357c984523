"""``ask``: one question, a batch, and everything that can be wrong with either."""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.unit.conftest import Run

VERDICTS = frozenset(
    [
        "permitted",
        "conditional",
        "discouraged",
        "prohibited",
        "required",
        "info",
        "silent",
        "off_topic",
        "report",
        "unsure",
    ]
)


def lines(*items: dict[str, str]) -> bytes:
    """Return objects as JSON lines."""
    return b"".join(json.dumps(item).encode() + b"\n" for item in items)


def test_a_question_is_answered_in_words_with_its_clause(run: Run) -> None:
    """The plain answer names a clause of the policy asked."""
    ran = run("ask", "--policy", "neath-port-talbot", "can i accept a friend request from a pupil?")
    assert ran.code == 0
    assert "Clause " in ran.out
    assert ran.err == ""


def test_what_stops_somebody_is_not_told_as_what_allows_it(run: Run) -> None:
    """A bar on a condition says "not if", leave on a condition "only if"."""
    barred = run("ask", "--policy", "stockham", "can i add a pupil's mum on insta?").out
    assert "Not if:\n- There is a conflict of interest" in barred
    assert "Only if:" not in barred
    assert "Only if:\n- " in run("ask", "--policy", "stockham", "can i open a facebook page for my class?").out


def test_json_gives_what_a_program_needs(run: Run) -> None:
    """One object with verdict, clauses, asks, reply and the time taken."""
    ran = run("ask", "--policy", "neath-port-talbot", "--json", "can i accept a friend request from a pupil?")
    answer = json.loads(ran.out)
    assert set(answer) == {"id", "verdict", "clauses", "asks", "reply", "ms"}
    assert answer["verdict"] in VERDICTS
    assert answer["clauses"]
    assert answer["ms"] > 0


def test_the_policy_can_be_a_setting(run: Run) -> None:
    """Where no policy is named, the setting names it; without either, the message lists the policies."""
    assert run("ask", "hi", env={"CAN_I_POLICY": "beaumont"}).code == 0
    unset = run("ask", "hi", env={"CAN_I_POLICY": ""})
    assert unset.code == 2
    assert "Say which policy: --policy NAME" in unset.err
    assert "stockham" in unset.err


def test_an_unknown_policy_lists_the_known_nearest_first(run: Run) -> None:
    """A slip in the name is answered with the right one in front."""
    ran = run("ask", "--policy", "stokham", "hi")
    assert ran.code == 2
    assert ran.err.startswith("There is no policy 'stokham'. There are: stockham, ")


@pytest.mark.parametrize("question", ["", "   ", "\n"])
def test_an_empty_question_says_how_to_ask(run: Run, question: str) -> None:
    """Nothing, or nothing but space, is no question."""
    ran = run("ask", "--policy", "beaumont", question)
    assert ran.code == 2
    assert ran.err.startswith("There is no question.")


@pytest.mark.parametrize("question", ["can i\0 post", "\udcff\udcfe", "\x1b[2J"])
def test_a_question_that_is_not_text_is_refused(run: Run, question: str) -> None:
    """NUL, bytes that are not UTF-8 and control characters get one sentence, no traceback, and are not repeated."""
    ran = run("ask", "--policy", "beaumont", question)
    assert ran.code == 2
    assert ran.err == "The question is not text. Write it in words, encoded as UTF-8.\n"


def test_forty_thousand_characters_are_answered_and_said_to_be_cut(run: Run) -> None:
    """A very long question is read at its beginning and end, in well under a second, and the person is told."""
    start = time.perf_counter()
    ran = run("ask", "--policy", "beaumont", "can i post a photo of my class on facebook " + "blah " * 8000)
    assert ran.code == 0
    assert "its beginning and its end were read" in ran.err
    assert time.perf_counter() - start < 5


def test_a_batch_answers_each_line_in_order(run: Run) -> None:
    """One line out for each line in, with the same ids, whatever the policies."""
    ran = run(
        "ask",
        "--batch",
        stdin=lines(
            {"id": "one", "policy": "beaumont", "text": "can i tweet about my job"},
            {"id": "two", "policy": "neath-port-talbot", "text": "what is the weather"},
            {"id": "three", "policy": "beaumont", "text": ""},
        ),
    )
    replies = [json.loads(line) for line in ran.out.splitlines()]
    assert ran.code == 0
    assert [reply["id"] for reply in replies] == ["one", "two", "three"]
    assert all(set(reply) == {"id", "verdict", "clauses", "asks", "reply", "ms"} for reply in replies)
    assert all(reply["verdict"] in VERDICTS and len(reply["clauses"]) <= 5 for reply in replies)


def test_a_batch_keeps_conversations_apart(run: Run) -> None:
    """A second turn is understood from the first of its own conversation, and from no other."""
    first = {"policy": "beaumont", "text": "can i be friends with a pupil on facebook?"}
    second = {"policy": "beaumont", "text": "and on a monday?"}
    together = run(
        "ask",
        "--batch",
        stdin=lines(
            {"id": "d#1", "conversation": "d", **first},
            {"id": "d#2", "conversation": "d", **second},
            {"id": "e#1", "conversation": "e", **second},
        ),
    )
    said = {reply["id"]: reply["reply"] for reply in map(json.loads, together.out.splitlines())}
    assert said["d#2"] != said["e#1"]


@pytest.mark.parametrize(
    ("line", "name", "says"),
    [
        (b"not json\n", "", "not a JSON object"),
        (b"[1, 2]\n", "", "not a JSON object"),
        (b'{"id": "x"}\n', "x", "not a JSON object"),
        (b'{"id": "x", "policy": "beaumont", "text": 3}\n', "x", "not a JSON object"),
        (b'{"id": "x", "policy": "nowhere", "text": "hi"}\n', "x", "There is no policy 'nowhere'"),
        (b'{"id": "x", "policy": "beaumont", "text": "\xff"}\n', "", "not a JSON object"),
    ],
)
def test_a_bad_line_of_a_batch_is_named_and_the_rest_answered(run: Run, line: bytes, name: str, says: str) -> None:
    """The bad line gets a line of its own with the reason; the next is answered; the exit code is 2."""
    ran = run("ask", "--batch", stdin=line + lines({"id": "good", "policy": "beaumont", "text": "hello"}))
    refusal, good = map(json.loads, ran.out.splitlines())
    assert ran.code == 2
    assert refusal["id"] == name
    assert says in refusal["error"]
    assert good["id"] == "good"
    assert ran.err.startswith("line 1: ")


def test_binary_on_standard_input_is_refused(run: Run) -> None:
    """A picture piped in by mistake is one sentence, not a thousand."""
    ran = run("ask", "--batch", stdin=b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    assert ran.code == 2
    assert "binary" in ran.err


def test_an_empty_batch_is_answered_with_nothing(run: Run) -> None:
    """No lines in, no lines out, no error."""
    ran = run("ask", "--batch")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_bad_setting_is_one_sentence(run: Run) -> None:
    """A misspelt variable stops the command with the right name."""
    ran = run("ask", "hi", env={"CAN_I_POLCY": "beaumont"})
    assert ran.code == 2
    assert ran.err == "CAN_I_POLCY, set in the environment, is not a setting. Did you mean CAN_I_POLICY?\n"


def test_a_question_costs_little_with_start_up(root: Path) -> None:
    """The best of three runs costs a second or two of one core, on a busy machine too; no heavy library is loaded."""
    costs = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run(
            [sys.executable, "app.py", "ask", "--policy", "beaumont", "can i add a pupil on insta"],
            cwd=root,
            check=True,
            capture_output=True,
        )
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        costs.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(costs) < 2.5
    loaded = subprocess.run(
        [sys.executable, "-c", "import app, sys; print(*sys.modules)"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    heavy = {"aiohttp", "alembic", "apscheduler", "botbuilder", "jinja2", "slack_bolt", "sqlalchemy"}
    assert not heavy & set(loaded)


def test_output_that_nobody_reads_any_more_ends_quietly(root: Path) -> None:
    """``| head -1`` closes the pipe: no traceback."""
    shown = subprocess.run(
        ["bash", "-c", f'"{sys.executable}" app.py policy show beaumont | head -n 1'],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    assert shown.stdout.count("\n") == 1
    assert "Traceback" not in shown.stderr
