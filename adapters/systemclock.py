"""The machine's own clock."""

from __future__ import annotations

import datetime as dt
import time
from zoneinfo import ZoneInfo


class SystemClock:
    """The time as this machine tells it."""

    def now(self) -> dt.datetime:
        """Return the present instant, aware, in UTC."""
        return dt.datetime.now(dt.UTC)

    def today(self, timezone: str) -> dt.date:
        """Return the present day in a time zone (IANA name). Raise ``ZoneInfoNotFoundError`` for an unknown one."""
        return dt.datetime.now(ZoneInfo(timezone)).date()

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()
