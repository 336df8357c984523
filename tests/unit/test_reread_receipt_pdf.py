"""A receipt as PDF: readable by a screen reader's means, true to names, refused where a name could not be written."""

from __future__ import annotations

import datetime as dt
import io

import pdfplumber
import pytest

from adapters.desk.receipts import LetterMissing, as_pdf
from bot.reread_register import Receipt

MADE = dt.datetime(2026, 9, 20, 10, 0, tzinfo=dt.UTC)
NAMES = "Siân Gŵyn-Ŷork, Łucja Wiśniewska, Zoë O’Brien, Αλέξης, Ирина"


def receipt(name: str) -> Receipt:
    facts = (("School", "Ysgol Gŵyl"), ("Name", name), ("Audit row", "123, " + "a1" * 32))
    return Receipt("a", facts, ("I have read this policy and understand it.", "And a second statement, long. " * 9))


def test_it_holds_title_language_and_words_in_order() -> None:
    """The title is shown, the language set, every word can be selected, in the order in which it is read."""
    made = as_pdf(receipt(NAMES), MADE)
    with pdfplumber.open(io.BytesIO(made)) as document:
        assert document.metadata["Title"] == "Receipt: the policy was read and confirmed"
        assert document.doc.catalog["Lang"] == b"en-GB"
        assert document.doc.catalog["ViewerPreferences"]["DisplayDocTitle"]
        text = " ".join(" ".join(page.extract_text() for page in document.pages).split())
    order = ["Receipt: the policy", "School: Ysgol Gŵyl", f"Name: {NAMES}", "Audit row: 123,", "Declared:", "– I have"]
    places = [text.index(part) for part in order]
    assert places == sorted(places)
    assert text.count("And a second statement, long.") == 9
    assert made == as_pdf(receipt(NAMES), MADE)


def test_a_name_that_the_font_cannot_write_makes_no_pdf() -> None:
    """Boxes in place of somebody's name would be a wrong receipt."""
    with pytest.raises(LetterMissing):
        as_pdf(receipt("محمد"), MADE)
