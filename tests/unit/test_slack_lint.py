"""The lint of Slack's payloads: each of its rules can fail."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.lint import Unfit, characters, checked, faults, sound

WRONG: dict[str, dict[str, Any]] = {
    "no text": {"text": "", "blocks": []},
    "markup": {"text": "x", "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "*x*"}}]},
    "alt": {"text": "x", "blocks": [{"type": "image", "image_url": "https://x.example/a.png"}]},
    "51 blocks": {"text": "x", "blocks": [{"type": "divider"}] * 51},
    "input in message": {
        "text": "x",
        "blocks": [{"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "datepicker"}}],
    },
    "input without submit": {
        "type": "modal",
        "title": {"type": "plain_text", "text": "x"},
        "blocks": [{"type": "input", "label": {"type": "plain_text", "text": "x"}, "element": {"type": "datepicker"}}],
    },
    "input without label": {
        "type": "modal",
        "title": {"type": "plain_text", "text": "x"},
        "submit": {"type": "plain_text", "text": "x"},
        "blocks": [{"type": "input", "element": {"type": "datepicker"}}],
    },
    "long section": {"text": "x", "blocks": [{"type": "section", "text": {"type": "plain_text", "text": "x" * 3001}}]},
    "long header": {"text": "x", "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "x" * 151}}]},
    "long title": {"type": "modal", "title": {"type": "plain_text", "text": "x" * 25}, "blocks": [{"type": "divider"}]},
    "same id": {"text": "x", "blocks": [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}]},
    "danger": {
        "text": "x",
        "blocks": [
            {
                "type": "actions",
                "elements": [
                    {"type": "button", "action_id": "a", "style": "danger", "text": {"type": "plain_text", "text": "x"}}
                ],
            }
        ],
    },
    "long button": {
        "text": "x",
        "blocks": [
            {
                "type": "actions",
                "elements": [{"type": "button", "action_id": "a", "text": {"type": "plain_text", "text": "x" * 76}}],
            }
        ],
    },
    "metadata": {
        "type": "modal",
        "title": {"type": "plain_text", "text": "x"},
        "blocks": [{"type": "divider"}],
        "private_metadata": "x" * 3001,
    },
}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_the_lint_finds_each_fault(name: str) -> None:
    """Each rule can fail: a payload that breaks it is refused, and the refusal repeats nothing of what it said."""
    assert len(faults(WRONG[name])) == 1, faults(WRONG[name])
    with pytest.raises(Unfit):
        sound(WRONG[name])


@pytest.mark.parametrize("name", WRONG)
def test_a_block_that_was_looked_at_before_hides_no_fault(name: str) -> None:
    """Blocks that are kept and shown often are looked at once; what was found then is found in every message."""
    kept = {**WRONG[name], "blocks": [checked(block) for block in WRONG[name]["blocks"]]}
    assert faults(kept) == faults(WRONG[name])
    assert [characters(block) for block in kept["blocks"]] == [characters(block) for block in WRONG[name]["blocks"]]


def test_nothing_in_the_renderer_makes_markup(root: Path) -> None:
    """No module of the adapter names Slack's markup type but the lint that forbids it."""
    using = [
        p.name for p in (root / "adapters/slack").glob("*.py") if re.search(r"mrkdwn|Text\.MD|Markdown", p.read_text())
    ]
    assert using == ["lint.py"]
