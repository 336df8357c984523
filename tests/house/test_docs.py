"""The documents say what the code does: every setting, every command, every dependency."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import typer
from packaging.requirements import Requirement
from typer.main import get_command

import app
from adapters.settings import table


def rows(document: Path) -> list[list[str]]:
    """Return the rows of every table of a document as cells without backticks, headings left out."""
    return [
        [cell.strip().replace("`", "") for cell in line.strip("|").split("|")]
        for line in document.read_text("utf-8").splitlines()
        if line.startswith("|") and not set(line) <= set("|-: ")
    ]


def requirements(root: Path) -> list[Requirement]:
    """Return everything that pyproject.toml asks for, extras included."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = [text for listed in project["optional-dependencies"].values() for text in listed]
    return [Requirement(text) for text in [*project["dependencies"], *extras]]


def commands(group: typer.core.TyperGroup, path: str = "") -> Iterator[tuple[str, set[str]]]:
    """Yield every command's path with its long options."""
    for name, command in group.commands.items():
        here = f"{path} {name}".strip()
        if isinstance(command, typer.core.TyperGroup):
            yield from commands(command, here)
        else:
            options = {option for each in command.params for option in each.opts if option.startswith("--")}
            yield here, options - {"--help"}


def test_every_setting_is_documented_as_it_is(root: Path) -> None:
    """docs/settings.md has one row for each setting, in order, with its default and help, and no other row."""
    documented = [tuple(row[:3]) for row in rows(root / "docs/settings.md") if row[0] != "name"]
    assert documented == [(row.name, row.default, row.help.replace("`", "")) for row in table()]


def test_every_setting_is_used(root: Path) -> None:
    """A setting that nothing reads, not even ``check``, would be a false promise."""
    reading = {"table.py", "reading.py"}
    folders = [p for p in (root / "adapters").rglob("*.py") if p.parent.name != "settings" or p.name not in reading]
    code = "\n".join(path.read_text("utf-8") for path in [root / "app.py", *folders])
    own = {"database_url": "database", "database_password": "database", "master_key_file": "master_key_path"}
    unused = [row.name for row in table() if not re.search(rf"\b{own.get(row.name, row.name)}\b", code)]
    assert unused == []


def test_every_dependency_is_documented_with_its_floor(root: Path) -> None:
    """docs/dependencies.md names exactly what pyproject.toml asks for, with the same versions and a reason."""
    documented = {
        row[0].partition("[")[0]: row[1:] for row in rows(root / "docs/dependencies.md") if row[0] != "package"
    }
    asked = {one.name: str(one.specifier) for one in requirements(root)}
    assert {name: ",".join(sorted(row[0].split(","))) for name, row in documented.items()} == {
        name: ",".join(sorted(wanted.split(","))) for name, wanted in asked.items()
    }
    assert all(len(row[1].split()) >= 4 for row in documented.values())


def test_every_command_is_documented_with_its_options(root: Path) -> None:
    """docs/commands.md has a heading for each command, and under it each option; and no heading for any other."""
    text = (root / "docs/commands.md").read_text("utf-8")
    sections = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    group = get_command(app.commands(app.House({}, Path())))
    assert isinstance(group, typer.core.TyperGroup)
    known = dict(commands(group))
    assert sorted(sections) == sorted(known)
    general = text.partition("\n## ")[0]
    missing = [
        (name, option)
        for name, options in known.items()
        for option in options
        if option not in general + sections[name]
    ]
    assert missing == []


def test_every_command_says_what_it_does() -> None:
    """Help is there for each command and each option."""
    group = get_command(app.commands(app.House({}, Path())))
    assert isinstance(group, typer.core.TyperGroup)

    def silent(parent: typer.core.TyperGroup) -> Iterator[str]:
        for name, command in parent.commands.items():
            if not command.help:
                yield name
            yield from (f"{name} {p.name}" for p in command.params if p.name != "help" and not getattr(p, "help", ""))
            if isinstance(command, typer.core.TyperGroup):
                yield from silent(command)

    assert list(silent(group)) == []


def test_every_make_target_is_explained(root: Path) -> None:
    """README names the targets that a newcomer needs, and bare ``make`` prints each with what it does."""
    text = (root / "Makefile").read_text("utf-8")
    explained = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert {"run", "test", "soak", "bench", "vocabulary", "format", "clean"} <= explained
    readme = (root / "README.md").read_text("utf-8")
    assert "make run" in readme
    assert "make test" in readme


def test_links_between_documents_lead_somewhere(root: Path) -> None:
    """Every relative link of a document points to a file that is there, and every picture says what it shows."""
    broken, silent = [], []
    for path in [*root.glob("*.md"), *(root / "docs").rglob("*.md")]:
        text = path.read_text("utf-8")
        links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", text)
        broken += [f"{path.name}: {link}" for link in links if not (path.parent / link).exists()]
        silent += [
            f"{path.name}: {link}" for alt, link in re.findall(r"!\[([^]]*)\]\(([^)]+)", text) if not alt.strip()
        ]
    assert broken == []
    assert silent == []


def test_every_document_can_be_found_from_the_readme(root: Path) -> None:
    """README leads to each document, or to one that does: a page that nothing points to is not read."""
    found, wait = set(), [root / "README.md"]
    while wait:
        path = wait.pop()
        if path in found or path.suffix != ".md":
            continue
        found.add(path)
        links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text("utf-8"))
        for target in ((path.parent / link).resolve() for link in links):
            wait += target.glob("*.md") if target.is_dir() else [target] if target.is_file() else []
    assert [path.name for path in (root / "docs").rglob("*.md") if path not in found] == []


def test_pictures_are_small(root: Path) -> None:
    """A picture of the documents is no more than 150 KB."""
    pictures = [path for path in (root / "docs").rglob("*") if path.suffix in {".png", ".svg"}]
    assert pictures
    assert [path.name for path in pictures if path.stat().st_size > 150_000] == []


def test_decisions_are_numbered_and_dated(root: Path) -> None:
    """Each decision record has the next number, a date, and says what was decided and why."""
    records = sorted((root / "docs/decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in records] == list(range(1, len(records) + 1))
    for path in records:
        text = path.read_text("utf-8")
        assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE), path.name
        assert "## Decision" in text, path.name
        assert "## Why" in text, path.name
