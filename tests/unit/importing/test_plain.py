from knowledge.importing.files import read_here
from knowledge.importing.model import ImportedPolicy

NUMBERED = """Phones and Messaging Policy

CONTENTS

1. Who this is for.....\t2
2. Rules for phones\t3

1. Who this is for

1.1 Everyone who is paid by Oakfield Academy follows these rules.

1.2 Visitors follow them too while they are on site.

2. Rules for phones

2.1 A phone stays in a bag or a locker during lessons.

This holds for tablets as well.

2.2 A phone may be used at these times:

- before registration;
- in the staff room; or
- on a trip, for example:
 - to call the office;
 - to call a parent whose child is ill;
- when the head has said so.

These times may change.

APPENDIX A: Lending a phone

1.1 The office lends a phone for trips.
"""

UNNUMBERED = """Email Rules for Staff

Purpose

These rules keep messages short and kind.

They are read with:

- the code of conduct
- the leave policy

and whatever follows them.

On a school account

On a school account you must;

1. Use your full name.
2. Sign with your post.

What goes without saying

Nobody reads your private messages.

Date of last review

March 2024
"""


def told(text: str, name: str = "policy.txt") -> ImportedPolicy:
    return read_here(text.encode(), name, lambda _what, _share: None)


def texts(policy: ImportedPolicy) -> dict[str, str]:
    return {clause.id: clause.text for clause in policy.clauses}


def test_printed_numbers_are_ids_and_bullets_take_letters() -> None:
    """Numbered paragraphs keep their numbers; a list under one takes letters, and a list under that takes numbers."""
    lettered = ["2.2.a", "2.2.b", "2.2.c", "2.2.c.1", "2.2.c.2", "2.2.d", "2.2.e"]
    assert list(texts(told(NUMBERED))) == ["1.1", "1.2", "2.1", "2.2", *lettered, "A.1.1"]


def test_only_printed_numbers_are_called_printed() -> None:
    """A letter that the file does not show is not said to stand there."""
    printed = [clause.id for clause in told(NUMBERED).clauses if clause.printed]
    assert printed == ["1.1", "1.2", "2.1", "2.2", "A.1.1"]


def test_words_without_a_number_belong_to_the_number_before() -> None:
    """Right after a numbered paragraph they are part of it; after its list they are an item, without its lead-in."""
    policy = told(NUMBERED)
    assert texts(policy)["2.1"] == "A phone stays in a bag or a locker during lessons. This holds for tablets as well."
    last = next(clause for clause in policy.clauses if clause.id == "2.2.e")
    assert (last.text, last.stem) == ("These times may change.", None)


def test_an_item_carries_every_lead_in_above_it() -> None:
    """An item inside an item is understood only with both sentences that lead to it."""
    item = next(clause for clause in told(NUMBERED).clauses if clause.id == "2.2.c.1")
    assert item.stem == "A phone may be used at these times: on a trip, for example:"


def test_a_list_under_for_example_ends_where_the_next_begins() -> None:
    """Items set in no further than the one that leads to them are under it, until one leads to a list itself."""
    text = "Noise Policy\n\n1. Noise\n\n1.1 Do not:\n\n- disturb, for example:\n - by drums;\n - by horns;\n"
    text += " - alarm, for example:\n - by bells.\n"
    assert list(texts(told(text))) == ["1.1", "1.1.a", "1.1.a.1", "1.1.a.2", "1.1.b", "1.1.b.1"]


def test_boxes_to_tick_carry_the_whole_question() -> None:
    """A lead-in such as "Please tick." ends in a full stop and still leads to the boxes."""
    text = "Loan Form\n\n1. Loan\n\n1.1 What is lent? Please tick.\n\n☐ a phone\n☐ a camera\n"
    assert told(text).clauses[1].stem == "What is lent? Please tick."


def test_sections_without_numbers_get_a_code_from_their_heading() -> None:
    """Ids come from the heading's words and the order under it, so that a new version finds them again."""
    assert list(texts(told(UNNUMBERED))) == [
        *("PU.1", "PU.2", "PU.2.a", "PU.2.b", "PU.2.c"),
        *("SA.0", "SA.1", "SA.2"),
        *("WGWS.1", "WGWS.2"),
    ]


