"""The real program as a process of its own, with the settings that are given and none of this machine's."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path


async def started(root: Path, folder: Path, *arguments: str, **environ: str) -> asyncio.subprocess.Process:
    """Start a command."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("CAN_I_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        str(root / "app.py"),
        *arguments,
        cwd=folder,
        env={**clean, "CAN_I_VAR": str(folder / "var"), **environ},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )


async def ended(process: asyncio.subprocess.Process, patience: float = 60) -> tuple[int, str]:
    """Wait for the end of a command. Return its exit code and what it printed."""
    out, _ = await asyncio.wait_for(process.communicate(), patience)
    assert process.returncode is not None
    return process.returncode, out.decode()
