import datetime as dt

import pytest

from knowledge.importing.dates import find_date
from knowledge.importing.files import read_here
from knowledge.importing.model import ImportedPolicy
from knowledge.model import Definition

POLICY = """Phones Policy

Version 2.1

Policy owner: School Business Manager

Last reviewed: Spring Term 2023

Next review date: 1 March 2025

This policy is reviewed every two years.

Words that we use

“Device” means anything that can send a message.

Staff, governors and volunteers are taken together. These people are referred to as ‘the team’.

Read this with

This policy is read in conjunction with the following policies:

- Data Protection
- Staff Code of Conduct

Rules

The team ask the headteacher before they lend a device.

A lost device is told to the Data Protection Officer and the headteacher.

Appendix A: Lending form

Name of borrower
"""


def imported() -> ImportedPolicy:
    return read_here(POLICY.encode(), "phones.txt", lambda _what, _share: None)


def test_review_version_and_owner_are_found_with_their_words() -> None:
    """Dates stand on their last day; what was found is told in the policy's own words, with its clauses."""
    policy = imported()
    assert (policy.version, policy.owner) == ("2.1", "School Business Manager")
    review = policy.review
    assert review is not None
    assert (review.last, review.due, review.cycle) == (dt.date(2023, 4, 30), dt.date(2025, 3, 1), "every two years")
    assert "Next review date: 1 March 2025." in review.says
    assert len(review.clauses) == 3


def test_terms_policies_and_forms_are_found() -> None:
    """A term in quotation marks, one given to people named before it, a list of policies, and a form at the end."""
    policy = imported()
    assert policy.definitions == (
        Definition("Device", "anything that can send a message.", ("WTWU.1",)),
        Definition("the team", "Staff, governors and volunteers are taken together.", ("WTWU.2",)),
    )
    assert policy.related == ("Data Protection", "Staff Code of Conduct")
    assert policy.forms == ("Appendix A: Lending form",)


def test_roles_are_found_with_the_clauses_that_name_them() -> None:
    """Each role that a clause names is a contact, with the first sentence that does."""
    found = {contact.role: contact.clauses for contact in imported().contacts}
    assert found["headteacher"] == ("RU.1", "RU.2")
    assert found["data_controller"] == ("RU.2",)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Approved 7th December 2021 by governors", dt.date(2021, 12, 7)),
        ("September 4, 2023", dt.date(2023, 9, 4)),
        ("Review: Sept 2018", dt.date(2018, 9, 30)),
        ("03/02/24", dt.date(2024, 2, 3)),
        ("2024-02-03", dt.date(2024, 2, 3)),
        ("Autumn 2022", dt.date(2022, 12, 31)),
        ("for 2023/24", dt.date(2024, 8, 31)),
        ("in 2020", dt.date(2020, 12, 31)),
    ],
)
def test_dates_are_read_as_british_schools_write_them(text: str, date: dt.date) -> None:
    """Days come first, a month or term stands on its last day, a school year on 31 August."""
    found = find_date(text)
    assert found is not None
    assert found[0] == date


def test_what_is_no_date_is_none() -> None:
    """A day that no month has, a telephone number and a clause number are no dates."""
    assert [find_date(text) for text in ("31/02/24", "01865 402 112", "see 4.2.1")] == [None, None, None]


@pytest.mark.parametrize(
    "line",
    [
        "Read with: Code of Conduct; Acceptable Use Agreement; Safer Recruitment",
        "Phones are lent. To be read alongside: Code of Conduct; Acceptable Use Agreement; Safer Recruitment.",
        "Related policies: Code of Conduct, Acceptable Use Agreement, Safer Recruitment",
    ],
)
def test_policies_listed_in_one_line_are_told_apart(line: str) -> None:
    """What stands after the colon is parted by semicolons, or by commas where there are none."""
    text = f"Phones Policy\n\nRules\n\nPhones stay in the office.\n\n{line}\n"
    found = read_here(text.encode(), "phones.txt", lambda _what, _share: None).related
    assert found == ("Code of Conduct", "Acceptable Use Agreement", "Safer Recruitment")
