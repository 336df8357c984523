"""Opens a stranger's file in a process of its own, with little memory and little time, so that no file can do harm.

What comes back is data (MessagePack), never an object that runs anything. Where the system has no limit on memory to
give (Windows), the limit on time still holds.
"""

from __future__ import annotations

import logging
import multiprocessing
import warnings
from collections.abc import Callable
from multiprocessing.connection import Connection

import msgspec

from knowledge.importing.model import ImportedPolicy
from knowledge.importing.safety import ImportRefused

MEMORY = 480_000_000
STARTING = 30.0
"""Seconds for the process to begin, on a busy machine."""
SILENCE = 3.5
"""Seconds after which a process that reports no progress is ended."""

Tell = Callable[[str, float], None]
Work = Callable[[bytes, str, Tell], ImportedPolicy]

TOO_SLOW = (
    "This file takes far longer to read than a policy should, so reading was stopped. Save it again from the program "
    "that it was made with, and choose the new file."
)
TOO_LARGE = (
    "This file needs far more memory than a policy should, so reading was stopped. Save a copy without pictures, and "
    "choose that."
)
BROKEN = (
    "This file is broken or unusual, and cannot be read. Open it in the program that it was made with, save it again, "
    "and choose the new file."
)


def confined(work: Work, data: bytes, name: str, tell: Tell) -> ImportedPolicy:
    """Run ``work`` on a file in a process of its own and return its policy; ``tell`` hears of progress.

    Raise ``ImportRefused`` with the work's own words, or saying that it took too long, too much memory, or broke.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_inside, args=(theirs, work), daemon=True)
    process.start()
    theirs.close()
    try:
        return _heard(ours, data, name, tell)
    finally:
        process.kill()
        process.join()
        ours.close()


def _heard(ours: Connection, data: bytes, name: str, tell: Tell) -> ImportedPolicy:
    try:
        if not ours.poll(STARTING):
            raise ImportRefused(TOO_SLOW)
        ours.recv()
        ours.send((data, name))
        while ours.poll(SILENCE):
            what, *rest = ours.recv()
            if what == "done":
                return msgspec.msgpack.decode(rest[0], type=ImportedPolicy)
            if what == "refused":
                raise ImportRefused(rest[0])
            tell(*rest)
    except (EOFError, ConnectionError):
        raise ImportRefused(TOO_LARGE) from None
    raise ImportRefused(TOO_SLOW)


def _inside(theirs: Connection, work: Work) -> None:
    """What the process does: bound itself, read, and send the result or the refusal.

    Parsers complain about odd files in their logs, with words of the file; nobody is to read that.
    """
    _bound()
    logging.disable()
    warnings.simplefilter("ignore")
    theirs.send(("ready",))
    data, name = theirs.recv()
    try:
        policy = work(data, name, lambda what, share: theirs.send(("progress", what, share)))
        theirs.send(("done", msgspec.msgpack.encode(policy)))
    except ImportRefused as refused:
        theirs.send(("refused", str(refused)))
    except MemoryError:
        theirs.send(("refused", TOO_LARGE))
    except Exception:  # noqa: BLE001 - a broken file can make a parser raise anything; it is refused in words
        theirs.send(("refused", BROKEN))


def _bound() -> None:
    try:
        import resource  # noqa: PLC0415 - Windows has no such module
    except ImportError:
        return
    for limit, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        try:
            resource.setrlimit(limit, (most, most))
        except (OSError, ValueError):  # the system gives no such limit, or one is set that is lower already
            continue
