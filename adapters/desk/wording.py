"""What the templates say of codes and dates: roles, forces, days and errors in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from typing import Final

from bot.wording import say, says
from knowledge.model import Norm
from knowledge.pack import installed, load_installed

FORCES: Final = "desk.force"


def role_words(roles: Iterable[str]) -> str:
    """Return roles in words, those that say most first: ``the headteacher, staff``."""
    names = says("roles.role")
    least = ("staff", "governor")
    ordered = sorted(roles, key=lambda role: (role in least, role))
    return ", ".join(names.get(role, role) for role in ordered)


def short_roles(roles: Iterable[str]) -> str:
    """Return the roles that tell a person of the demonstration from others: ``the headteacher``, or ``staff``."""
    roles = tuple(roles)
    telling = [role for role in roles if role not in {"staff", "governor"}]
    return role_words(telling or roles)


def force_words(force: str) -> str:
    """Return what a norm's force means to a reader: ``You must not:``. ``KeyError`` for an unknown one."""
    return says(FORCES)[force]


def said_once(norms: Iterable[Norm]) -> tuple[tuple[str, str], ...]:
    """Return force and sentence of norms, once each: several norms of a clause may be said alike."""
    return tuple(dict.fromkeys((norm.force, norm.says) for norm in norms))


def error_words(what: str) -> str:
    """Return the sentence for an error by its code; that of 500 for one that has none of its own."""
    return says("desk.error").get(what) or say("desk.error.500")


def day_words(day: dt.date) -> str:
    """Return a day as people read it: ``9 March 2026``."""
    return f"{day.day} {day:%B %Y}"


@cache
def policy_choices() -> tuple[tuple[str, str], ...]:
    """Return the installed policies: name, and what it is called."""
    heads = (load_installed(name).head for name in installed())
    return tuple((head.id, f"{head.school}: {head.title}") for head in heads)
