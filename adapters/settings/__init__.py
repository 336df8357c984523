"""Settings: one table of name, default and help, read from ``can-i.toml`` and from ``CAN_I_…`` variables.

A variable beats the file. Secrets never stand in the settings file: they come from a variable, or from a file of their
own that is named by ``<name>_file``.
"""

from adapters.settings.examine import Finding, examine
from adapters.settings.files import files
from adapters.settings.reading import check, load, loopback
from adapters.settings.reporting import reporting
from adapters.settings.rereading import rereading
from adapters.settings.table import Row, Secret, Settings, SettingsError, table

__all__ = [
    "Finding",
    "Row",
    "Secret",
    "Settings",
    "SettingsError",
    "check",
    "examine",
    "files",
    "load",
    "loopback",
    "reporting",
    "rereading",
    "table",
]
