"""What an operator reads where the app-level token is at fault, Slack is busy, or a file of certificates is no use."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Final

from adapters.slack.consequences import MEND, TABLE, mend

AUTHORITIES: Final = "SSL_CERT_FILE"
_THERE: Final = "under 'Basic Information', 'App-Level Tokens'"
_COPY: Final = f"the app-level token is not one of this app's: copy it {_THERE} (it begins with xapp-)"
_ANEW: Final = f"the app-level token no longer works: make a new one with connections:write {_THERE}, and set it"
_APP_TOKEN: Final = {
    "invalid_auth": _COPY,
    "not_authed": _COPY,
    "not_allowed_token_type": "this is no app-level token: it begins with xapp-",
    "missing_scope": f"the app-level token needs connections:write: make a new one with it {_THERE}, and set it",
    "no_permission": f"the app-level token needs connections:write: make a new one with it {_THERE}, and set it",
    "token_revoked": _ANEW,
    "token_expired": _ANEW,
    "account_inactive": _ANEW,
}


def mend_app_token(code: str) -> str:
    """Return how an operator mends an error of ``apps.connections.open``, which takes the app-level token."""
    return _APP_TOKEN.get(code) or mend(code)


def passing(code: str) -> bool:
    """Return whether an error goes by itself: Slack is busy or away, and there is nothing to mend."""
    return TABLE.get(code) == "later" and code not in MEND


def unusable_authorities(environ: Mapping[str, str]) -> str:
    """Return what is wrong with the file of certificates that the environment names, or nothing.

    Without a word OpenSSL trusts what else it knows where the file cannot be used.
    """
    named = environ.get(AUTHORITIES, "")
    if not named:
        return ""
    try:
        ssl.create_default_context(cafile=named)
    except OSError:
        return f"{AUTHORITIES} names {named}, which cannot be used: it must be a PEM file that this user may read"
    return ""
