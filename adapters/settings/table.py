"""The table of settings: name, type, default and help. docs/settings.md is its printed form; a test compares them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast
from urllib.parse import quote

import msgspec
from msgspec import Meta, inspect

PREFIX: Final = "CAN_I_"


class SettingsError(Exception):
    """A setting that cannot be used. The message is one plain sentence that says how to mend it and holds no secret."""


class Secret:
    """A secret that shows itself to nobody who does not ask: ``reveal()`` is the only way to its text."""

    __slots__ = ("_text",)

    def __init__(self, text: str = "") -> None:
        """Keep the text."""
        self._text = text

    def reveal(self) -> str:
        """Return the text."""
        return self._text

    def __bool__(self) -> bool:
        return bool(self._text)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "Secret(set)" if self._text else "Secret(not set)"


Port = Annotated[int, Meta(ge=1, le=65535)]
Megabytes = Annotated[int, Meta(ge=1, le=50)]
Files = Annotated[int, Meta(ge=0, le=50)]
Weeks = Annotated[int, Meta(ge=0, le=26)]


def _says(text: str) -> Any:  # noqa: ANN401 - msgspec's own type for what it does not look into
    return Meta(description=text)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """Every setting, with its default and help. ``load`` reads them; nothing else may set one."""

    demo: Annotated[bool, _says("Demo mode: a made-up school, anybody may be anybody. Only on a loopback address.")] = (
        False
    )
    host: Annotated[str, _says("The address to listen on.")] = "127.0.0.1"
    port: Annotated[Port, _says("The port to listen on.")] = 3978
    public_url: Annotated[
        str,
        _says(
            "The address of the desk as staff reach it, beginning with https://; mailed links, files from the chats, "
            "and Slack's http mode need it."
        ),
    ] = ""
    var: Annotated[Path, _says("The folder for the database, the master key and backups.")] = Path("var")
    database_url: Annotated[
        str, _says("The database, as an SQLAlchemy address; empty means SQLite in the var folder.")
    ] = ""
    database_password: Annotated[Secret, _says("The password that belongs into database_url.")] = Secret()
    master_key: Annotated[
        Secret, _says("The master key that seals reports, in place of the key file; 64 hexadecimal digits, or base64.")
    ] = Secret()
    master_key_file: Annotated[
        str, _says("The master key's file, made at the first start; empty means master.key in the var folder.")
    ] = ""
    policy: Annotated[str, _says("The policy that `ask` answers from where none is named.")] = ""
    report_keeping: Annotated[
        tuple[str, ...],
        _says("How long closed reports are kept before deletion is proposed: kind=days; 10 years, some kinds 2."),
    ] = ()
    report_deadlines: Annotated[
        tuple[str, ...],
        _says(
            "By when a report is taken up / reminded of again / passed on, for at_risk, a kind, or usual (all others): "
            "m, h by the clock, d working days."
        ),
    ] = ("at_risk=1h/30m/30m", "usual=1d/1d/1d")
    report_unreachable: Annotated[
        tuple[str, ...],
        _says("After how long the next person is told because a notice of a report cannot be delivered."),
    ] = ("at_risk=10m", "usual=30m")
    report_file_size: Annotated[Megabytes, _says("How many megabytes one file added to a report may have.")] = 10
    report_files: Annotated[Files, _says("How many files may be added to one report; 0 means none.")] = 10
    reread_hours: Annotated[
        str, _says("The hours within which anybody is written to about the yearly re-read, on school days.")
    ] = "08:00-17:00"
    reread_begins: Annotated[
        str,
        _says(
            "When the yearly re-read begins: such a day, one like 14 September, anniversary (each person's) or by hand."
        ),
    ] = "second Monday of September"
    reread_reminders: Annotated[
        tuple[int, ...], _says("How many days before the due day somebody is reminded; 0 is the day itself.")
    ] = (7, 1, 0)
    reread_overdue_weeks: Annotated[
        Weeks,
        _says("For how many weeks after it somebody is reminded, once a week; then they are on the head's list only."),
    ] = 4
    reread_announce: Annotated[
        tuple[str, ...],
        _says("Channels in which a round is announced: slack:C0123ABCD or teams:19:…, or oak=slack:… for one school."),
    ] = ()
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], _says("How much is logged. Report text never is.")
    ] = "info"
    nation: Annotated[
        Literal["ENG", "WLS", "SCT", "NIR"],
        _says("The nation whose bank holidays count, for a school that names none."),
    ] = "ENG"
    slack_mode: Annotated[
        Literal["socket", "http"], _says("How Slack reaches the bot: socket (outbound only) or http (/slack/events).")
    ] = "socket"
    slack_bot_token: Annotated[Secret, _says("Slack's bot token, beginning with xoxb-.")] = Secret()
    slack_app_token: Annotated[Secret, _says("Slack's app-level token, beginning with xapp-; for socket mode.")] = (
        Secret()
    )
    slack_signing_secret: Annotated[Secret, _says("Slack's signing secret; for http mode.")] = Secret()
    slack_workspaces: Annotated[
        Secret, _says("Several workspaces, one a line: the school's id, its xoxb- token, and its own app's if any.")
    ] = Secret()
    slack_client_id: Annotated[
        str, _says("Slack's client id; with it, workspaces add the bot from /slack/install (http mode).")
    ] = ""
    slack_client_secret: Annotated[Secret, _says("Slack's client secret, which belongs to slack_client_id.")] = Secret()
    slack_group_answers: Annotated[
        Literal["private", "thread"],
        _says("Where a mention in a channel is answered: seen by the asker only, or openly in the thread."),
    ] = "private"
    slack_api_url: Annotated[
        str,
        _says("The address of Slack's Web API; another only for GovSlack, or to try a stand-in on this machine."),
    ] = "https://slack.com/api/"
    teams_app_id: Annotated[str, _says("The Teams bot's application (client) id.")] = ""
    teams_app_password: Annotated[Secret, _says("The Teams bot's client secret.")] = Secret()
    teams_tenant: Annotated[str, _says("The id of the tenant that the bot is registered in.")] = ""
    teams_allowed_tenants: Annotated[
        tuple[str, ...],
        _says("Tenants that may talk to the bot, each an id or id=school; empty means teams_tenant, every school."),
    ] = ()
    teams_identity: Annotated[
        Literal["secret", "managed"],
        _says("How the bot proves itself to Teams: by its client secret, or managed (an Azure managed identity)."),
    ] = "secret"
    teams_group_answers: Annotated[
        Literal["personal", "thread"],
        _says("Where a question in a channel is answered: in the asker's own chat, or openly in the thread."),
    ] = "personal"
    teams_loopback_test: Annotated[
        bool, _says("Accept unsigned Teams messages, to try Microsoft's local client. Only on a loopback address.")
    ] = False
    mail_host: Annotated[str, _says("The SMTP server; empty means that no mail is sent.")] = ""
    mail_port: Annotated[Port, _says("The SMTP server's port.")] = 587
    mail_tls: Annotated[
        Literal["starttls", "tls", "none"],
        _says("How the way to the SMTP server is secured; none only to this machine."),
    ] = "starttls"
    mail_user: Annotated[str, _says("The user name at the SMTP server; empty means none is needed.")] = ""
    mail_password: Annotated[Secret, _says("The password at the SMTP server.")] = Secret()
    mail_from: Annotated[str, _says("The address that mail comes from.")] = ""

    @property
    def database(self) -> str:
        """The database's SQLAlchemy address, with its password."""
        if not self.database_url:
            return f"sqlite:///{self.var / 'can-i.sqlite3'}"
        if not self.database_password:
            return self.database_url
        scheme, _, rest = self.database_url.partition("://")
        user, _, where = rest.rpartition("@")
        return f"{scheme}://{user}:{quote(self.database_password.reveal(), safe='')}@{where}"

    @property
    def master_key_path(self) -> Path:
        """The file of the master key."""
        return Path(self.master_key_file) if self.master_key_file else self.var / "master.key"

    @property
    def address(self) -> str:
        """The address of the desk on this machine."""
        return f"http://{f'[{self.host}]' if ':' in self.host else self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the table of settings, as people read it."""

    name: str
    variable: str
    default: str
    help: str
    expects: str
    secret: bool


