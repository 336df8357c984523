"""What came back from a call to Slack: an error by Slack's name, or something that is no answer of Slack's at all.

A web filter or a proxy may answer in Slack's place, with a page, with any status. Nothing of that is ever passed on: a
name counts only where it stands in Slack's own JSON and looks like one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPException
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.slack.consequences import NOT_SLACK, RATES, Trouble, unreached

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,63}")
OK, HASTE, BUSY = 200, 429, 500
UNREACHED: Final = (
    aiohttp.ClientError,
    HTTPException,
    SlackClientError,
    OSError,
    ValueError,
    TypeError,
    AttributeError,
    LookupError,
    RecursionError,
)
"""What comes instead of an answer. From ``ValueError`` on: slack_sdk stumbles over what is not Slack's JSON, as from a
proxy on the way: text, a list, an alphabet that nobody knows, brackets without end."""
LONGEST: Final = 3600.0
"""Seconds that Slack asks us to wait at most. A Retry-After beyond that is none of its own."""


@contextmanager
def as_trouble() -> Iterator[None]:
    """Raise as ``Trouble`` whatever a call of slack_sdk's raises within: Slack's error, or what came instead of one."""
    try:
        yield
    except SlackApiError as error:
        raise troubled(error) from None
    except UNREACHED as error:
        raise unreached(error) from None


def troubled(error: SlackApiError) -> Trouble:
    """Return an error of slack_sdk's as ours: the code and the waiting time, none of its words."""
    response = error.response
    # Where the body cannot be read, slack_sdk hands on the response of its HTTP client, else one of its own.
    status = getattr(response, "status_code", None) or getattr(response, "status", None)
    return refusal(status or OK, getattr(response, "headers", None) or {}, getattr(response, "data", response))


def refusal(status: int, headers: Mapping[str, str], data: object) -> Trouble:
    """Return what it means that a call was not answered with "ok"."""
    lower = {name.lower(): value for name, value in headers.items()}
    code = code_of(data)
    if status == HASTE or code in RATES:
        return Trouble("ratelimited", seconds(lower.get("retry-after")))
    if status >= BUSY:
        return Trouble("service_unavailable")
    return Trouble(code or NOT_SLACK)


def taken(data: object) -> dict[str, Any]:
    """Return the JSON of an answer. Raise ``Trouble`` where it has none: slack_sdk lets bytes of any kind pass."""
    if not isinstance(data, dict):
        raise Trouble(NOT_SLACK)
    return data


def code_of(data: object) -> str:
    """Return Slack's name for an error, from its JSON; nothing where this is not Slack's."""
    given: Any = data.get("error") if isinstance(data, Mapping) and data.get("ok") is False else None
    return given if isinstance(given, str) and _CODE.fullmatch(given) else ""


def seconds(text: str | None) -> float:
    """Return the seconds of a Retry-After, an hour at most; one where it is not a number."""
    try:
        found = float(text or 1.0)
    except ValueError:
        return 1.0
    return 1.0 if math.isnan(found) else min(max(found, 0.0), LONGEST)
