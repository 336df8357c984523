"""``policy import`` and ``export``, ``ask --draft``, and own policies in ``policy list`` and ``show``."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import msgspec
import pytest

from tests.ownpolicies import TEXT
from tests.trustpack import CLAUSES, trust
from tests.unit.conftest import Ran, Run

PUPIL = "can i add a pupil as a friend on facebook?"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A short policy of our own as a Markdown file."""
    made = tmp_path / "pages.md"
    made.write_text("# " + TEXT.replace("# ", "## ").replace("\n", "\n\n"), "utf-8")
    return made


def add_school(run: Run, name: str = "oak") -> None:
    assert run("school", "add", name, "--name", name.capitalize(), "--policy", "stockham").code == 0


def ask(run: Run, *more: str) -> Ran:
    return run("ask", "--draft", "--policy", "pages", PUPIL, *more)


def test_a_file_is_tried_out_before_there_is_a_school(run: Run, file: Path) -> None:
    """Imported, listed, shown, and asked, marked as a draft each time; a batch names the draft as its policy."""
    ran = run("policy", "import", str(file), "--as", "pages")
    assert ran.code == 0, ran.err
    assert "9 clauses" in ran.out
    assert "as the draft pages" in ran.out
    assert "To review it, add the school" in ran.out
    listed = run("policy", "list").out.splitlines()
    assert listed[-1].split()[0] == "pages"
    assert listed[-1].endswith("draft")
    assert "Staff must not add pupils as friends" in run("policy", "show", "pages", "--draft").out
    said = ask(run)
    assert said.out.startswith("From a draft that nobody has adopted:\nNo, the policy does not allow this.")
    line = json.dumps({"id": "1", "policy": "pages", "text": PUPIL}).encode()
    reply = json.loads(run("ask", "--batch", "--draft", stdin=line).out)
    assert (reply["verdict"], reply["clauses"][0]) == ("prohibited", "1.1")
    assert reply["reply"].startswith("From a draft")


def test_a_draft_answers_only_where_it_is_asked_for(run: Run, file: Path) -> None:
    """Without --draft there is no such policy; with it an installed pack is none."""
    run("policy", "import", str(file), "--as", "pages")
    ran = run("ask", "--policy", "pages", PUPIL)
    assert ran.code == 2
    assert "There is no policy 'pages'" in ran.err
    ran = run("ask", "--draft", "--policy", "stockham", PUPIL)
    assert ran.code == 2
    assert "There is no draft 'stockham'. There are: pages." in ran.err
    line = json.dumps({"id": "1", "policy": "nope", "text": PUPIL}).encode()
    ran = run("ask", "--batch", "--draft", stdin=line)
    assert ran.code == 2
    assert "There is no draft 'nope'" in json.loads(ran.out)["error"]


def test_a_school_brings_its_own_and_the_next_one_replaces_it(run: Run, file: Path) -> None:
    """The school is not named where there is one; with two it must be, and each has its own."""
    add_school(run)
    assert "Review it on the desk" in run("policy", "import", str(file), "--as", "pages").out
    run("policy", "import", str(file), "--as", "pages")
    listed = run("policy", "list").out.splitlines()
    assert [line.split()[-2:] for line in listed if line.startswith("pages")] == [["oak", "draft"]]
    add_school(run, "elm")
    ran = run("policy", "import", str(file), "--as", "pages")
    assert ran.code == 2
    assert "Say which school: --school ID. There are: elm, oak." in ran.err
    assert run("policy", "import", str(file), "--as", "pages", "--school", "elm").code == 0
    ran = ask(run)
    assert ran.code == 2
    assert "Several schools have a policy 'pages'" in ran.err
    assert ask(run, "--school", "elm").code == 0


def test_a_pack_goes_from_school_to_school_as_one_file(run: Run, file: Path, tmp_path: Path) -> None:
    """Written and read again it answers alike; to whoever takes it over every rule is a draft."""
    add_school(run)
    run("policy", "import", str(file), "--as", "pages")
    to = tmp_path / "pages.toml"
    ran = run("policy", "export", "pages", "--draft", "--to", str(to))
    assert ran.code == 0, ran.err
    assert run("policy", "export", "pages", "--draft").out == to.read_text("utf-8")
    held = tomllib.loads(to.read_text("utf-8"))
    assert held["clause"][0]["text"] == "Staff must not add pupils as friends on their own accounts."
    assert run("policy", "import", str(to), "--as", "copy").code == 0
    first, second = ask(run, "--json"), run("ask", "--draft", "--policy", "copy", PUPIL, "--json")
    assert json.loads(first.out)["verdict"] == json.loads(second.out)["verdict"] == "prohibited"
    assert run("policy", "export", "pages").code == 2


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("none.docx", None, "There is no file"),
        ("policy.exe", b"MZ\x00\x01", "not a document"),
        ("broken.toml", b"[policy", "no policy pack that can be read"),
        ("other.toml", b'[policy]\nid = "x"\n', "no policy pack that can be read"),
        ("latin.toml", b"\xff\xfe", "no policy pack that can be read"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_in_words(
    run: Run, tmp_path: Path, name: str, data: bytes | None, says: str
) -> None:
    """One sentence, exit code 2, and no draft."""
    if data is not None:
        (tmp_path / name).write_bytes(data)
    ran = run("policy", "import", str(tmp_path / name))
    assert ran.code == 2
    assert says in ran.err
    assert "Traceback" not in ran.err
    assert "own" not in run("policy", "list").out.splitlines()[-1]


def test_a_name_is_made_or_must_be_one(run: Run, file: Path) -> None:
    """From the title, or as given in lower-case letters, digits and hyphens."""
    ran = run("policy", "import", str(file), "--as", "Our Pages")
    assert ran.code == 2
    assert "cannot be a policy's name" in ran.err
    assert "as the draft pages-and-posts" in run("policy", "import", str(file)).out
    assert run("policy", "import", str(file.parent)).code == 2


def test_a_trusts_policy_is_overridden_by_clause(run: Run, tmp_path: Path) -> None:
    """Kept as the trust's; replaced, added, left out, put back; the next version names what to look at again."""
    add_school(run)
    file = tmp_path / "trust.toml"
    file.write_bytes(trust("1"))
    assert run("policy", "import", str(file), "--as", "online", "--base").code == 0
    replaced = run("policy", "override", "online", "2.1", "--text", "Staff may run a group chat for staff.")
    assert "The school's own words stand here now." in replaced.out, replaced.err
    assert "Added as clause 1.1-S1." in run("policy", "override", "online", "1.1", "--add", "Nobody adds parents.").out
    assert "Left out" in run("policy", "override", "online", "1.2", "--leave-out").out
    shown = run("policy", "show", "online", "--draft").out
    assert "Staff may run a group chat for staff." in shown
    assert "Nobody adds parents." in shown
    assert "taken away" in run("policy", "override", "online", "1.1-S1", "--back").out
    for wrong in (["9.9", "--leave-out"], ["1.1", "--leave-out"], ["1.1"], ["1.1", "--back", "--leave-out"]):
        assert run("policy", "override", "online", *wrong).code != 0
    assert run("policy", "override", "never", "1.1", "--back").code != 0
    file.write_bytes(trust("2", (*CLAUSES[:2], msgspec.structs.replace(CLAUSES[2], text="Groups are not run."))))
    ran = run("policy", "import", str(file), "--as", "online", "--base")
    assert "Look at these first: 2.1." in ran.out
