"""Reads a school's own policy file into clauses, or says in plain words why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from knowledge.importing.blocks import Document
from knowledge.importing.confined import confined
from knowledge.importing.model import ImportedPolicy
from knowledge.importing.plain import decode, plain_document
from knowledge.importing.safety import MOST_WORDS, ImportRefused, kind_of
from knowledge.importing.structure import structured

__all__ = ["ImportRefused", "Progress", "read"]

Progress = Callable[[str, float], None]


def read(data: bytes, name: str, progress: Progress | None = None) -> ImportedPolicy:
    """Return what stands in a file: its clauses word for word, and everything else with why it was left out.

    ``name`` is the file's name. ``progress`` is told what is being done and how far it is, 0 to 1.
    Raise ``ImportRefused`` if the file is of no kind that can be read, is not safe to open, or holds no words.
    The file is opened in a process of its own (``confined``).
    """
    tell = progress or (lambda _what, _share: None)
    tell("Looking at the file", 0.0)
    kind_of(data, name)
    policy = confined(read_here, data, name, tell)
    tell("Done", 1.0)
    return policy


def read_here(data: bytes, name: str, tell: Progress) -> ImportedPolicy:
    """Read a file in this process, whatever it does. ``read`` is the safe way."""
    document = _document(data, name, tell)
    if sum(len(block.text.split()) for block in document.blocks) > MOST_WORDS:
        raise ImportRefused("This document is far longer than any policy. Is it the right file?")
    tell("Finding the clauses", 0.9)
    policy = structured(document, PurePath(name).stem)
    if not policy.clauses:
        raise ImportRefused("No clauses were found in this file. Is it the policy itself?")
    return policy


def _document(data: bytes, name: str, tell: Progress) -> Document:
    """The file's blocks. The libraries are heavy, so each is loaded only when a file needs it."""
    kind = kind_of(data, name)
    tell("Reading the words", 0.05)
    if kind == "docx":
        from knowledge.importing.word import word_document  # noqa: PLC0415

        return word_document(data, tell)
    if kind == "pdf":
        from knowledge.importing.pdf import pdf_document  # noqa: PLC0415

        return pdf_document(data, tell)
    if kind == "markdown":
        from knowledge.importing.marked import marked_document  # noqa: PLC0415

        return marked_document(decode(data))
    if kind == "html":
        from knowledge.importing.webpage import webpage_document  # noqa: PLC0415

        return webpage_document(decode(data))
    return plain_document(decode(data))
