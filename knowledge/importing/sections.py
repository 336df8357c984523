"""Cuts a document at its headings, and says what the ids of each section begin with."""

from __future__ import annotations

import msgspec

from knowledge.importing.blocks import Block
from knowledge.importing.headings import Title, appendix_of, names_appendix
from knowledge.importing.model import LeftOut
from knowledge.importing.naming import code

NO_TEXT = "a heading with no text under it"


class Section(msgspec.Struct):
    """A heading and the blocks under it.

    ``number`` is as printed, ``code`` is made where there is none. ``prefix`` stands before every printed label, as the
    letter of an appendix does. ``running`` says that its simple numbers run on through the document. ``headings`` are
    the blocks that its heading is put together from.
    """

    heading: str
    number: str = ""
    code: str = ""
    prefix: str = ""
    running: bool = False
    blocks: list[Block] = msgspec.field(default_factory=list)
    headings: list[Block] = msgspec.field(default_factory=list)


def is_full(label: str) -> bool:
    """Tell whether a printed label names a clause by itself, as 4.8 and B2 do."""
    return "." in label or (label[:1].isalpha() and label[-1:].isdigit())


def divide(blocks: list[Block], listed: list[Title], left_out: list[LeftOut]) -> list[Section]:
    """Cut the blocks into sections. ``listed`` are the appendices that the contents names.

    A heading that stands over no text, nor over a heading that does, is added to ``left_out``.
    """
    cutting = _Cutting(listed)
    for block in blocks:
        if block.heading is None:
            cutting.sections[-1].blocks.append(block)
        else:
            cutting.heading(block)
    sections = [section for section in cutting.sections if section.blocks]
    shown = {id(heading) for section in sections for heading in section.headings}
    bare = (block for block in blocks if block.heading is not None and id(block) not in shown)
    left_out.extend(LeftOut(f"{block.printed} {block.text}".strip(), NO_TEXT) for block in bare)
    _find_running(sections)
    _find_restarts(sections, cutting.taken)
    return sections


class _Cutting:
    """Opens sections. Keeps the headings above and the appendix that is open."""

    def __init__(self, listed: list[Title]) -> None:
        self.sections = [Section("Front matter", code="FM")]
        self.listed = listed
        self.appendix: Title | None = None
        self.over: list[Block] = []
        self.above: list[Block] = []
        self.taken = {"FM"}

    def heading(self, block: Block) -> None:
        """Open a section under a heading."""
        level = block.heading or 1
        while self.above and (self.above[-1].heading or 1) >= level:
            self.above.pop()
        title = appendix_of(block.text) or self._listed_as(block)
        if title is not None:
            self.over = [block]
            self._appendix(title)
        elif self.appendix is not None and not self.appendix.title and self._is_empty():
            self.over = [*self.over, block]
            self._appendix(Title(self.appendix.kind, self.appendix.which, block.text))
        elif self.appendix is not None:
            self._in_appendix(self.appendix, block)
        else:
            self._main(block)
        self.above.append(block)

    def _is_empty(self) -> bool:
        """Whether nothing stands between the appendix's own heading and here."""
        return self.sections[-1].headings is self.over and not self.sections[-1].blocks

    def _listed_as(self, block: Block) -> Title | None:
        for place, title in enumerate(self.listed):
            if not block.mark and names_appendix(block.text, title):
                self.listed = self.listed[place + 1 :]
                return Title(title.kind, title.which, block.text)
        return None

    def _appendix(self, title: Title) -> None:
        self.listed = [other for other in self.listed if other.which != title.which]
        self.appendix = title
        self.taken.add(title.prefix)
        self.sections.append(Section(title.shown, code=title.prefix, prefix=f"{title.prefix}.", headings=self.over))

    def _in_appendix(self, appendix: Title, block: Block) -> None:
        shown = f"{appendix.shown} / {block.text}"
        number = f"{appendix.prefix}.{block.label}" if block.mark else ""
        made = "" if number else appendix.prefix
        self.sections.append(Section(shown, number, made, f"{appendix.prefix}.", headings=[*self.over, block]))

    def _main(self, block: Block) -> None:
        headings = [*self.above, block]
        shown = " / ".join(other.text for other in headings)
        if block.mark:
            self.sections.append(Section(shown, block.label.removesuffix(".0"), headings=headings))
        else:
            self.sections.append(Section(shown, code=code(block.text, self.taken), headings=headings))


def _find_restarts(sections: list[Section], taken: set[str]) -> None:
    """Where numbering begins anew outside an appendix, put a code before every number from there on."""
    seen: set[str] = set()
    prefix = ""
    for section in sections:
        if section.prefix:
            continue
        labels = {block.label for block in section.blocks if block.mark == "number" and is_full(block.label)}
        labels |= {section.number} - {""}
        if labels & seen:
            prefix, seen = f"{section.code or code(section.heading, taken)}.", set()
        seen |= labels
        if prefix and labels:
            section.prefix = prefix
            section.number = f"{prefix}{section.number}" if section.number else ""


def _find_running(sections: list[Section]) -> None:
    """Mark the sections whose simple numbers (1, 2, 3) go on from one section to the next: they are the ids."""
    runs: list[list[tuple[Section, int, int]]] = []
    for section in sections:
        numbers = [int(block.label) for block in section.blocks if block.mark == "number" and block.label.isdigit()]
        if not numbers:
            continue
        if runs and numbers[0] == runs[-1][-1][2] + 1:
            runs[-1].append((section, numbers[0], numbers[-1]))
        elif numbers[0] == 1:
            runs.append([(section, 1, numbers[-1])])
    alone = len(runs) == 1 and (len(runs[0]) > 1 or len(sections) == 1)
    for run in runs:
        for section, _, _ in run:
            section.running = len(run) > 1 or alone
