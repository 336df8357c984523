"""Reads a school's own policy file into clauses, or says in plain words why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from knowledge.importing.blocks import Document
from knowledge.importing.model import ImportedPolicy
from knowledge.importing.plain import decode, plain_document
from knowledge.importing.structure import structured

Progress = Callable[[str, float], None]


class ImportRefused(ValueError):
    """A file that cannot be imported. The text is a sentence for the person who chose the file."""


def read(data: bytes, name: str, progress: Progress | None = None) -> ImportedPolicy:
    """Return what stands in a file: its clauses word for word, and everything else with why it was left out.

    ``name`` is the file's name. ``progress`` is told what is being done and how far it is, 0 to 1.
    Raise ``ImportRefused`` if the file is of no kind that can be read, is not safe to open, or holds no words.
    """
    tell = progress or (lambda _what, _share: None)
    tell("Reading the file", 0.0)
    document = _document(data, name)
    tell("Finding clauses", 0.8)
    policy = structured(document, PurePath(name).stem)
    if not policy.clauses:
        raise ImportRefused("No clauses were found in this file. Is it the policy itself?")
    tell("Done", 1.0)
    return policy


def _document(data: bytes, name: str) -> Document:
    ending = PurePath(name).suffix.casefold()
    if ending not in {".txt", ".md", ".markdown"} or b"\x00" in data[:4096].removeprefix(b"\xff\xfe"):
        raise ImportRefused("This kind of file cannot be read. Save the policy as Word (.docx), PDF or plain text.")
    if ending == ".txt":
        return plain_document(decode(data))
    from knowledge.importing.marked import marked_document  # noqa: PLC0415

    return marked_document(decode(data))
