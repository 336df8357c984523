"""The machinery that reads files and drafts norms; what it needs is loaded when a file comes."""

from __future__ import annotations

from bot import own_pack
from bot.own_import import PACK, NotTaken, Pressed, Progress
from bot.wording import say
from knowledge.importing.model import DraftedClause, ImportedPolicy


class InstalledPress:
    """The press of a bot at work (``bot.own_import.Press``)."""

    def press(self, data: bytes, name: str, policy: str, progress: Progress | None) -> Pressed:
        """Return what a file comes to: a document of the school's, or a pack of another school. Raise ``NotTaken``."""
        if name.casefold().endswith(PACK):
            return own_pack.read(data)
        from knowledge.importing import (  # noqa: PLC0415 - readers of documents are slow to load
            drafting,
            files,
        )

        try:
            document = files.read(data, name, progress)
        except files.ImportRefused as error:
            raise NotTaken(str(error)) from None
        if not document.clauses:
            raise NotTaken(say("policy.refused.empty", name=name))
        drafted = drafting.draft(document)
        return Pressed(document, drafted, drafting.as_policy(document, drafted, policy or "draft").head)

    def draft(self, document: ImportedPolicy) -> tuple[DraftedClause, ...]:
        """Return what is drafted of a document's clauses, in their order."""
        from knowledge.importing import drafting  # noqa: PLC0415 - as above

        return drafting.draft(document)
