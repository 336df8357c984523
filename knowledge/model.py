"""The policy as data: clauses, norms, routes, and what a reading and a ruling are made of.

The terms are those of LegalRuleML (OASIS, 2021): an *obligation* (``required``), a *prohibition*, a *permission*, and
an *exception* that defeats a norm. Two softer forces, ``discouraged`` and ``recommended``, carry "should not" and
"should".
Everything here is immutable data; reading a pack from disk is ``knowledge.pack``, reasoning is ``knowledge.ruling``.
"""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Force = Literal["prohibited", "permitted", "required", "discouraged", "recommended", "stated"]
Verdict = Literal[
    "permitted",
    "conditional",
    "discouraged",
    "prohibited",
    "required",
    "info",
    "silent",
    "off_topic",
    "report",
    "unsure",
]
Origin = Literal["trust", "school", "left_out"]
Kind = Literal["may", "must", "info", "incident"]


class Example(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question in our own words that a norm must decide, with the verdict it must get.

    ``act`` names the act that the question asks about where it is not the first act of its norm.
    """

    ask: str
    verdict: Verdict
    act: str | None = None


class Norm(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"conditions": "if"}):
    """One rule that a clause makes (docs/packs.md tells how to write one).

    A facet that is left out does not matter to the norm; a facet that is given is a list of values, any of which fits.
    ``conditions`` (written ``if``) must all hold, ``unless`` are exceptions, any of which defeats the norm.
    ``stated`` norms rule on nothing: they give a fact.
    """

    force: Force
    acts: tuple[str, ...]
    says: str
    person: tuple[str, ...] = ()
    time: tuple[str, ...] = ()
    device: tuple[str, ...] = ()
    capacity: tuple[str, ...] = ()
    content: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    otherwise: Force | None = None
    excepted: Force = "permitted"
    approver: tuple[str, ...] = ()
    catch_all: bool = False
    see: tuple[str, ...] = ()
    next: str | None = None
    examples: tuple[Example, ...] = ()


class Clause(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"norms": "norm"}):
    """One clause under the policy's own number. ``text`` is a restatement in plain words, ``stem`` its lead-in.

    ``open`` is set in a school's own policy where nobody has reviewed yet what the clause means, or where it is not
    clear: it is shown as text, without a verdict.

    In a policy over a trust's base, ``origin`` says whose the clause is: the trust's, the school's own, or one of the
    trust's that the school has left out; ``theirs`` is the trust's clause that the school's own one replaces. In a
    base, ``optional`` clauses may be left out by a school.
    """

    id: str
    section: str
    text: str
    stem: str | None = None
    norms: tuple[Norm, ...] = ()
    open: Literal["unreviewed", "unclear"] | None = None
    origin: Origin | None = None
    theirs: Clause | None = None
    optional: bool = False


class Route(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who is told of a report of this kind about this subject: roles in order of preference, and the clauses."""

    kind: str
    to: tuple[str, ...]
    about: str = "anyone"
    also: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    within: str | None = None
    says: str = ""


class Approval(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What needs whose approval before it is done."""

    what: str
    by: tuple[str, ...]
    clauses: tuple[str, ...]
    says: str


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a member of staff declares on reading the policy. ``statements`` are confirmed together."""

    statements: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    name_typed: bool = False
    witness: bool = False
    return_to: str | None = None


class Definition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A term as the policy uses it."""

    term: str
    means: str
    clauses: tuple[str, ...] = ()


class Contact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person, team or body that the policy names, by role."""

    role: str
    does: str
    clauses: tuple[str, ...] = ()


class Consequence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What may follow a breach."""

    of: str
    says: str
    clauses: tuple[str, ...]


class Unclear(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A place where the policy contradicts itself or leaves a gap: the asker is sent to the head."""

    clauses: tuple[str, ...]
    says: str
    acts: tuple[str, ...] = ()


class Rereading(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How often staff must read the policy, and at induction."""

    every_months: int
    says: str
    clauses: tuple[str, ...] = ()
    induction: bool = False
    induction_clauses: tuple[str, ...] = ()


class Review(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When the policy itself was and will be reviewed. Dates that give only a month or term stand on its last day."""

    says: str
    last: dt.date | None = None
    due: dt.date | None = None
    cycle: str | None = None
    clauses: tuple[str, ...] = ()


class Base(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename={"routes": "route"}):
    """The trust's policy that a school's stands on: whose it is, which version, and who is told of reports there."""

    trust: str
    title: str
    version: str
    routes: tuple[Route, ...] = ()


class PolicyHead(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    rename={
        "approvals": "approval",
        "definitions": "definition",
        "contacts": "contact",
        "consequences": "consequence",
        "unclear": "unclear",
        "routes": "route",
    },
):
    """``policy.toml``: everything in a pack that is not a clause."""

    id: str
    title: str
    school: str
    version: str
    review: Review
    rereading: Rereading
    declaration: Declaration
    names: tuple[str, ...] = ()
    covers: str = ""
    owner: str | None = None
    related: tuple[str, ...] = ()
    routes: tuple[Route, ...] = ()
    approvals: tuple[Approval, ...] = ()
    definitions: tuple[Definition, ...] = ()
    contacts: tuple[Contact, ...] = ()
    consequences: tuple[Consequence, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    base: Base | None = None


class Policy(msgspec.Struct, frozen=True):
    """A whole policy: its head and its clauses in printed order.

    ``beside`` holds the heads of further policies whose clauses stand behind the others (``knowledge.joining``).
    """

    head: PolicyHead
    clauses: tuple[Clause, ...]
    beside: tuple[PolicyHead, ...] = ()

    @property
    def id(self) -> str:
        """The pack's name, such as ``stockham``."""
        return self.head.id

    def clause(self, clause_id: str) -> Clause:
        """Return the clause of that id. Raise ``KeyError`` if there is none."""
        for clause in self.clauses:
            if clause.id == clause_id:
                return clause
        raise KeyError(clause_id)
