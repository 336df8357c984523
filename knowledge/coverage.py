"""Whether every norm of a pack can be reached: each has example questions, and at least one must lead to it.

The examples go the whole way, through reading and ruling, so a norm that another always beats is found, and so is one
whose examples say something else than the norm does.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from knowledge import pack
from knowledge.judgement import Judgement, judge
from knowledge.model import Clause, Example, Norm
from knowledge.pack import Fault
from knowledge.reader import Reader
from knowledge.ruling import Rulebook


def unreached(folder: Path, reader: Reader) -> list[Fault]:
    """Return a fault for every norm of the pack in a folder that none of its examples reaches with their verdict.

    Raises ``PackError`` where the pack cannot be read.
    """
    policy = pack.load(folder)
    book = Rulebook(policy)
    lines = pack.clause_lines(folder)
    faults: list[Fault] = []
    for clause, (line, norm_lines) in zip(policy.clauses, lines, strict=True):
        for number, norm in enumerate(clause.norms):
            answers = [(example, judge(reader.read(example.ask), book)) for example in norm.examples]
            if not any(reaches(clause, norm, example, judgement) for example, judgement in answers):
                at = norm_lines[number] if number < len(norm_lines) else line
                says = f"norm {number + 1}: no example reaches it; {_instead(answers)}"
                faults.append(Fault(f"{folder.name}/clauses.toml", at, f"clause {clause.id}", says))
    return faults


def reaches(clause: Clause, norm: Norm, example: Example, judgement: Judgement) -> bool:
    """Return whether an example gets its verdict from the norm, or at least with its clause cited."""
    if judgement.verdict != example.verdict:
        return False
    return clause.id in judgement.ruling.clauses or any(item.norm is norm for item in judgement.ruling.applied)


def _instead(answers: list[tuple[Example, Judgement]]) -> str:
    return "; ".join(_outcomes(answers)) or "it has none"


def _outcomes(answers: list[tuple[Example, Judgement]]) -> Iterator[str]:
    for example, judgement in answers:
        cited = ", ".join(judgement.ruling.clauses[:2]) or "no clause"
        yield f"“{example.ask}” gets {judgement.verdict} by {cited}, not {example.verdict}"
