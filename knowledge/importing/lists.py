"""Which list an item goes on with, and which opens one of its own: by number, letter, bullet and how far it is in."""

from __future__ import annotations

import msgspec

from knowledge.importing.blocks import Block
from knowledge.importing.naming import first, follows


class Node(msgspec.Struct):
    """A clause while its section is put together, with the items of its list.

    ``full`` says that its printed number names it by itself, ``trailing`` that it is a sentence after a list.
    """

    block: Block
    text: str
    items: list[Node] = msgspec.field(default_factory=list)
    full: bool = False
    trailing: bool = False

    @property
    def opens(self) -> bool:
        """Whether a list must follow."""
        return self.text.endswith(":")


class Level(msgspec.Struct):
    """A list that is open: what its items look like, how far they are set in, and the last of them."""

    owner: Node
    look: str
    depth: int
    last: Node


class Lists:
    """The lists that are open, the outermost first."""

    def __init__(self) -> None:
        self.levels: list[Level] = []

    def close(self) -> None:
        """End every list."""
        self.levels = []

    def close_inner(self) -> None:
        """End the lists inside the outermost."""
        self.levels = self.levels[:1]

    def add(self, node: Node, after: Block | None, below: Node) -> None:
        """Put an item where it belongs: a first list under ``below``. ``after`` is the next block."""
        block = node.block
        look = block.mark if block.mark != "bullet" else f"bullet{block.printed}"
        level = self._by_label(block, look) if block.label else self._by_bullet(block, look, after)
        if level is None:
            owner = self.levels[-1].last if self.levels else below
            self.levels.append(Level(owner, look, block.depth, node))
        else:
            while self.levels[-1] is not level:
                self.levels.pop()
            level.last = node
        self.levels[-1].owner.items.append(node)

    def _by_label(self, block: Block, look: str) -> Level | None:
        alike = [level for level in reversed(self.levels) if level.look == look]
        for level in alike:
            if follows(level.last.block.label, block.label):
                return level
        return None if first(block.label) or not alike else alike[0]

    def _by_bullet(self, block: Block, look: str, after: Block | None) -> Level | None:
        alike = [level for level in reversed(self.levels) if level.look == look]
        same = next((level for level in alike if level.depth == block.depth), None)
        if same is not None:
            return self._by_colon(block, same, after)
        outer = [level for level in alike if level.depth > block.depth]
        if outer:
            return outer[-1]
        # Another bullet, but as far in as an outer list: Word and its copies change the sign within one list.
        inner = self.levels[-1] if self.levels else None
        unlabelled = [level for level in self.levels if not level.last.block.label and level.depth == block.depth]
        return unlabelled[-1] if unlabelled and inner is not unlabelled[-1] and not alike else None

    def _by_colon(self, block: Block, same: Level, after: Block | None) -> Level | None:
        """Items under "..., for example:" are often set in no further than it is.

        So the next item is under it, and one that ends in a colon itself, with nothing set in below, is beside it.
        """
        deeper = after is not None and bool(after.mark) and after.depth > block.depth
        leads = block.text.endswith(":") and not deeper
        if same is self.levels[-1] and same.last.opens and not same.last.items:
            return same if leads else None
        if leads:
            beside = (level for level in self.levels if level.last.opens and level.last.items)
            return next((level for level in beside if level.look == same.look and level.depth <= same.depth), same)
        return same
