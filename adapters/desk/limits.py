"""How often something may be tried: counted in memory, by whatever names the one who tries."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import Final

from bot.ports import Clock


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``times`` within ``seconds``."""

    times: int
    seconds: float


POSTS: Final = Limit(120, 60)
"""Anything that is sent, by one session."""
ASK_LINK: Final = Limit(5, 15 * 60)
"""Sign-in links asked for, for one e-mail address."""
USE_LINK: Final = Limit(100, 15 * 60)
"""Sign-in links used, from one network address: behind a proxy that is everybody."""
CODES: Final = Limit(5, 15 * 60)
"""Codes of the second factor, by one person."""
REPORT_CODES: Final = Limit(10, 15 * 60)
"""Codes of anonymous reports, by one person."""
FILES: Final = Limit(40, 15 * 60)
"""Files added to reports, by one session."""
PROLONG: Final = Limit(1, 5 * 60)
"""How often a session in use is written down as in use."""
KEPT_AT_MOST: Final = 20_000


class Limits:
    """Counts tries. The oldest names are forgotten first where there are too many."""

    def __init__(self, clock: Clock) -> None:
        """Take the clock, of which only ``monotonic`` is asked."""
        self._clock = clock
        self._tries: OrderedDict[tuple[Limit, str], deque[float]] = OrderedDict()

    def allow(self, limit: Limit, who: str) -> bool:
        """Count a try and return whether it is within the limit; one that is not does not count."""
        now = self._clock.monotonic()
        tries = self._tries.setdefault((limit, who), deque())
        self._tries.move_to_end((limit, who))
        while tries and tries[0] <= now - limit.seconds:
            tries.popleft()
        while len(self._tries) > KEPT_AT_MOST:
            self._tries.popitem(last=False)
        if len(tries) >= limit.times:
            return False
        tries.append(now)
        return True
