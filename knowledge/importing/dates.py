"""Dates as policies print them. One that gives only a month, a term or a year stands on its last day."""

from __future__ import annotations

import calendar
import datetime as dt
import re

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
TERMS = {"autumn": 12, "spring": 4, "summer": 8}
"""The last month of a school term, with the holiday after it."""
MONTH = r"(?P<month>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
YEAR = r"(?P<year>(?:19|20)\d\d)"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
FORMS = (
    rf"\b{DAY}\s+(?:of\s+)?{MONTH},?\s+{YEAR}\b",
    rf"\b{MONTH}\s+{DAY},?\s+{YEAR}\b",
    r"\b(?P<day>\d{1,2})[./-](?P<number>\d{1,2})[./-](?P<year>(?:(?:19|20)\d\d|\d\d))\b",
    r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b",
    rf"\b{MONTH},?\s+{YEAR}\b",
    rf"\b(?P<term>autumn|spring|summer)(?:\s+term)?,?\s+{YEAR}\b",
    r"\b(?P<first>(?:19|20)\d\d)\s*[-/–]\s*(?P<second>\d\d|(?:19|20)\d\d)\b(?!\s*[-/–]\s*\d)",
    rf"\b{YEAR}\b",
)
PATTERNS = tuple(re.compile(form, re.IGNORECASE) for form in FORMS)


def find_date(text: str) -> tuple[dt.date, int] | None:
    """Return the first date in a text and where it ends, or nothing. Days come before months, as in Britain."""
    found = [(match.start(), -match.end(), match) for pattern in PATTERNS if (match := pattern.search(text))]
    for _, _, match in sorted(found, key=lambda each: each[:2]):
        date = _date(match.groupdict())
        if date is not None:
            return date, match.end()
    return None


def _date(told: dict[str, str | None]) -> dt.date | None:
    if told.get("first"):
        year = int(told["second"] or 0)
        return dt.date(year if year > 99 else 2000 + year, 8, 31)
    year = int(told["year"] or 0)
    year += 2000 if year < 100 else 0
    month = _month(told)
    try:
        if told.get("day"):
            return dt.date(year, month, int(told["day"] or 0))
        return dt.date(year, month, calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        return None


def _month(told: dict[str, str | None]) -> int:
    if told.get("month"):
        return MONTHS.index((told["month"] or "")[:3].lower()) + 1
    if told.get("number"):
        return int(told["number"] or 0)
    return TERMS.get((told.get("term") or "").lower(), 12)
