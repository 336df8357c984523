"""What each platform would make of what we render: judged by its own rules, not by how we escape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from markdown_it import MarkdownIt

from tests.deskclient import parse

TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
LIVE_IN_SLACK = {"mrkdwn", "user", "usergroup", "channel", "broadcast", "emoji", "color", "date", "team", "image"}
LINKED = re.compile(
    r"(?i)\b[a-z][a-z+.-]*://|\bwww\.\w|\b(?:mailto|tel|sms):\w|\w@\w+\.\w|\w\.(?:com|example|net|org|uk|gov)\b"
)
ENTITY = re.compile(r"&(?!(?:amp|lt|gt);)")
MARKDOWN = MarkdownIt("commonmark")
HEADERS = {"From", "To", "Subject", "Auto-Submitted", "Message-ID", "Content-Type", "Content-Transfer-Encoding"}
HEADERS |= {"MIME-Version"}


def texts(thing: object) -> Iterator[str]:
    """Yield every text within what goes over the wire."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from texts(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from texts(value)


def pieces(thing: object) -> Iterator[dict[str, Any]]:
    """Yield every object within what goes over the wire."""
    if isinstance(thing, dict):
        yield thing
        for value in thing.values():
            yield from pieces(value)
    elif isinstance(thing, list | tuple):
        for value in thing:
            yield from pieces(value)


def seen_as_it_is(thing: object) -> None:
    """Check that no text holds a control character, half a character, or a sign that turns what follows."""
    for text in texts(thing):
        text.encode()
        wrong = [c for c in text if (unicodedata.category(c) == "Cc" and c not in "\n\t") or c in TURNING]
        assert not wrong, [hex(ord(c)) for c in wrong]


def slack(payload: dict[str, Any]) -> None:
    """Check that Slack reads no mention, link or markup in a message or a view."""
    seen_as_it_is({**payload, "private_metadata": "", "metadata": ""})
    for piece in pieces({**payload, "metadata": ""}):
        assert piece.get("type") not in LIVE_IN_SLACK, piece
        assert piece.get("type") != "link" or piece["url"] == "https://desk.example/x"
        assert piece.get("type") != "plain_text" or piece["emoji"] is False
    top = payload.get("text", "")
    assert "<" not in top
    assert ">" not in top
    assert not ENTITY.search(top)
    plain = top.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    assert not LINKED.search(plain), plain
    assert not re.search(r"(?m)^>|:[\w+-]+:|(?:^|[^\u2060])[*_~`]|[*_~`](?:[^\u2060]|$)", plain), plain


def teams(card: dict[str, Any]) -> None:
    """Check that Teams reads no mention, link, markdown or function in an Adaptive Card."""
    seen_as_it_is(card)
    for piece in pieces(card):
        if piece.get("type") == "TextBlock":
            (block,) = [token for token in MARKDOWN.parse(f"x {piece['text']}") if token.type == "inline"]
            there = {child.type for child in block.children or ()}
            assert there <= {"text", "softbreak", "hardbreak", "text_special"}, piece
            assert not LINKED.search(block.content), piece
        assert not re.search(r"\{\{", str(piece.get("text", "")).replace("\\", "")), piece
        assert "entities" not in piece.get("msteams", {})
        assert piece.get("type") not in {"Image", "Media", "Action.OpenUrl"} or piece["url"] == "https://desk.example/x"


def same_markup(html: str, harmless: str) -> None:
    """Check that a page has the tags, attributes and addresses of the same page with harmless words."""
    one, other = parse(html), parse(harmless)
    assert [(e.tag, tuple(e.attributes)) for e in one.all()] == [(e.tag, tuple(e.attributes)) for e in other.all()]
    places = ("href", "src", "action", "formaction", "style", "id", "class", "name", "type", "for")
    assert [[e.get(n) for n in places] for e in one.all()] == [[e.get(n) for n in places] for e in other.all()]


def mailed(message: EmailMessage) -> None:
    """Check that a mail has our headers only, once each, is plain text, and holds no address that is not ours."""
    raw = message.as_bytes(policy=policy.SMTP)
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    assert sorted(read.keys()) == sorted(set(read.keys()))
    assert set(read.keys()) <= HEADERS
    assert read["To"] == "head@school.example"
    assert read.get_content_type() == "text/plain"
    assert not read.defects
    text = read.get_content().replace("\r\n", "\n")
    seen_as_it_is(text)
    assert not LINKED.search(text), text
