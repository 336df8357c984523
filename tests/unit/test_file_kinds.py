"""Files of reports: told by their content, kept under a name that does no harm, handed out under one that says it."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

import pytest

from adapters.desk.evidence_pages import disposition
from bot.attachments import About
from bot.evidence import File
from bot.file_kinds import KINDS, LONGEST_NAME, called, kind_of, saved_as
from bot.wording import says
from tests.evidencefiles import REFUSED, TAKEN

CORPUS = [
    json.loads(line)
    for line in (Path(__file__).parent.parent / "injection" / "corpus.jsonl").read_text("ascii").splitlines()
]


@pytest.mark.parametrize("name", sorted(KINDS))
def test_a_kind_is_told_by_content(name: str) -> None:
    """Each kind that is taken is known by its first bytes, and has words for people."""
    kind = kind_of(TAKEN[name])
    assert kind == KINDS[name]
    assert name in says("report.file.kind")


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_what_is_no_evidence_is_no_kind(name: str) -> None:
    """Programs, archives, old Office files and bytes without sense are not taken."""
    assert kind_of(REFUSED[name]) is None


def test_text_in_two_bytes_a_letter_is_text() -> None:
    """As Windows writes it, with its mark at the beginning; without the mark it is not known."""
    assert kind_of("abc é".encode("utf-16")) == KINDS["text"]
    assert kind_of("abc é".encode("utf-16-le")) is None


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("Screenshot 2026-09-21.png", "Screenshot 2026-09-21.png"),
        ("C:\\Users\\me\\shot.png", "shot.png"),
        ("../../etc/passwd", "passwd"),
        ("", "file"),
        ("  \n ", "file"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("cafe\u0301.png", "café.png"),
        ("two\nlines.png", "two lines.png"),
    ],
)
def test_a_name_is_kept_as_people_read_it(given: str, kept: str) -> None:
    """The last part, on one line, without what nobody sees."""
    assert called(given) == kept


def test_a_long_name_keeps_its_ending() -> None:
    """Cut in the middle, never endless."""
    name = called("x" * 500 + ".png")
    assert len(name) == LONGEST_NAME
    assert name.endswith("….png")


@pytest.mark.parametrize(
    ("name", "kind", "saved"),
    [
        ("shot.png", "png", "shot.png"),
        ("shot.PNG", "png", "shot.PNG"),
        ("photo.exe", "png", "photo.exe.png"),
        ("page.html", "text", "page.html.txt"),
        ("run.bat", "text", "run.bat.txt"),
        (".htaccess", "text", "htaccess.txt"),
        ("...", "pdf", "file.pdf"),
        ('a"b;c<d>|e?.png', "png", "a_b;c_d__e_.png"),
    ],
)
def test_a_file_is_saved_as_what_it_is(name: str, kind: str, saved: str) -> None:
    """The name ends as the content says, so that a page or a script is opened as text."""
    assert saved_as(name, KINDS[kind]) == saved


def test_no_name_leaves_its_header() -> None:
    """Of the whole corpus: one header, on one line, from which a program reads back a harmless name."""
    shape = re.compile(r"attachment; filename=\"file\.txt\"; filename\*=UTF-8''([A-Za-z0-9._~%-]+)")
    for text in CORPUS:
        name = called(text.encode("utf-8", "replace").decode())
        header = disposition(File(About(name, KINDS["text"], 1, ""), b"x"))
        found = shape.fullmatch(header)
        assert found, header
        read = unquote(found[1])
        assert not set(read) & set('<>:"/\\|?*\n\r\t')
        assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in read)
        assert read.casefold().endswith(KINDS["text"].endings)
