import datetime as dt

import msgspec

from knowledge.importing import drafting, linting
from knowledge.importing.model import ImportedClause, ImportedPolicy
from knowledge.model import Review


def clause(text: str, number: str = "1", section: str = "Rules") -> ImportedClause:
    return ImportedClause(number, section, text)


def policy(*clauses: ImportedClause, review: Review | None = None) -> ImportedPolicy:
    return ImportedPolicy("Online conduct at Elm Lane", clauses, review=review)


def findings(imported: ImportedPolicy) -> dict[str, list[linting.Finding]]:
    drafts = drafting.as_policy(imported, drafting.draft(imported), "elm-lane")
    found: dict[str, list[linting.Finding]] = {}
    for finding in linting.lint(drafts, dt.date(2026, 9, 1)):
        found.setdefault(finding.kind, []).append(finding)
    return found


def test_clauses_that_contradict_each_other_are_named() -> None:
    """One clause allows what another forbids: both are named."""
    imported = policy(
        clause("Staff may say that they work for the school.", number="2"),
        clause("Staff must not state that they are employed by the school.", number="9"),
    )
    assert findings(imported)["contradiction"][0].clauses == ("2", "9")


def test_a_more_exact_rule_is_no_contradiction() -> None:
    """A rule for a narrower case is an exception, not a fault."""
    imported = policy(
        clause("Staff must not use social media in working time.", number="2"),
        clause("Staff may use social media in their lunch break.", number="3"),
    )
    assert "contradiction" not in findings(imported)


def test_duplicates_gaps_dates_and_wording_are_found() -> None:
    """The same sentence twice, a subject left out, a date gone by and a word that leaves readers to guess."""
    imported = policy(
        clause("Staff must not spend excessive time on social media during the day.", number="1"),
        clause("Staff must not spend excessive time on social media during the day.", number="2"),
        review=Review("Review: July 2026", due=dt.date(2026, 7, 31), clauses=("2",)),
    )
    found = findings(imported)
    assert found["duplicate"][0].clauses == ("1", "2")
    assert any("photos of pupils" in gap.says for gap in found["gap"])
    assert "31 July 2026" in found["review"][0].says
    assert "excessive" in found["unclear"][0].says
    assert all(finding.do for kind in found.values() for finding in kind)


def test_a_route_that_goes_to_its_own_subject_ends_nowhere() -> None:
    """A report about the head that goes to the head is a finding."""
    imported = policy(clause("Staff must not insult anybody online."))
    drafts = drafting.as_policy(imported, drafting.draft(imported), "elm-lane")
    head = drafts.head
    (about_head,) = [r for r in head.routes if (r.kind, r.about) == ("breach", "headteacher")]
    bent = msgspec.structs.replace(about_head, to=("headteacher",))
    routes = tuple(bent if route is about_head else route for route in head.routes)
    broken = msgspec.structs.replace(drafts, head=msgspec.structs.replace(head, routes=routes))
    assert any("nobody to go to" in finding.says for finding in linting.lint(broken, dt.date(2026, 9, 1)))