def test_a_date_stays_with_what_it_is_the_date_of() -> None:
    """A label such as "Date of last review", and the date on a line of its own, are one clause and no heading."""
    assert texts(told(UNNUMBERED))["WGWS.2"] == "Date of last review March 2024"


def test_the_contents_and_the_title_are_left_out_with_a_reason() -> None:
    """What is no clause is listed, so that a person can see that nothing was lost."""
    left = {one.text: one.why for one in told(NUMBERED).left_out}
    assert left["CONTENTS"] == "the table of contents"
    assert left["Phones and Messaging Policy"] == "the policy's title"


def test_a_line_printed_on_every_page_is_taken_out_of_the_sentence_it_breaks() -> None:
    """A running line between two halves of a sentence goes, and the sentence is whole again."""
    header = "OAKFIELD ACADEMY\n\n"
    text = (
        "Leave Policy\n\nAsking for leave\n\nAnybody who wishes to be away for a day asks the office for\n\n"
        f"{header}a form well before the day itself.\n\nThe office answers within a week, and does it so by\n\n"
        f"{header}letter.\n\n{header}Being ill\n\nRing the office before eight o'clock.\n"
    )
    policy = told(text)
    assert [clause.id for clause in policy.clauses] == ["AL.1", "AL.2", "BI.1"]
    assert policy.clauses[0].text.endswith("asks the office for a form well before the day itself.")
    assert sum(one.why == "a line that is printed again on every page" for one in policy.left_out) == 3


def test_lines_broken_by_a_program_are_put_together() -> None:
    """A text wrapped at a column is read as its paragraphs, not as its lines."""
    text = (
        "Visits Policy\n\nBefore a visit\n\nThe person who leads a visit fills in the form at least ten school days\n"
        "before it, and hands it to the office together with the list of those who\nwill come along.\n\n"
        "- The list has a telephone number for every child, and says who may be\n  called in its place.\n"
        "- It is locked away.\n"
    )
    assert [len(clause.text.split()) for clause in told(text).clauses] == [33, 18, 4]


def test_numbering_that_begins_anew_gets_a_code_before_it() -> None:
    """A second 1.1 outside an appendix is told apart from the first, with everything that follows it."""
    text = (
        "Trips Policy\n\n1. Planning\n\n1.1 Plan early.\n\n1.2 Plan on paper.\n\n"
        "Notes for parents\n\n1.1 Bring a coat.\n\n1.2 Bring lunch.\n"
    )
    assert list(texts(told(text))) == ["1.1", "1.2", "NP.1.1", "NP.1.2"]


def test_numbers_that_run_through_all_sections_are_ids_by_themselves() -> None:
    """Paragraphs 1 to 4 under two headings are clauses 1 to 4."""
    text = "Keys Policy\n\nWho has keys\n\n1. The caretaker.\n\n2. The head.\n\nLost keys\n\n3. Say so.\n\n4. Pay.\n"
    assert list(texts(told(text))) == ["1", "2", "3", "4"]


def test_headings_are_seen_in_a_text_without_gaps() -> None:
    """Bare numbers are chapters where 1.1 or the chapter before shows it; the first lines are the cover."""
    text = (
        "Oakfield Trust\nPassword Policy\nVersion 2\n1 Passwords\n1.1 Keep yours secret. Never:\na) share it\n"
        "b) write it down\n2 Watching\nThe school sees what is sent.\nMail is read.\nAppendix 1\nAgreement\nI agree.\n"
    )
    policy = told(text)
    assert policy.title == "Password Policy"
    assert list(texts(policy)) == ["FM.1", "1.1", "1.1.a", "1.1.b", "2.a", "2.b", "App1.1"]
    assert policy.clauses[-1].section == "Appendix 1: Agreement"


def test_sections_by_name_and_parts_by_numeral_are_headings() -> None:
    """A line such as "Section 2: Rules" gives its number; "II. Gifts" with items under it is a heading and no item."""
    text = (
        "Gifts Policy\n\nSection 1: Why\n\nTo be fair.\n\nSection 2: Rules\n\nI. Cards\n\n(a) Cards are fine.\n\n"
        "II. Money\n\n(a) Cash is not.\n\nSection 5 of the Act says more.\n"
    )
    assert list(texts(told(text))) == ["1", "I.a", "II.a", "II"]
