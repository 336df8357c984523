"""Rows of tables as blocks: "label: value", cells with the heads of their columns, boxes to tick, fields to fill in."""

from __future__ import annotations

import re
from itertools import groupby

from knowledge.importing.blocks import BOX, Block, Document, labelled
from knowledge.importing.model import LeftOut

FIELD = re.compile(
    r"^(?:signature|signed|sign here|date|name|print name|position|job title|initials?)\b[\s:._…]*$", re.IGNORECASE
)


def settle_rows(document: Document) -> None:
    """Turn every row into blocks that need no table to be understood. What is only to be filled in is left out."""
    blocks: list[Block] = []
    for table, rows in groupby(document.blocks, key=lambda block: block.table if block.cells is not None else None):
        if table is None:
            blocks.extend(rows)
        else:
            of_table = list(rows)
            if not of_table[0].text and blocks and not blocks[-1].mark and blocks[-1].heading is None:
                blocks[-1].cells = (blocks[-1].text,)  # an empty field stands beside it: a question of a form
            blocks.extend(_Table(of_table, document.left_out).blocks())
    document.blocks = blocks


class _Table:
    """One table, row by row."""

    def __init__(self, rows: list[Block], left_out: list[LeftOut]) -> None:
        self.rows = rows
        self.left_out = left_out
        self.heads: list[str] = []
        self.under_lead = False

    def blocks(self) -> list[Block]:
        found: list[Block] = []
        for place, row in enumerate(self.rows):
            found.extend(self._row(place, row))
        return found

    def _row(self, place: int, row: Block) -> list[Block]:
        cells = list(row.cells or ())
        filled = [cell for cell in cells if cell]
        if not filled:
            return []
        if self._is_head(place, cells):
            return self._head(place, row, cells)
        fields = [cell for cell in filled if FIELD.match(cell)]
        if fields and (len(filled) > len(fields) or len(cells) > len(fields) or len(filled) == 1):
            self.left_out.extend(LeftOut(field, "a field of a form, to be filled in") for field in fields)
            filled = [cell for cell in filled if cell not in fields]
        boxes = [cell for cell in filled if BOX.match(cell)]
        words = [cell for cell in filled if not BOX.match(cell)]
        blocks = [*self._words(row, cells, words), *(self._box(row, box) for box in boxes)]
        if blocks:
            blocks[0].changes = row.changes
        return blocks

    def _words(self, row: Block, cells: list[str], words: list[str]) -> list[Block]:
        if not words:
            return []
        if len(words) == 1 and len(cells) == 1 and (words[0].isupper() or row.strong):
            return [self._block(row, words[0], heading=2)]
        wide = 3 <= len(cells) <= len(self.heads) and bool(cells[0])
        if wide:
            told = [f"{head} {cell}".strip() for head, cell in zip(self.heads[1:], cells[1:], strict=False) if cell]
            text = f"{cells[0]}: {'; '.join(told)}" if told else cells[0]
        else:
            text = _told(words)
        block = labelled(text)
        if block.mark not in {"number", "letter"}:
            block = Block(text, mark="bullet" if wide and self.under_lead else "")
        block.cells, block.page = (text,), row.page
        return [block]

    def _is_head(self, place: int, cells: list[str]) -> bool:
        if len(cells) < 3 or sum(map(bool, cells)) < 2 or place + 1 >= len(self.rows) or any(map(BOX.match, cells)):
            return False
        if not cells[0]:
            return not any(FIELD.match(cell) for cell in cells if cell)
        following = self.rows[place + 1].cells or ()
        return (
            place == 0 and all(cells) and len(following) == len(cells) and all(len(cell.split()) <= 6 for cell in cells)
        )

    def _head(self, place: int, row: Block, cells: list[str]) -> list[Block]:
        following = list(self.rows[place + 1].cells or ())
        if not cells[0] and not following[0] and self._is_head(place + 1, following):
            self.under_lead = True
            *words, last = list(dict.fromkeys(filter(None, cells)))
            if len(last.split()) == 1 and words:
                self.left_out.append(LeftOut(last, "the head of a table's column"))
            else:
                words.append(last)
            return [self._block(row, " ".join(words))]
        self.heads = cells
        unused = [head for head in cells if head]
        self.left_out.append(LeftOut("; ".join(unused), "the heads of a table's columns; each row has those it needs"))
        return []

    def _block(self, row: Block, text: str, heading: int | None = None) -> Block:
        return Block(text, heading=heading, cells=(text,), page=row.page, strong=row.strong)

    def _box(self, row: Block, cell: str) -> Block:
        block = labelled(cell)
        block.cells, block.page, block.depth = (cell,), row.page, 0
        return block


def _told(words: list[str]) -> str:
    """Cells that need no heads: "label: value", or a number and what it numbers."""
    first, *rest = words
    if not rest:
        return first
    joined = "; ".join(rest)
    closed = first[-1] in ":?.;" or re.fullmatch(r"\(?[\dA-Za-z]{1,2}(?:\.\d+)*[.)]?", first)
    return f"{first} {joined}" if closed else f"{first}: {joined}"
