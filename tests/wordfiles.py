"""Word files for tests, with numbering, revisions and tables as Word writes them."""

from io import BytesIO

import docx
from docx.document import Document
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml
from docx.styles.style import BaseStyle
from docx.text.paragraph import Paragraph

Level = tuple[str, str]
"""How a level counts, and its text: ``("decimal", "%1.")``."""


class WordFile:
    """A document that grows by numbered paragraphs."""

    def __init__(self) -> None:
        self.document: Document = docx.Document()
        self.lists = self.document.part.numbering_part.element
        for element in list(self.lists):
            self.lists.remove(element)
        self.defined = 0
        self.used = 0

    def define(self, *levels: Level, more: dict[int, str] | None = None, link: str = "") -> int:
        """Define a list; ``more`` is further XML for a level. Return its number."""
        self.defined += 1
        told = "".join(
            f'<w:lvl w:ilvl="{place}"><w:start w:val="1"/><w:numFmt w:val="{counts}"/>{(more or {}).get(place, "")}'
            f'<w:lvlText w:val="{text}"/><w:pPr><w:ind w:left="{360 * (place + 1)}"/></w:pPr></w:lvl>'
            for place, (counts, text) in enumerate(levels)
        )
        self.lists.insert(
            self.defined - 1,
            parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{self.defined}">{link}{told}</w:abstractNum>'),
        )
        return self.defined

    def use(self, definition: int, override: str = "") -> int:
        """Make an instance of a list, with what it overrides. Return its number."""
        self.used += 1
        inner = f'<w:abstractNumId w:val="{definition}"/>{override}'
        self.lists.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="{self.used}">{inner}</w:num>'))
        return self.used

    def say(self, text: str, number: int | None = None, level: int = 0, style: str | None = None) -> Paragraph:
        """Add a paragraph, in a list if a number is given (0 takes it out of its style's list)."""
        paragraph = self.document.add_paragraph(text, style=style)
        if number is not None:
            told = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
            paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{told}</w:numPr>"))
        return paragraph

    def number_style(self, style: BaseStyle, number: int, level: int) -> None:
        """Put a paragraph style into a list."""
        told = f'<w:ilvl w:val="{level}"/><w:numId w:val="{number}"/>'
        style.element.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}>{told}</w:numPr>"))

    def change(self, paragraph: Paragraph, kind: str, text: str) -> None:
        """Add a tracked change (``ins``, ``del``) by "R. Ames" to the end of a paragraph."""
        inner = "delText" if kind == "del" else "t"
        paragraph._p.append(
            parse_xml(
                f'<w:{kind} {nsdecls("w")} w:id="1" w:author="R. Ames">'
                f'<w:r><w:{inner} xml:space="preserve">{text}</w:{inner}></w:r></w:{kind}>',
            ),
        )

    def data(self) -> bytes:
        """Return the file."""
        into = BytesIO()
        self.document.save(into)
        return into.getvalue()
