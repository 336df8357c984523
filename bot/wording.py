"""Every sentence that the bot says, read from ``words/*.toml``: one file for each job, one key for each sentence.

Sentences take values in braces (``{reference}``). A value is shown as it is; renderers escape what they show.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any, Final

WORDS: Final = Path(__file__).parent / "words"


@cache
def _table(job: str) -> dict[str, Any]:
    return tomllib.loads((WORDS / f"{job}.toml").read_text("utf-8"))


def say(key: str, **values: object) -> str:
    """Return a sentence by ``job.table.key`` with its values filled in. Raise ``KeyError``."""
    found = _find(key)
    if not isinstance(found, str):
        raise KeyError(key)
    return found.format(**values) if values else found


def say_list(key: str) -> tuple[str, ...]:
    """Return several sentences that stand under one key. Raise ``KeyError``."""
    found = _find(key)
    if not isinstance(found, list):
        raise KeyError(key)
    return tuple(found)


def says(key: str) -> dict[str, str]:
    """Return a table of sentences, such as the names of all kinds of report. Raise ``KeyError``."""
    found = _find(key)
    if not isinstance(found, dict):
        raise KeyError(key)
    return found


@cache
def _find(key: str) -> Any:  # noqa: ANN401 - TOML holds several types
    job, _, path = key.partition(".")
    found: Any = _table(job)
    for part in path.split("."):
        if not isinstance(found, dict) or part not in found:
            raise KeyError(key)
        found = found[part]
    return found
