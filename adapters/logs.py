"""Logging that cannot give a report away: our own constant sentences with ids, and nothing of what others say.

Libraries put what they carry into their messages: Bolt logs the bodies of requests, a database driver quotes values, an
exception's text repeats what it choked on. So a record of ours is printed as it is; of a library's record only its
name, place and level; of any exception only the types and the places, never the words.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Final, TextIO

OWN: Final = frozenset({"adapters", "app", "bot", "can_i", "knowledge"})
"""The first part of the names of our own loggers."""

_Info = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def own(name: str) -> bool:
    """Return whether a logger of that name is ours."""
    return name.partition(".")[0] in OWN


class Discreet(logging.Formatter):
    """Formats a record without the words of any library or exception."""

    def __init__(self) -> None:
        """Print time (UTC is not assumed: the machine's own clock), level, logger and message."""
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        """Return the line or lines to print."""
        shown = logging.makeLogRecord(record.__dict__)
        shown.exc_text = None
        shown.stack_info = None
        if not own(record.name):
            shown.msg, shown.args = "at %s:%d (words left out)", (record.module, record.lineno)
        return super().format(shown)

    def formatException(self, ei: _Info) -> str:  # noqa: N802 - the name in logging
        """Return the types and places of an exception and of those that led to it."""
        lines: list[str] = []
        error: BaseException | None = ei[1]
        seen: set[int] = set()
        while error is not None and id(error) not in seen:
            seen.add(id(error))
            lines.append(f"{type(error).__module__}.{type(error).__qualname__}")
            lines += [f"  {at.filename}:{at.lineno} in {at.name}" for at in traceback.extract_tb(error.__traceback__)]
            error = error.__cause__ or error.__context__
        return "\n".join(lines)


class Quiet(logging.Filter):
    """Lets libraries speak from warnings on only, whatever the level set for ourselves."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return whether to print the record."""
        return own(record.name) or record.levelno >= logging.WARNING


def configure(level: str, stream: TextIO | None = None) -> None:
    """Set up logging for the process: one handler on ``stream`` (standard error by default), and uncaught exceptions.

    ``level`` is debug, info, warning or error.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(Discreet())
    handler.addFilter(Quiet())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.captureWarnings(capture=True)
    # Else a record that cannot be formatted is printed with its arguments.
    logging.raiseExceptions = False
    log = logging.getLogger("can_i")

    def uncaught(kind: type[BaseException], error: BaseException, at: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        log.critical("stopped by an error that nothing caught", exc_info=(kind, error, at))

    def uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None and not isinstance(args.exc_value, SystemExit):
            info = (args.exc_type, args.exc_value, args.exc_traceback)
            log.error("a thread was stopped by an error that nothing caught", exc_info=info)

    sys.excepthook = uncaught
    threading.excepthook = uncaught_in_thread
