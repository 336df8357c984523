"""How a command ends badly: one plain sentence on standard error, exit code 2, no traceback."""

from __future__ import annotations

import errno
from collections.abc import Callable
from typing import Final

import typer

from bot.ports import BackupError, MasterKeyError, SealBroken, StoreBusy
from knowledge.pack import PackError

FAILED: Final = 2
INTERRUPTED: Final = 130
FULL: Final = ("SQLITE_FULL", "53100")
LOCKED: Final = ("SQLITE_BUSY", "SQLITE_LOCKED", "55P03")


class Stop(Exception):
    """A command cannot go on. The message is for the person who typed it: what is wrong, and how to mend it."""


def guarded(command: Callable[[], object]) -> None:
    """Run a command; end the process with code 2 and one sentence for every fault that can be foreseen.

    Raise ``SystemExit`` only.
    """
    try:
        command()
    except Stop as error:
        said = str(error)
    except PackError as error:
        said = f"The policy pack cannot be used:\n{error}\nMend these lines, then run `python app.py policy check`."
    except StoreBusy as error:
        said = of_store(str(error))
    except (BackupError, MasterKeyError) as error:
        said = str(error)
    except SealBroken:
        said = "A sealed text cannot be opened: put the master key that it was sealed with back in its place."
    except BrokenPipeError:
        # Whoever read our output has gone, as with `| head`: nothing is left to say, and nobody to say it to.
        raise SystemExit(0) from None
    except OSError as error:
        said = _of_system(error)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    else:
        return
    typer.echo(said, err=True)
    raise SystemExit(FAILED)


def of_store(reason: str) -> str:
    """Return what to say of a database that cannot be used; ``reason`` names its state (``SQLITE_FULL`` …)."""
    if any(state in reason for state in FULL):
        return "The disk is full, and nothing was written: make room, then try again."
    if any(state in reason for state in LOCKED):
        return "The database is locked by another program, and nothing was written: try again in a moment."
    return f"Nothing was written: {reason}. `python app.py check` tells what is missing."


def _of_system(error: OSError) -> str:
    named = f" ({error.filename})" if error.filename else ""
    if error.errno == errno.ENOSPC:
        return f"The disk is full{named}: make room, then try again."
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return f"This user may not read or write there{named}: change the rights, or the var setting."
    return f"That did not work{named}: {error.strerror or type(error).__name__}."
