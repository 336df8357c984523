"""A receipt as PDF: with title and language, and text that can be selected and read aloud in its order.

It is not tagged: fpdf2 tags pictures only (https://py-pdf.github.io/fpdf2/Accessibility.html). The plain text stands
beside it, and in place of it where the font lacks a letter of a name.
"""

from __future__ import annotations

import datetime as dt
from importlib.resources import as_file, files
from typing import Final

from fpdf import FPDF
from fpdf.enums import XPos, YPos
from fpdf.fonts import TTFFont
from fpdf.prefs import ViewerPreferences

from bot.reread_register import Receipt
from bot.wording import say

FONT: Final = files("fontpkg_noto_sans") / "files" / "NotoSans[wdth,wght].ttf"
FAMILY: Final = "Noto Sans"
LANGUAGE: Final = "en-GB"
MARGIN: Final = 22.0
"""Millimetres."""
LABELS: Final = 52.0
"""Millimetres that the labels take."""
LINE: Final = 7.0
SIZE: Final = 11.0
TITLE: Final = 17.0


class LetterMissing(ValueError):
    """The font has no sign for a letter of the receipt."""


def as_pdf(receipt: Receipt, made: dt.datetime) -> bytes:
    """Return a receipt as PDF; at the same instant it is the same file. Raise ``LetterMissing``."""
    page = FPDF(format="A4")
    page.set_lang(LANGUAGE)
    title = say("reread.receipt.title")
    page.set_title(title)
    page.set_creation_date(made)
    page.viewer_preferences = ViewerPreferences(display_doc_title=True)
    with as_file(FONT) as font:
        page.add_font(FAMILY, fname=font)
    try:
        _write(page, title, receipt)
        return bytes(page.output())
    finally:
        for each in page.fonts.values():
            if isinstance(each, TTFFont):
                each.close()


def _write(page: FPDF, title: str, receipt: Receipt) -> None:
    page.set_margins(MARGIN, MARGIN)
    page.add_page()
    _line(page, title, TITLE)
    page.ln(LINE)
    for label, value in receipt.facts:
        page.set_font(FAMILY, size=SIZE)
        page.multi_cell(LABELS, LINE, _drawable(page, f"{label}:"), align="L", new_x=XPos.RIGHT, new_y=YPos.TOP)
        _line(page, value)
    page.ln(LINE)
    for text in (say("reread.receipt.declared"), *(f"–  {statement}" for statement in receipt.statements)):
        _line(page, text)


def _line(page: FPDF, text: str, size: float = SIZE) -> None:
    page.set_font(FAMILY, size=size)
    page.multi_cell(0, size * LINE / SIZE, _drawable(page, text), align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)


def _drawable(page: FPDF, text: str) -> str:
    known = getattr(page.current_font, "cmap", {})
    if any(ord(letter) not in known for letter in text):
        raise LetterMissing
    return text
