import pytest

from knowledge.importing.files import ImportRefused, read_here
from knowledge.importing.model import ImportedPolicy
from knowledge.importing.safety import MOST_PAGES
from tests.pdffiles import PdfFile


def imported(file: PdfFile) -> ImportedPolicy:
    return read_here(file.data(), "trips.pdf", lambda _what, _share: None)


def texts(policy: ImportedPolicy) -> dict[str, str]:
    return {clause.id: clause.text for clause in policy.clauses}


def two_pages() -> PdfFile:
    """A policy of two pages with running lines, a sentence over the page's end, and a list."""
    file = PdfFile()
    for page in (1, 2):
        file.page()
        file.say(72, 40, "Oakfield Academy")
        file.say(280, 815, f"Page {page} of 2")
    file.pages, second = file.pages[:1], file.pages[1]
    file.say(72, 100, "Trips Policy", size=20, bold=True)
    file.say(72, 140, "1. Before a trip", size=14, bold=True)
    y = file.lines(72, 170, "1.1 Whoever leads a trip fills in the form at least ten school")
    y = file.lines(96, y, "days before it, and hands it to the office with a well-")
    y = file.lines(96, y, "ordered list of those who will come along, and of")
    file.pages.append(second)
    y = file.lines(96, 100, "everybody who may be called.")
    y = file.lines(72, y + 10, "1.2 The leader takes along:")
    y = file.lines(90, y, "• the list;", "• a telephone;")
    file.lines(72, y + 10, "1.3 Nobody leaves before the count.")
    return file


def test_lines_become_clauses_across_pages_without_running_lines() -> None:
    """A sentence is whole again, its hyphen stays where the word has one, and headers and page numbers are left out."""
    policy = imported(two_pages())
    assert policy.title == "Trips Policy"
    assert texts(policy) == {
        "1.1": "Whoever leads a trip fills in the form at least ten school days before it, and hands it to the office "
        "with a well-ordered list of those who will come along, and of everybody who may be called.",
        "1.2": "The leader takes along:",
        "1.2.a": "the list;",
        "1.2.b": "a telephone;",
        "1.3": "Nobody leaves before the count.",
    }
    assert [clause.page for clause in policy.clauses] == [1, 2, 2, 2, 2]
    left = {one.text: one.why for one in policy.left_out}
    assert left["Oakfield Academy"] == "a line that is printed again on every page"
    assert left["Page 2 of 2"] == "a page number"


def test_two_columns_are_read_one_after_the_other() -> None:
    """The left column comes before the right one, and a title across both before either."""
    file = PdfFile()
    file.page()
    file.say(150, 80, "The Trips Policy of our school", size=18, bold=True)
    left = [
        "The leader of a trip counts the group",
        "when it leaves, when it changes from",
        "one place to another, and before it",
    ]
    right = [
        "sets out for home. A child that is",
        "missing is looked for by two adults,",
        "and the office is called at once and",
    ]
    for x, column in ((60, left), (320, right)):
        file.say(x, 120, "Counting" if x == 60 else "of the whole group then", bold=x == 60)
        file.lines(x, 140, *column, *column, *column)
    found = texts(imported(file))
    whole = " ".join([*left, *left, *left, "of the whole group then", *right, *right, *right])
    assert " ".join(found.values()) == whole


def test_a_word_parted_at_the_end_of_a_line_is_put_together() -> None:
    """Where a program parts words, a hyphen goes unless the word has one where it stands elsewhere."""
    file = PdfFile()
    file.page()
    y = file.lines(72, 100, "Each child in a re-enactment wears a tabard, and each grown-up tells the depart-")
    file.lines(72, y, "ment by telephone when the re-", "enactment ends.")
    (whole,) = texts(imported(file)).values()
    assert whole.endswith("tells the department by telephone when the re-enactment ends.")


def test_a_scan_is_refused_and_a_single_pictured_page_is_named() -> None:
    """A PDF of pictures has no words to import; one such page among others is said to be unread."""
    scan = PdfFile()
    for _ in range(2):
        scan.page()
        scan.picture()
    with pytest.raises(ImportRefused, match="scan"):
        imported(scan)
    mixed = two_pages()
    mixed.page()
    mixed.picture()
    assert ("page 3", "a picture of a page: the words on it were not read") in [
        (one.text, one.why) for one in imported(mixed).left_out
    ]


def test_a_locked_pdf_and_one_with_far_too_many_pages_are_refused() -> None:
    """Both are refused with what to do about it."""
    file = two_pages()
    with pytest.raises(ImportRefused, match="password"):
        read_here(file.data(locked=True), "trips.pdf", lambda _what, _share: None)
    file.pages *= MOST_PAGES
    with pytest.raises(ImportRefused, match="500 pages"):
        imported(file)


def test_bullets_that_are_drawn_and_not_written_are_seen() -> None:
    """A browser draws the dots of a list; each begins an item."""
    file = two_pages()
    file.page()
    y = file.lines(72, 100, "1.4 A leader who cannot come tells:")
    for item in ("the office", "the head"):
        file.pages[-1].append(f"84 {842 - y + 3} 3 3 re f")
        y = file.lines(94, y, item)
    found = texts(imported(file))
    assert (found["1.4.a"], found["1.4.b"]) == ("the office", "the head")
