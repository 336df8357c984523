"""What each error of Slack's means for us: a name, what is done about it, and what an operator reads. One table.

https://docs.slack.dev/apis/web-api#errors lists them method by method.
"""

from __future__ import annotations

import ssl
from typing import Final, Literal, TypeAlias

Consequence: TypeAlias = Literal["later", "workspace", "gone", "refused", "late", "closed", "unknown"]
"""``later``: Slack is busy or away, try again. ``workspace``: our token or the app does not work there, and nothing can
be sent to anybody of it until an operator mends it; notices wait, and go to another account or person once they are
late. ``gone``: this account or channel cannot be written to, use another one. ``refused``: what we sent is wrong, a
fault of ours. ``late``: the button was pressed more than three seconds ago. ``closed``: the dialog or message is not
there any more. ``unknown``: a name that stands nowhere here: notices are tried again for as long as for ``later``."""

NOT_SLACK: Final = "not_slack"
RATES: Final = ("ratelimited", "rate_limited")
LATER: Final = (
    *RATES,
    "fatal_error",
    "internal_error",
    "service_unavailable",
    "request_timeout",
    "connection",
    "certificate",
    NOT_SLACK,
    "message_limit_exceeded",
    "team_added_to_org",
    "org_login_required",
    "external_channel_migrating",
    "update_failed",
    "messaging_processing_failed",
)
WORKSPACE: Final = (
    "access_denied",
    "accesslimited",
    "account_inactive",
    "app_access_restricted",
    "deprecated_endpoint",
    "ekm_access_denied",
    "enterprise_is_restricted",
    "forbidden_team",
    "invalid_auth",
    "is_bot",
    "messages_tab_disabled",
    "method_deprecated",
    "missing_args",
    "missing_scope",
    "no_permission",
    "not_allowed_token_type",
    "not_authed",
    "not_enabled",
    "restricted_action",
    "team_access_not_granted",
    "team_not_found",
    "token_expired",
    "token_revoked",
    "two_factor_setup_required",
    "unknown_method",
    "user_is_bot",
    "user_is_restricted",
    "user_is_ultra_restricted",
)
GONE: Final = (
    "cannot_dm_bot",
    "channel_not_found",
    "invalid_user_combination",
    "is_archived",
    "is_inactive",
    "not_in_channel",
    "posting_to_general_channel_denied",
    "restricted_action_non_threadable_channel",
    "restricted_action_read_only_channel",
    "restricted_action_thread_locked",
    "restricted_action_thread_only_channel",
    "thread_locked",
    "user_disabled",
    "user_not_found",
    "user_not_in_channel",
    "user_not_visible",
    "users_not_found",
)
LATE: Final = (
    "exchanged_trigger_id",
    "expired_trigger_id",
    "invalid_trigger",
    "invalid_trigger_id",
    "trigger_exchanged",
    "trigger_expired",
)
CLOSED: Final = (
    "cant_update_message",
    "edit_window_closed",
    "expired_url",
    "hash_conflict",
    "message_not_found",
    "not_found",
    "used_url",
    "view_not_found",
)
REFUSED: Final = (
    "as_user_not_supported",
    "block_mismatch",
    "cannot_reply_to_message",
    "channel_type_not_supported",
    "duplicate_external_id",
    "foreign_url",
    "invalid_arg_name",
    "invalid_arguments",
    "invalid_array_arg",
    "invalid_attachments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_charset",
    "invalid_cursor",
    "invalid_form_data",
    "invalid_limit",
    "invalid_metadata_filter_keys",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "invalid_post_type",
    "invalid_thread_ts",
    "json_not_object",
    "markdown_text_conflict",
    "metadata_must_be_sent_from_app",
    "metadata_too_large",
    "method_not_supported_for_channel_type",
    "missing_post_type",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "not_enough_users",
    "push_limit_reached",
    "too_many_attachments",
    "too_many_contact_cards",
    "too_many_users",
    "users_list_not_supplied",
    "view_too_large",
)

