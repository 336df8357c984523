"""What each error of Slack's means for us: a name, what is done about it, and what an operator reads. One table.

https://docs.slack.dev/apis/web-api#errors lists them method by method.
"""

from __future__ import annotations

import ssl
from typing import Final, Literal, TypeAlias

Consequence: TypeAlias = Literal["later", "workspace", "gone", "refused", "late", "closed"]
"""``later``: Slack is busy or away, try again. ``workspace``: our token no longer works there, nothing can be sent to
anybody of it until an operator mends it; notices wait, and go to another account or person once they are late.
``gone``: this account cannot be written to, use another one. ``refused``: what we sent is wrong, a fault of ours.
``late``: the button was pressed more than three seconds ago. ``closed``: the dialog is not there any more."""

LATER: Final = (
    "ratelimited",
    "rate_limited",
    "fatal_error",
    "internal_error",
    "service_unavailable",
    "request_timeout",
    "connection",
    "certificate",
    "message_limit_exceeded",
)
WORKSPACE: Final = (
    "account_inactive",
    "invalid_auth",
    "not_authed",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "not_allowed_token_type",
    "no_permission",
    "ekm_access_denied",
    "org_login_required",
    "team_access_not_granted",
    "team_not_found",
    "access_denied",
    "accesslimited",
    "restricted_action",
)
GONE: Final = (
    "user_not_found",
    "users_not_found",
    "user_disabled",
    "user_not_visible",
    "cannot_dm_bot",
    "channel_not_found",
    "not_in_channel",
    "user_not_in_channel",
    "is_archived",
    "messages_tab_disabled",
    "is_bot",
)
LATE: Final = ("expired_trigger_id", "trigger_expired", "exchanged_trigger_id", "trigger_exchanged", "invalid_trigger")
CLOSED: Final = ("not_found", "view_not_found", "hash_conflict", "message_not_found", "expired_url", "used_url")

TABLE: Final[dict[str, Consequence]] = {
    **dict.fromkeys(LATER, "later"),
    **dict.fromkeys(WORKSPACE, "workspace"),
    **dict.fromkeys(GONE, "gone"),
    **dict.fromkeys(LATE, "late"),
    **dict.fromkeys(CLOSED, "closed"),
}

MEND: Final = {
    "account_inactive": "the app was removed from this workspace, or the workspace was closed: install the app again",
    "token_revoked": "the token was revoked: install the app again and set the new token",
    "token_expired": "the token has expired: install the app again and set the new token",
    "invalid_auth": "the token is not one of this app's: copy the Bot User OAuth Token from 'OAuth & Permissions'",
    "not_authed": "there is no token",
    "missing_scope": "the app lacks a permission: update it from `python app.py slack manifest`, then install it again",
    "not_allowed_token_type": "this is another sort of token: the bot token begins with xoxb-",
    "team_access_not_granted": "the organisation has not granted this workspace: one of its owners must add the app",
    "accesslimited": "an administrator has limited which apps may be used: ask them to approve this one",
    "connection": "Slack cannot be reached from this machine: look at the network, the proxy and the firewall",
    "certificate": "the certificate shown as Slack's is not trusted here: where your network looks into https, let "
    "*.slack.com through unopened, or name a file with your network's own certificate in SSL_CERT_FILE",
    "messages_tab_disabled": "the app's Messages tab is off: turn it on under 'App Home'",
}
"""How an operator mends what is at fault, by Slack's name for it."""


class Trouble(Exception):
    """A call to Slack failed. ``code`` is Slack's name for it, ``after`` the seconds to wait; no words of Slack's."""

    def __init__(self, code: str, after: float = 0.0) -> None:
        super().__init__(code)
        self.code = code
        self.after = after

    @property
    def consequence(self) -> Consequence:
        """What it means for us: an unknown error is a fault of what we sent."""
        return TABLE.get(self.code, "refused")


def unreached(error: Exception) -> Trouble:
    """Return what it means that an error came instead of an answer: no connection, or a certificate not trusted."""
    of_aiohttp, of_urllib = getattr(error, "certificate_error", None), getattr(error, "reason", None)
    untrusted = isinstance(of_aiohttp or of_urllib, ssl.SSLCertVerificationError)
    return Trouble("certificate" if untrusted else "connection")


def mend(code: str) -> str:
    """Return how an operator mends an error, in words."""
    return MEND.get(code, f"Slack says {code}")
