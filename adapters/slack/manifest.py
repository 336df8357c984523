"""The app's manifest: everything that Slack is asked for, in one place. docs/slack.md explains each scope.

https://docs.slack.dev/reference/app-manifest
"""

from __future__ import annotations

from typing import Any, Final

from adapters.slack.settings import SlackSettings

SCOPES: Final = (
    "app_mentions:read",
    "assistant:write",
    "chat:write",
    "commands",
    "im:history",
    "im:write",
    "users:read",
    "users:read.email",
)
EVENTS: Final = (
    "app_home_opened",
    "app_mention",
    "app_uninstalled",
    "assistant_thread_started",
    "message.im",
    "team_join",
    "tokens_revoked",
    "user_change",
)
COMMANDS: Final = {
    "/can-i": ("Ask what the social media policy says", "add a pupil's parent on Facebook?"),
    "/report": ("Report something in confidence, in a form", ""),
    "/reread": ("Read the policy again and say so", ""),
}
SHORTCUTS: Final = (
    ("Can I?", "global", "can_i", "Ask, report, or re-read the policy"),
    ("Report this message", "message", "report_message", "Put this message into a report that you can change first"),
    ("What does the policy say?", "message", "ask_message", "Ask the policy about this message"),
)
PATH: Final = "/slack/events"
INSTALL: Final = "/slack/install"
REDIRECT: Final = "/slack/oauth_redirect"


def manifest(settings: SlackSettings) -> dict[str, Any]:
    """Return the manifest for the settings in force. In HTTP mode Slack is told where to send everything."""
    http = settings.slack_mode == "http"
    ours = settings.public_url.rstrip("/")
    address = ours + PATH
    url = {"url": address} if http else {}
    request = {"request_url": address} if http else {}
    return {
        "display_information": {
            "name": "Can I?",
            "description": "What the social media policy says, reports in confidence, re-reading",
            "background_color": "#1d3557",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "can-i", "always_online": True},
            "assistant_view": {"assistant_description": "Asks the school's social media policy, by rules"},
            "shortcuts": [
                {"name": name, "type": kind, "callback_id": callback, "description": says}
                for name, kind, callback, says in SHORTCUTS
            ],
            "slash_commands": [
                {"command": name, **url, "description": says, **({"usage_hint": hint} if hint else {})}
                for name, (says, hint) in COMMANDS.items()
            ],
        },
        "oauth_config": {
            **({"redirect_urls": [ours + REDIRECT]} if http and settings.slack_client_id else {}),
            "scopes": {"bot": [*SCOPES]},
        },
        "settings": {
            "event_subscriptions": {**request, "bot_events": [*EVENTS]},
            "interactivity": {"is_enabled": True, **request},
            "org_deploy_enabled": False,
            "socket_mode_enabled": not http,
            "token_rotation_enabled": False,
        },
    }
