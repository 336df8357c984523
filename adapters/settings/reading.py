"""Reading settings from ``can-i.toml`` and from ``CAN_I_…`` variables, and saying plainly what is wrong with one."""

from __future__ import annotations

import difflib
import ipaddress
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import inspect

from adapters.settings.reporting import check_reporting
from adapters.settings.rereading import check_rereading
from adapters.settings.table import PREFIX, Entry, Secret, Settings, SettingsError, entries, expects

FILE_NAME: Final = "can-i.toml"
FILE_VARIABLE: Final = "CAN_I_SETTINGS"
FOREIGN: Final = ("CAN_I_CI", "CAN_I_TEST_")
"""Variables that belong to the tests, by how they begin."""
LONGEST_SECRET: Final = 10_000
LONGEST_SHOWN: Final = 60


def load(environ: Mapping[str, str], folder: Path) -> Settings:
    """Read the settings of a process: variables, then ``can-i.toml`` in ``folder`` (or where CAN_I_SETTINGS points).

    Relative paths in the file stand against the file's own folder. Raise ``SettingsError``.
    """
    named = environ.get(FILE_VARIABLE)
    path = Path(named) if named else folder / FILE_NAME
    written = _file(path, must=named is not None)
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and name != FILE_VARIABLE and not name.startswith(FOREIGN)
    }
    _known(written, path.name)
    _known(given, "the environment", upper=True)
    values: dict[str, Any] = {}
    for field in entries():
        if field.secret:
            values[field.name] = _secret(field, given, written, path)
        elif field.name in given:
            values[field.name] = _value(field, given[field.name], PREFIX + field.name.upper(), text=True)
        elif field.name in written:
            values[field.name] = _value(field, written[field.name], f"{field.name} in {path.name}", text=False)
    settings = Settings(**values)
    base = path.resolve().parent if written else folder.resolve()
    master_key_file = str(base / settings.master_key_file) if settings.master_key_file else ""
    settings = msgspec.structs.replace(settings, var=base / settings.var, master_key_file=master_key_file)
    check(settings, password_in_file="database_url" in written and "database_url" not in given)
    return settings


def check(settings: Settings, *, password_in_file: bool = False) -> None:
    """Raise ``SettingsError`` where settings contradict each other."""
    if settings.demo and not loopback(settings.host):
        raise SettingsError(
            f"demo lets anybody be anybody, so host must be 127.0.0.1 (this machine only), not {settings.host}."
        )
    if settings.teams_loopback_test and not loopback(settings.host):
        raise SettingsError(
            f"teams_loopback_test accepts unsigned messages, so host must be 127.0.0.1, not {settings.host}."
        )
    check_reporting(settings)
    check_rereading(settings)
    slack = urlsplit(settings.slack_api_url)
    if not settings.slack_api_url.endswith("/api/") or not (slack.scheme == "https" or loopback(slack.hostname or "")):
        raise SettingsError("slack_api_url must begin with https:// and end in /api/: tokens are sent there.")
    if settings.mail_tls == "none" and settings.mail_host and not loopback(settings.mail_host):
        raise SettingsError(
            f"mail_tls = none would send mail to {settings.mail_host} in the clear: use starttls or tls."
        )
    if settings.public_url and urlsplit(settings.public_url).scheme not in {"https", "http"}:
        raise SettingsError("public_url must be a whole address, such as https://can-i.school.example.")
    if "://" not in (settings.database_url or "://"):
        raise SettingsError(
            "database_url must be a whole address, such as postgresql+psycopg://can_i@db.school.example/can_i."
        )
    user, _, _where = settings.database_url.partition("://")[2].rpartition("@")
    if password_in_file and ":" in user:
        raise SettingsError(
            f"database_url in {FILE_NAME} holds a password: take it out and give it as CAN_I_DATABASE_PASSWORD "
            "or in a file named by database_password_file."
        )
    if settings.database_password and not user:
        raise SettingsError("database_password is set, but database_url names no user: write …://user@host/name.")


def loopback(host: str) -> bool:
    """Return whether a host name or address is this machine, reached by nobody else."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _file(path: Path, *, must: bool) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        if must:
            raise SettingsError(f"{FILE_VARIABLE} names {path}, and there is no such file.") from None
        return {}
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{path} cannot be read: it must be a text file that this user may read.") from None
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path.name} is not valid TOML: {error}.") from None


def _known(names: Mapping[str, Any], where: str, *, upper: bool = False) -> None:
    """Raise for the first name that is no setting, with the nearest that is."""
    known = [
        name for field in entries() for name in ((field.name, f"{field.name}_file") if field.secret else (field.name,))
    ]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1, 0.6)
            written = [PREFIX + found.upper() if upper else found for found in (name, *near)]
            hint = f" Did you mean {written[1]}?" if near else " docs/settings.md lists them all."
            raise SettingsError(f"{written[0]}, set in {where}, is not a setting.{hint}")


def _value(field: Entry, value: Any, where: str, *, text: bool) -> Any:  # noqa: ANN401 - of the field's own type
    given = value
    if text and isinstance(field.kind, inspect.VarTupleType):
        given = [part.strip() for part in value.split(",") if part.strip()]
    elif text and isinstance(field.kind, inspect.BoolType):
        given = value.strip().lower()
    try:
        return msgspec.convert(given, field.annotation, strict=not text, dec_hook=_custom)
    except (msgspec.ValidationError, TypeError):
        raise SettingsError(f"{where} must be {expects(field.kind)}, not {str(value)[:LONGEST_SHOWN]!r}.") from None


def _custom(kind: type, value: Any) -> Any:  # noqa: ANN401 - msgspec's signature
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise TypeError


def _may_be_in_file(field: Entry) -> bool:
    """Return whether ``<name>_file`` may name a file with the secret (the master key has a setting of its own)."""
    return field.secret and field.name != "master_key"


def _secret(field: Entry, given: Mapping[str, str], written: Mapping[str, Any], path: Path) -> Secret:
    """Return a secret from its variable or its file; never from the settings file itself."""
    name = field.name
    if name in written:
        raise SettingsError(
            f"{name} is a secret and may not stand in {path.name}: give it as {PREFIX}{name.upper()}, "
            f"or in a file of its own named by {name}_file."
        )
    named = _may_be_in_file(field) and (given.get(f"{name}_file") or written.get(f"{name}_file"))
    if name in given and named:
        raise SettingsError(f"{name} is given twice, as {PREFIX}{name.upper()} and by {name}_file: keep one.")
    if not named:
        return Secret(given.get(name, "").strip())
    try:
        with (path.parent / str(named)).open(encoding="utf-8") as file:
            text = file.read(LONGEST_SECRET).strip()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{name}_file names {named}, which cannot be read as text.") from None
    if not text:
        raise SettingsError(f"{name}_file names {named}, which is empty.")
    return Secret(text)
