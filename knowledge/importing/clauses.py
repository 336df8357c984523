"""From sections to clauses: one numbered paragraph or one list item each, with its id and the stem that it needs."""

from __future__ import annotations

from msgspec import structs

from knowledge.importing.blocks import Block
from knowledge.importing.lists import Lists, Node
from knowledge.importing.model import ImportedClause, TrackedChange
from knowledge.importing.naming import lead_in, letter, together
from knowledge.importing.sections import Section, is_full


def clauses_of(sections: list[Section]) -> tuple[list[ImportedClause], list[TrackedChange]]:
    """Return the clauses of all sections in printed order, no two under one id, and the tracked changes in them."""
    naming = _Naming()
    for section in sections:
        naming.section(section, _Tree(section).root.items)
    return naming.clauses, naming.tracked


class _Tree:
    """Puts the blocks of one section into clauses and the lists under them."""

    def __init__(self, section: Section) -> None:
        self.section = section
        self.root = Node(Block(""), "")
        self.lists = Lists()
        blocks = section.blocks
        for place, block in enumerate(blocks):
            self._add(block, blocks[place + 1] if place + 1 < len(blocks) else None)

    def _add(self, block: Block, after: Block | None) -> None:
        simple = block.mark == "number" and block.label.isdigit()
        if block.mark == "number" and (is_full(block.label) or (simple and self.section.running)):
            self._top(Node(block, block.text, full=True))
        elif block.mark:
            self._item(block, after)
        else:
            self._words(block)

    def _top(self, node: Node) -> None:
        self.root.items.append(node)
        self.lists.close()

    def _words(self, block: Block) -> None:
        """Words without number or bullet: a clause of their own, or more of the numbered clause before."""
        clause = self.root.items[-1] if self.root.items else None
        if clause is None or (clause.block.mark and not clause.full):
            self._top(Node(block, block.text))
        elif clause.full and not clause.items and block.cells is None:
            clause.text = f"{clause.text} {block.text}".strip()
            clause.block.changes.extend(block.changes)
        elif clause.full or (clause.items and block.text[:1].islower() and block.cells is None):
            clause.items.append(Node(block, block.text, trailing=not block.text[:1].islower()))
            self.lists.close_inner()
        else:
            self._top(Node(block, block.text))

    def _item(self, block: Block, after: Block | None) -> None:
        below = self.root.items[-1] if self.root.items else self.root
        self.lists.add(Node(block, block.text), after, below)


class _Naming:
    """Gives ids: as printed where a number is, else by section and order."""

    def __init__(self) -> None:
        self.clauses: list[ImportedClause] = []
        self.tracked: list[TrackedChange] = []
        self.counts: dict[str, int] = {}
        self.taken: set[str] = set()
        self.stems: dict[str, str] = {}

    def section(self, section: Section, nodes: list[Node]) -> None:
        loose = [node for node in nodes if not node.full and not node.block.mark]
        lettered = 0
        for node in nodes:
            label = node.block.label
            printed = bool(label)
            stem = None
            if node.full:
                name = f"{section.prefix}{label}"
                stem = self.stems.get(name.rpartition(".")[0])
            elif section.number:
                lettered += not printed
                alone = len(loose) == 1 and not node.block.mark
                name = section.number if alone else f"{section.number}.{label or letter(lettered)}"
            elif printed:
                name = f"{section.code}.{label}"
                self.counts[section.code] = max(self.counts.get(section.code, 0), int(label) if label.isdigit() else 0)
            elif self._leads_numbers(node, nodes, section):
                self._lead(section, node)
                continue
            else:
                self.counts[section.code] = self.counts.get(section.code, 0) + 1
                name = f"{section.code}.{self.counts[section.code]}"
            self._clause(section, node, name, stem, printed=printed)

    def _leads_numbers(self, node: Node, nodes: list[Node], section: Section) -> bool:
        """Whether a section is one lead-in with a list numbered 1, 2, 3: the section's code and that number name it."""
        numbers = [item for item in node.items if item.block.label.isdigit()]
        alone = node is nodes[0] and not self.counts.get(section.code)
        return alone and lead_in(node.text) is not None and 0 < len(numbers) == len(node.items)

    def _lead(self, section: Section, node: Node) -> None:
        items, node.items = node.items, []
        self._clause(section, node, f"{section.code}.0", None, printed=False)
        stem = lead_in(node.text)
        for item in items:
            self._clause(section, item, f"{section.code}.{item.block.label}", stem, printed=True)
        self.counts[section.code] = int(items[-1].block.label)

    def _clause(self, section: Section, node: Node, name: str, stem: str | None, *, printed: bool) -> None:
        name = self._unlike(name)
        given = None if node.trailing else stem
        clause = ImportedClause(name, section.heading, node.text, given, printed, node.block.page)
        self.clauses.append(clause)
        self.tracked.extend(structs.replace(change, clause=name) for change in node.block.changes)
        inner = lead_in(node.text) if not node.full or node.items else None
        if inner is None and node.items and node.items[0].block.mark == "box":
            inner = node.text
        if node.full and node.text.endswith((":", ";", "–", "-")):
            self.stems[name] = together(stem, lead_in(node.text)) or ""
        below = together(stem, inner)
        by_letter = name[-1:].isdigit()
        for place, item in enumerate(node.items, 1):
            label = item.block.label
            step = label or (letter(place) if by_letter else str(place))
            self._clause(section, item, f"{name}.{step}", below, printed=bool(label))

    def _unlike(self, name: str) -> str:
        unlike, times = name, 1
        while unlike in self.taken:
            times += 1
            unlike = f"{name}-{times}"
        self.taken.add(unlike)
        return unlike
