"""Two texts of one policy, matched clause by clause."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.comparing import Worded, compare

BEFORE = [
    ("1.1", "Staff must not add pupils as friends on any network."),
    ("1.2", "Staff should turn down requests from parents."),
    ("1.3", "Staff may follow the page of the school itself."),
    ("2.1", "Photos of pupils are never posted from a private account."),
    ("2.2", "The office keeps the list of consents in its safe."),
    ("2.3", "Nobody writes about colleagues in anger, at night or at all."),
    ("3.1", "Breaches are reported to the headteacher on the same day."),
    ("3.2", "The chair hears what concerns the headteacher."),
    ("4.1", "Every account of the school has two keepers."),
    ("4.2", "Passwords are changed when a keeper leaves."),
    ("5.1", "Training is given to every new member of staff."),
    ("5.2", "Volunteers are told about these rules as well."),
    ("6.1", "These rules are looked at each autumn."),
]
NOW = [
    ("1.1", "Staff must never add pupils as friends on any network."),  # changed
    ("1.2", "Messages to parents go through the office alone."),  # new
    ("1.3", "Staff should turn down requests from parents."),
    ("1.4", "Staff may follow the page of the school itself."),
    ("2.1", "Photos of pupils are never posted from any private account."),  # changed
    ("2.2", "Nobody writes about colleagues in anger, at night or at all."),  # 2.2 went
    ("3.1", "Breaches are reported to the headteacher within the hour."),  # changed
    ("3.2", "The chair hears what concerns the headteacher."),
    ("4.1", "Passwords are changed when a keeper leaves."),  # moved before 4.2
    ("4.2", "Every account of the school has two keepers."),
    ("4.3", "Old accounts are closed within a month."),  # new
    ("5.1", "Training is given to every new member of staff in September."),  # changed
    ("6.1", "These rules are looked at each spring."),  # changed; 5.2 went
    ("6.2", "The board is told of what was found."),  # new
    ("6.3", "A copy hangs in the staff room."),  # new
]


def kinds(before: list[tuple[str, str]], now: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    """Return what is not simply the same or under another number."""
    old, new = [Worded(*each) for each in before], [Worded(*each) for each in now]
    return [
        (pair.kind, "" if pair.before is None else old[pair.before].id, "" if pair.now is None else new[pair.now].id)
        for pair in compare(old, new)
        if pair.kind not in {"same", "renumbered"}
    ]


def test_twelve_edits_are_found_as_twelve() -> None:
    """Five changed, four came, two went, one moved: nothing else, however the numbers shifted."""
    assert kinds(BEFORE, NOW) == [
        ("changed", "1.1", "1.1"),
        ("came", "", "1.2"),
        ("changed", "2.1", "2.1"),
        ("changed", "3.1", "3.1"),
        ("moved", "4.2", "4.1"),
        ("came", "", "4.3"),
        ("changed", "5.1", "5.1"),
        ("changed", "6.1", "6.1"),
        ("came", "", "6.2"),
        ("came", "", "6.3"),
        ("went", "2.2", ""),
        ("went", "5.2", ""),
    ]


def test_the_same_text_has_no_changes() -> None:
    """Word for word the same, and under the same numbers."""
    assert kinds(BEFORE, BEFORE) == []
    assert {pair.kind for pair in compare([Worded(*b) for b in BEFORE], [Worded(*b) for b in BEFORE])} == {"same"}


def test_a_clause_before_all_others_renumbers_them_only() -> None:
    """What moved down by one is no change: nobody need review it again."""
    now = [("1.1", "A word before everything."), *((f"9.{place}", words) for place, (_, words) in enumerate(BEFORE))]
    assert kinds(BEFORE, now) == [("came", "", "1.1")]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=8), st.lists(st.sampled_from("abcdefgh"), max_size=8))
def test_every_clause_of_both_texts_stands_in_the_result_once(before: list[str], now: list[str]) -> None:
    """Nothing is lost and nothing is said twice, words that repeat included."""
    old = [Worded(str(place), letter * 9) for place, letter in enumerate(before)]
    new = [Worded(str(place), letter * 9) for place, letter in enumerate(now)]
    pairs = compare(old, new)
    assert sorted(p.before for p in pairs if p.before is not None) == list(range(len(old)))
    assert sorted(p.now for p in pairs if p.now is not None) == list(range(len(new)))
