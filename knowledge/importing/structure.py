"""From a document's blocks to an imported policy: tidy, find headings, cut into sections, name clauses."""

from __future__ import annotations

from knowledge.importing.about import about
from knowledge.importing.blocks import Block, Document, flat
from knowledge.importing.clauses import clauses_of
from knowledge.importing.headings import appendices_listed, find_headings, find_title
from knowledge.importing.model import ImportedPolicy, LeftOut
from knowledge.importing.rows import settle_rows
from knowledge.importing.sections import divide
from knowledge.importing.tidying import tidy


def structured(document: Document, name: str) -> ImportedPolicy:
    """Return the policy that stands in a document. ``name`` is used as its title if it has none."""
    listed = appendices_listed([*document.contents, *tidy(document)])
    settle_rows(document)
    find_headings(document)
    title, cover = find_title(document.blocks, document.title or name)
    body = _without_cover(document, title, cover)
    sections = divide(body, listed, document.left_out)
    clauses, tracked = clauses_of(sections)
    for block in document.blocks:
        if block.heading is not None:
            document.tracked.extend(block.changes)
    found = about(clauses, document.left_out)
    return ImportedPolicy(
        title,
        tuple(clauses),
        version=found.version,
        review=found.review,
        owner=found.owner,
        related=found.related,
        definitions=found.definitions,
        contacts=found.contacts,
        forms=found.forms,
        left_out=tuple(document.left_out),
        tracked=(*tracked, *document.tracked),
        tracked_as=document.taken,
    )


def _without_cover(document: Document, title: str, cover: list[Block]) -> list[Block]:
    body: list[Block] = []
    for block in document.blocks:
        if any(block is other for other in cover):
            why = "the policy's title" if block.text in title else "the cover"
            document.left_out.append(LeftOut(block.text, why))
        elif block.heading is not None and not block.mark and flat(block.text).casefold() == flat(title).casefold():
            document.left_out.append(LeftOut(block.text, "the policy's title, printed again"))
        else:
            body.append(block)
    return body
