"""The app package that an administrator uploads to Teams: a manifest and two icons in a zip file.

https://learn.microsoft.com/microsoftteams/platform/resources/schema/manifest-schema-1-17 ; what each permission is for
is told in docs/teams.md.
"""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bot.wording import say

VERSION: Final = "1.0.0"
"""Of the package, not of the program: Teams offers an update to those who have it only where this was raised."""
SCHEMA: Final = "https://developer.microsoft.com/json-schemas/teams/v1.17/MicrosoftTeams.schema.json"
ICONS: Final = ("color.png", "outline.png")
ICONS_STAND_IN: Final = Path(__file__).parent / "icons"
ACCENT: Final = "#1F4E79"
FOR_ONESELF: Final = ("ask", "report", "mine", "inbox", "reading", "help")
"""What stands in the menu of the bot's own chat (``teams.command.*``)."""
AT_THE_MESSAGE_BOX: Final = ("ask", "report", "mine", "inbox", "reading")
_ID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class NotPackable(Exception):
    """The package cannot be made from these settings. The message says how to mend it."""


def manifest(app_id: str, address: str, developer: str) -> dict[str, Any]:
    """Return the manifest of a bot that is reached at an https address. Raise ``NotPackable``."""
    where = urlsplit(address)
    if not _ID.fullmatch(app_id):
        raise NotPackable("CAN_I_TEAMS_APP_ID must be the bot's application (client) id, a GUID with four hyphens.")
    if where.scheme != "https" or not where.hostname:
        raise NotPackable("CAN_I_PUBLIC_URL must be the https:// address by which Teams and staff reach the bot.")
    page = address.rstrip("/")
    return {
        "$schema": SCHEMA,
        "manifestVersion": "1.17",
        "version": VERSION,
        "id": app_id,
        "developer": {"name": developer[:32], "websiteUrl": page, "privacyUrl": page, "termsOfUseUrl": page},
        "name": {"short": "Can I?", "full": say("teams.package.name")},
        "description": {"short": say("teams.package.short"), "full": say("teams.package.full")},
        "icons": {"color": ICONS[0], "outline": ICONS[1]},
        "accentColor": ACCENT,
        "defaultInstallScope": "personal",
        "defaultGroupCapability": {"team": "bot", "groupchat": "bot"},
        "bots": [
            {
                "botId": app_id,
                "scopes": ["personal", "team", "groupChat"],
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": ["personal"], "commands": [_listed(name) for name in FOR_ONESELF]}],
            }
        ],
        "composeExtensions": [
            {
                "botId": app_id,
                "commands": [
                    *(_command(name, name, ["compose", "commandBox"]) for name in AT_THE_MESSAGE_BOX),
                    _command("reportMessage", "report_message", ["message"]),
                ],
            }
        ],
        "permissions": ["identity", "messageTeamMembers"],
        "validDomains": [where.hostname],
    }


def write(file: Path, made: dict[str, Any]) -> None:
    """Write a manifest and the icons into a zip file. Raise ``OSError``."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("manifest.json", json.dumps(made, indent=2, ensure_ascii=False) + "\n")
        for name in ICONS:
            package.writestr(name, (ICONS_STAND_IN / name).read_bytes())


def _listed(name: str) -> dict[str, str]:
    return {"title": say(f"teams.command.{name}"), "description": say(f"teams.command.{name}_says")}


def _command(command: str, name: str, context: list[str]) -> dict[str, Any]:
    return {"id": command, "type": "action", "context": context, "fetchTask": True, **_listed(name)}
