"""No word of a file may be lost on the way to clauses: each is in a clause, in a heading, or listed with a reason."""

import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing.files import read_here
from knowledge.importing.model import ImportedPolicy
from knowledge.importing.safety import ImportRefused

SAID = """staff must not share photos online policy scope appendix section review contents school phones the head signed
date name page oakfield when asked Scope Purpose Policy Contents Name: Date: for example:"""
WORDS = st.sampled_from(SAID.split())
LABELS = st.sampled_from(
    ["", "", "", "- ", " - ", "1. ", "2. ", "1.1 ", "1.2 ", "a) ", "b) ", "II. ", "• ", "\t", "☐ "]
)
ENDS = st.sampled_from(["", ".", ":", ";", "\t", " 3", "....4"])
LINES = st.builds(
    lambda label, words, end: f"{label}{' '.join(words)}{end}", LABELS, st.lists(WORDS, min_size=1, max_size=9), ENDS
)
TEXTS = st.lists(
    st.one_of(LINES, st.just(""), st.just("APPENDIX A"), st.just("OAKFIELD SCHOOL")), min_size=1, max_size=30
)


def words(text: str) -> Counter[str]:
    """Words of three letters or more: numbers and letters of lists become ids."""
    return Counter(re.findall(r"[a-z]{3,}", text.casefold()))


def told(policy: ImportedPolicy) -> Counter[str]:
    """Every word that the import shows somewhere."""
    shown = Counter[str]()
    for clause in policy.clauses:
        shown += words(clause.text) + words(clause.section)
    for one in policy.left_out:
        shown += words(one.text)
    return shown


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.sampled_from(["policy.txt", "policy.md"]))
def test_no_word_is_lost(lines: list[str], name: str) -> None:
    """Whatever lines come in whatever order, each word is shown at least as often as it is written."""
    text = "\n".join(lines)
    try:
        policy = read_here(text.encode(), name, lambda _what, _share: None)
    except ImportRefused:
        return
    assert words(text) - told(policy) == Counter()


@settings(max_examples=40, deadline=None)
@given(TEXTS)
def test_no_two_clauses_have_one_id(lines: list[str]) -> None:
    """Ids name clauses, so none is given twice."""
    try:
        policy = read_here("\n".join(lines).encode(), "policy.txt", lambda _what, _share: None)
    except ImportRefused:
        return
    ids = [clause.id for clause in policy.clauses]
    assert len(ids) == len(set(ids))
