"""The labelled phrasings that the reader is trained from (docs/vocabulary.md tells what the labels mean)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from knowledge import pack, terms


class Phrasing(msgspec.Struct, forbid_unknown_fields=True, rename={"negated": "not"}):
    """One labelled question (docs/vocabulary.md tells what the labels mean)."""

    text: str
    act: str
    asks: str
    negated: bool = False
    person: list[str] = []
    time: str = ""
    device: str = ""
    capacity: str = ""
    content: list[str] = []
    met: list[str] = []
    unmet: list[str] = []
    by: str = ""
    source: str = ""


def phrasings(folder: Path = terms.VOCABULARY / "phrasings") -> list[Phrasing]:
    """Return every labelled phrasing, in the order of files and lines. Raise ``ValueError`` naming a bad line."""
    found: list[Phrasing] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            if line.strip():
                try:
                    found.append(msgspec.json.decode(line, type=Phrasing))
                except msgspec.MsgspecError as error:
                    raise ValueError(f"{path.name}:{number}: {error}") from None
    return found


def examples() -> list[Phrasing]:
    """Return the example questions of the packs. They are labelled by act alone."""
    return [
        Phrasing(example.ask, example.act or norm.acts[0], "", source=f"pack {name} {clause.id}")
        for name in pack.installed()
        for clause in pack.load_installed(name).clauses
        for norm in clause.norms
        for example in norm.examples
    ]
