"""``policy list``, ``show`` and ``check``."""

import json
import shutil
from pathlib import Path

import pytest

from knowledge import pack
from tests.unit.conftest import Run


def test_list_names_every_pack_with_its_size(run: Run) -> None:
    """Each installed pack has a line with its clauses and norms."""
    ran = run("policy", "list")
    assert ran.code == 0
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == list(pack.installed())


def test_show_prints_one_json_object_a_clause(run: Run) -> None:
    """Every clause of the pack, in printed order, with the five keys that programs rely on."""
    ran = run("policy", "show", "beaumont", "--json")
    clauses = [json.loads(line) for line in ran.out.splitlines()]
    assert [clause["id"] for clause in clauses] == [clause.id for clause in pack.load_installed("beaumont").clauses]
    assert all(set(clause) == {"id", "section", "stem", "text", "norms"} for clause in clauses)
    assert any(clause["norms"] for clause in clauses)


def test_show_prints_a_policy_for_people(run: Run) -> None:
    """Without --json: number, section and text of each clause, and what each norm says."""
    ran = run("policy", "show", "beaumont")
    first = pack.load_installed("beaumont").clauses[0]
    assert ran.out.startswith(f"{first.id}  {first.section}\n")
    assert first.text in ran.out


def test_show_of_an_unknown_policy_lists_the_known(run: Run) -> None:
    """The nearest name comes first."""
    ran = run("policy", "show", "bowmont")
    assert ran.code == 2
    assert "There are: beaumont" in ran.err


def test_check_counts_what_it_found_in_order(run: Run) -> None:
    """A pack without faults: its clauses and norms are counted, exit code 0."""
    ran = run("policy", "check", str(pack.PACKS / "beaumont"))
    assert ran.code == 0
    assert "1 pack, no faults." in ran.out


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("force = ", "farce = "), "farce"),
        (('force = "', 'force = "nearly_'), "nearly_"),
        (('acts = ["', 'acts = ["fly_a_kite_'), "unknown act 'fly_a_kite_"),
        (("[[clause]]", "[[clause]"), "is not valid TOML"),
    ],
)
def test_check_names_file_line_and_entry_of_a_fault(
    run: Run, tmp_path: Path, change: tuple[str, str], says: str
) -> None:
    """One fault put into a good pack is found, with where it stands and how many there are, exit code 2."""
    folder = tmp_path / "beaumont"
    shutil.copytree(pack.PACKS / "beaumont", folder)
    path = folder / "clauses.toml"
    path.write_text(path.read_text("utf-8").replace(*change, 1), "utf-8")
    ran = run("policy", "check", str(folder))
    assert ran.code == 2
    assert ran.err.startswith("beaumont/clauses.toml:")
    assert says in ran.err
    assert "1 fault to mend" in ran.err
    assert "Traceback" not in ran.err


def test_check_finds_a_norm_that_no_example_reaches(run: Run, tmp_path: Path) -> None:
    """A prohibition turned into a permission contradicts its own examples, and is named with what they get instead."""
    folder = tmp_path / "beaumont"
    shutil.copytree(pack.PACKS / "beaumont", folder)
    path = folder / "clauses.toml"
    path.write_text(path.read_text("utf-8").replace('force = "prohibited"', 'force = "permitted"', 1), "utf-8")
    ran = run("policy", "check", str(folder))
    assert ran.code == 2
    assert "no example reaches it; “" in ran.err
    assert "” gets permitted by " in ran.err


@pytest.mark.parametrize("content", [None, b"\xff\xfe\0\x01"])
def test_check_of_a_pack_without_readable_clauses(run: Run, tmp_path: Path, content: bytes | None) -> None:
    """A missing and a binary file are faults like others."""
    folder = tmp_path / "beaumont"
    shutil.copytree(pack.PACKS / "beaumont", folder)
    if content is None:
        (folder / "clauses.toml").unlink()
    else:
        (folder / "clauses.toml").write_bytes(content)
    ran = run("policy", "check", str(folder))
    assert ran.code == 2
    assert "beaumont/clauses.toml:1: file: is " in ran.err


def test_check_of_something_that_is_no_folder(run: Run, tmp_path: Path) -> None:
    """A path that leads nowhere is named, with what a pack is."""
    ran = run("policy", "check", str(tmp_path / "nothing"))
    assert ran.code == 2
    assert "is not a folder" in ran.err
