"""Logs: our own constant sentences pass; what libraries and exceptions say does not."""

import asyncio
import io
import logging
import sys
import threading
import warnings

import pytest

from adapters import logs

CANARY = "canary-report-text"


@pytest.fixture
def printed(logging_as_it_was: None) -> io.StringIO:  # noqa: ARG001 - only put back
    """Logging configured at debug onto a text; everything put back afterwards."""
    stream = io.StringIO()
    logs.configure("debug", stream)
    return stream


def test_our_own_sentences_are_printed_with_their_ids(printed: io.StringIO) -> None:
    """A record of ours is shown whole: level, logger, sentence, ids."""
    logging.getLogger("adapters.db.outbox").info("notice %s is dead after %d attempts", "n1", 5)
    assert "INFO adapters.db.outbox: notice n1 is dead after 5 attempts" in printed.getvalue()


@pytest.mark.parametrize("name", ["slack_bolt.AsyncApp", "sqlalchemy.engine", "botbuilder.core", "asyncio", "aiohttp"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.INFO, logging.WARNING, logging.CRITICAL])
def test_a_librarys_words_are_never_printed(printed: io.StringIO, name: str, level: int) -> None:
    """Body in the message, in the arguments, in the exception, in the stack: printed at no level."""
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger(name).log(
            level,
            f"body: {CANARY} %s",  # noqa: G004 - as the SDKs do it
            CANARY,
            exc_info=True,
            stack_info=True,
        )
    assert CANARY not in printed.getvalue()
    assert ("words left out" in printed.getvalue()) is (level >= logging.WARNING)


def test_of_an_exception_the_types_and_places_are_kept(printed: io.StringIO) -> None:
    """A chain of errors shows each type with file and line, and none of what they say."""
    try:
        try:
            raise KeyError(CANARY)
        except KeyError as error:
            raise RuntimeError(CANARY) from error
    except RuntimeError:
        logging.getLogger("bot").exception("report %s could not be routed", "R-1")
    shown = printed.getvalue()
    assert "builtins.RuntimeError" in shown
    assert "builtins.KeyError" in shown
    assert "test_logs.py:" in shown
    assert CANARY not in shown


def test_a_record_that_cannot_be_formatted_prints_nothing_of_its_arguments(
    printed: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """A fault in a logging call must not fall back to printing what it was given."""
    logging.getLogger("bot").info("two %s holes %s", CANARY)  # noqa: PLE1206 - the fault under test
    assert CANARY not in printed.getvalue() + capsys.readouterr().err


def test_uncaught_errors_are_logged_without_their_words(
    printed: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    """The main thread, another thread and an asyncio task: nothing of the error's text is shown anywhere."""
    error = ValueError(CANARY)
    sys.excepthook(ValueError, error, None)

    def fail() -> None:
        raise error

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()

    async def forget() -> None:
        asyncio.get_running_loop().call_exception_handler({"message": CANARY, "exception": error})

    asyncio.run(forget())
    shown = printed.getvalue()
    assert shown.count("builtins.ValueError") == 3
    assert CANARY not in shown + capsys.readouterr().err


def test_warnings_are_kept_wordless_too(printed: io.StringIO) -> None:
    """A warning may quote a value: only its place is printed."""
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(CANARY, UserWarning, stacklevel=1)
    assert "py.warnings" in printed.getvalue()
    assert CANARY not in printed.getvalue()