TABLE: Final[dict[str, Consequence]] = {
    **dict.fromkeys(LATER, "later"),
    **dict.fromkeys(WORKSPACE, "workspace"),
    **dict.fromkeys(GONE, "gone"),
    **dict.fromkeys(LATE, "late"),
    **dict.fromkeys(CLOSED, "closed"),
    **dict.fromkeys(REFUSED, "refused"),
}

MEND: Final = {
    "access_denied": "Slack denies the app access: ask an administrator of the workspace to approve it",
    "accesslimited": "an administrator has limited which apps may be used, or from which network: ask them to approve "
    "this one, from where the bot runs",
    "account_inactive": "the app was removed from this workspace, or the workspace was closed: install the app again",
    "app_access_restricted": "an administrator has restricted this app: ask them to approve it",
    "certificate": "the certificate shown as Slack's is not trusted here: where your network looks into https, let "
    "*.slack.com through unopened, or name a file with your network's own certificate in SSL_CERT_FILE",
    "connection": "Slack cannot be reached from this machine: look at the network, the proxy and the firewall",
    "deprecated_endpoint": "Slack no longer has what the bot calls: put in a newer version of the bot",
    "ekm_access_denied": "administrators have suspended messages in this workspace: ask them when it is lifted",
    "enterprise_is_restricted": "the app is in a whole organisation: install it in the school's own workspace",
    "forbidden_team": "this workspace may not use Socket Mode: ask its administrators to approve the app",
    "invalid_auth": "the token is not one of this app's: copy the Bot User OAuth Token from 'OAuth & Permissions'",
    "message_limit_exceeded": "the workspace has used up what its Slack plan allows: ask its administrators",
    "messages_tab_disabled": "the app's Messages tab is off: turn it on under 'App Home', then install the app again",
    "method_deprecated": "Slack no longer has what the bot calls: put in a newer version of the bot",
    "missing_args": "there is no app-level token: make one with connections:write under 'Basic Information'",
    "missing_scope": "the app lacks a permission: update it from `python app.py slack manifest`, then install it again",
    "no_permission": "the app lacks a permission: update it from `python app.py slack manifest`, then install it again",
    "not_allowed_token_type": "this is another sort of token: the bot token begins with xoxb-",
    "not_authed": "there is no token",
    "not_enabled": "the app's Home tab is off: turn it on under 'App Home', then install the app again",
    NOT_SLACK: "something else answers in Slack's place, as a web filter or a proxy does: let *.slack.com through",
    "org_login_required": "the workspace is being moved into an organisation: wait until that is done",
    "restricted_action": "a setting of the workspace keeps the app from writing: ask an administrator to allow it",
    "team_access_not_granted": "the organisation has not granted this workspace: one of its owners must add the app",
    "team_added_to_org": "the workspace is being moved into an organisation: wait until that is done",
    "token_expired": "the token has expired: install the app again and set the new token",
    "token_revoked": "the token was revoked: install the app again and set the new token",
    "two_factor_setup_required": "who installed the app must set up two-factor authentication in Slack",
    "unknown_method": "what answers does not know the method: slack_api_url must be left out, or be Slack's own",
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
        """What it means for us."""
        return TABLE.get(self.code, "unknown")


def unreached(error: Exception) -> Trouble:
    """Return what it means that an error came instead of an answer.

    No connection, a certificate that is not trusted, or something that slack_sdk cannot read as Slack's.
    """
    of_aiohttp, of_urllib = getattr(error, "certificate_error", None), getattr(error, "reason", None)
    if isinstance(of_aiohttp or of_urllib, ssl.SSLCertVerificationError):
        return Trouble("certificate")
    unread = isinstance(error, ValueError | TypeError | AttributeError | LookupError | RecursionError)
    return Trouble(NOT_SLACK if unread and not isinstance(error, OSError) else "connection")


def mend(code: str) -> str:
    """Return how an operator mends an error, in words."""
    return MEND.get(code, f"Slack says {code}")