def table() -> tuple[Row, ...]:
    """Return the table of settings, in its order."""
    return tuple(
        Row(f.name, PREFIX + f.name.upper(), _shown(f.default), f.help, expects(f.kind), f.secret) for f in entries()
    )


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the table as ``adapters.settings.reading`` needs it; ``kind`` is the bare type."""

    name: str
    annotation: Any
    kind: inspect.Type
    default: Any
    help: str
    secret: bool


@cache
def entries() -> tuple[Entry, ...]:
    """Return the fields of ``Settings``, in the order of the table."""
    kinds = cast("inspect.StructType", inspect.type_info(Settings)).fields
    annotations = {field.name: field.type for field in msgspec.structs.fields(Settings)}
    found = []
    for field in kinds:
        kind, says = field.type, ""
        while isinstance(kind, inspect.Metadata):
            says = says or str((kind.extra_json_schema or {}).get("description", ""))
            kind = kind.type
        secret = isinstance(kind, inspect.CustomType) and kind.cls is Secret
        found.append(Entry(field.name, annotations[field.name], kind, field.default, says, secret))
    return tuple(found)


def expects(kind: inspect.Type) -> str:
    """Return what a setting takes, in words."""
    if isinstance(kind, inspect.BoolType):
        return "true or false"
    if isinstance(kind, inspect.IntType):
        return f"a whole number from {kind.ge} to {kind.le}"
    if isinstance(kind, inspect.LiteralType):
        return "one of " + ", ".join(map(str, kind.values))
    if isinstance(kind, inspect.VarTupleType):
        return "a list of whole numbers" if isinstance(kind.item_type, inspect.IntType) else "a list of texts"
    if isinstance(kind, inspect.CustomType):
        return "a path" if kind.cls is Path else "a secret"
    return "a text"


def _shown(default: Any) -> str:  # noqa: ANN401 - a default of any setting
    """Return a default as it would be written in the settings file; empty where there is none."""
    if isinstance(default, bool):
        return str(default).lower()
    if isinstance(default, tuple):
        return ", ".join(map(str, default))
    return "" if default in {"", Secret()} else str(default)
