from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from knowledge import importing, terms
from knowledge.importing.grammar import pattern
from knowledge.model import Force
from knowledge.pack import ROLES

FOLDER = Path(importing.__file__).parent
FORCES = set(Force.__args__)


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{name}.toml").read_text("utf-8"))


def test_wordings_and_topics_name_known_acts() -> None:
    """An act that the vocabulary does not know would be drafted and never asked about."""
    wordings = table("wordings")
    named = {act for key in ("done", "either", "freely") for act in wordings[key]}
    for entry in wordings["wording"]:
        named |= {*entry["acts"], *entry.get("also", ()), *entry.get("mirror", ())}
    named |= {entry["act"] for entry in table("topics")["topic"]}
    named |= {entry["act"] for entry in table("linting")["asked"]}
    assert named <= set(terms.acts())


def test_wordings_use_no_key_that_means_nothing() -> None:
    """A misspelt key would silently do nothing."""
    head = (FOLDER / "wordings.toml").read_text("utf-8").split("\n[[wording]]")[0]
    for entry in table("wordings")["wording"]:
        for key in entry.keys() - {"acts", "says", "not", "with", "content", "catch_all"}:
            assert re.search(rf"\b{key}\b", head), key
        assert {entry.get("force", "stated"), entry.get("required", "stated")} <= FORCES


def test_the_grammar_names_known_conditions_persons_and_roles() -> None:
    """What the engine does not know cannot hold, be met or be told."""
    grammar = table("grammar")
    assert {entry["is"] for entry in grammar["force"]} <= FORCES
    assert {entry["is"] for entry in grammar["condition"]} <= set(terms.values("condition"))
    for entry in grammar["exception"]:
        facet, _, value = entry["is"].rpartition(":")
        assert value in terms.values(facet or "condition")
    assert {name.removeprefix("older_") for name in grammar["persons"]} <= set(terms.values("person"))
    assert set(grammar["roles"]) <= ROLES


@pytest.mark.parametrize("name", ["grammar", "wordings", "topics"])
def test_every_pattern_stands_for_words_that_there_are(name: str) -> None:
    """A word in angle brackets that is not under [words] would be looked for as it stands."""
    known = set(table("grammar")["words"])
    text = (FOLDER / f"{name}.toml").read_text("utf-8")
    named = set(re.findall(r"(?<![?P])<(\w+)>", re.sub(r"^#.*$", "", text, flags=re.MULTILINE)))
    assert named <= known
    assert all(pattern(f"<{word}>").pattern != f"<{word}>" for word in named)
