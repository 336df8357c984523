"""A rule as a form of choices, and back: what is not on the form (examples, sources) stays as it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final, cast, get_args

import msgspec

from bot.messages import Choice, Field, Form, Option, TextField, Values
from bot.wording import say, says
from knowledge import terms
from knowledge.model import Example, Force, Norm, Verdict
from knowledge.pack import ROLES

LONGEST_RULE: Final = 400
LONGEST_QUESTION: Final = 400
TICKED: Final = ("time", "device", "capacity")
"""Circumstances with few values, which are ticked; the others are chosen from lists."""
LISTED: Final = ("person", "content")
FORCES: Final = get_args(Force)
ANSWERS: Final = get_args(Verdict)
NEW: Final = Norm("prohibited", (), "")


def norm_prefix(number: int) -> str:
    """Return what the fields of a rule's form begin with: several rules stand on one page."""
    return f"r{number}-"


def norm_form(norm: Norm, number: int, values: Values | None = None, errors: Mapping[str, str] | None = None) -> Form:
    """Return the form of the rule of a number: as it stands, or with what was chosen and what is wrong with it.

    ``values`` and ``errors`` are by the names without ``norm_prefix``.
    """
    forces = tuple(Option(force, label) for force, label in says("policy.force").items())
    fields: list[Field] = [Choice("force", say("policy.norm.force"), forces, required=True)]
    fields += _list("act", _acts(), len(norm.acts), required=True)
    for facet in LISTED:
        fields += _list(facet, _options(terms.values(facet)), len(getattr(norm, facet)))
    for facet in TICKED:
        options = _options(terms.values(facet))
        fields.append(Choice(facet, say(f"policy.norm.{facet}"), options, many=True))
    fields += _list("if", _options(terms.values("condition")), len(norm.conditions))
    fields += _list("unless", _exceptions(), len(norm.unless))
    fields += _list("approver", _options({r: say(f"roles.role.{r}") for r in sorted(ROLES)}), len(norm.approver))
    hint = say("policy.norm.says_hint")
    fields.append(TextField("says", say("policy.norm.says"), hint, required=True, multiline=True))
    prefix = norm_prefix(number)
    shown = dict(_values(norm)) if values is None else values
    return Form(
        "policy.norm",
        "",
        tuple(replace(field, name=prefix + field.name) for field in fields),
        say("policy.norm.save"),
        "",
        values={prefix + name: value for name, value in shown.items()},
        errors={prefix + name: error for name, error in (errors or {}).items()},
    )


def norm_from(values: Values, before: Norm) -> tuple[Norm | None, dict[str, str]]:
    """Return the rule that was chosen, or ``None`` with what is wrong by field. Unknown values are left out."""
    force, rule = _one(values, "force"), " ".join(_one(values, "says").split())[:LONGEST_RULE]
    acts = _chosen(values, "act", terms.acts())
    errors = {}
    if force not in FORCES:
        errors["force"] = say("policy.review.no_force")
    if not acts:
        errors["act-1"] = say("policy.review.no_acts")
    if not rule:
        errors["says"] = say("policy.review.no_says")
    if errors:
        return None, errors
    facets = {facet: _chosen(values, facet, terms.values(facet)) for facet in (*LISTED, *TICKED)}
    exceptions = {option.value for option in _exceptions()}
    norm = msgspec.structs.replace(
        before,
        force=cast("Force", force),
        acts=acts,
        says=rule,
        conditions=_chosen(values, "if", terms.values("condition")),
        unless=_chosen(values, "unless", exceptions),
        approver=_chosen(values, "approver", ROLES),
        **facets,
    )
    return norm, {}


def example_from(values: Values) -> tuple[Example | None, dict[str, str]]:
    """Return the example question that was typed, or ``None`` with what is wrong by field."""
    ask, verdict = " ".join(_one(values, "ask").split())[:LONGEST_QUESTION], _one(values, "verdict")
    errors = {}
    if not ask:
        errors["ask"] = say("policy.review.no_ask")
    if verdict not in ANSWERS:
        errors["verdict"] = say("policy.review.no_verdict")
    return (None, errors) if errors else (Example(ask, cast("Verdict", verdict)), {})


def circumstances(norm: Norm) -> Iterator[str]:
    """Yield in words when a rule holds: whom it concerns, when, on what, only if, unless, who may approve."""
    for facet in (*LISTED, *TICKED):
        if getattr(norm, facet):
            yield ", ".join(terms.values(facet).get(value, value) for value in getattr(norm, facet))
    conditions, known = norm.conditions, terms.values("condition")
    if conditions:
        yield f"{say('policy.norm.if')}: {', '.join(known.get(name, name) for name in conditions)}"
    if norm.unless:
        labels = {option.value: option.label for option in _exceptions()}
        yield f"{say('policy.norm.unless')}: {', '.join(labels.get(name, name) for name in norm.unless)}"
    if norm.approver:
        yield f"{say('policy.norm.approver')} {', '.join(say(f'roles.role.{role}') for role in norm.approver)}"


def _list(name: str, options: tuple[Option, ...], filled: int, *, required: bool = False) -> Iterator[Choice]:
    """Yield lists to choose from: one for each value that there is, and one more."""
    empty = "policy.norm.any" if name in LISTED else "policy.norm.none"
    for number in range(1, max(filled + 1, 2) + 1):
        label = say(f"policy.norm.{name}") if number == 1 else say(f"policy.norm.{name}_more")
        must = required and number == 1
        yield Choice(f"{name}-{number}", label, options, required=must, empty="" if must else say(empty))


def _values(norm: Norm) -> Iterator[tuple[str, str | tuple[str, ...]]]:
    yield from (("force", norm.force), ("says", norm.says))
    lists = {"act": norm.acts, "if": norm.conditions, "unless": norm.unless, "approver": norm.approver}
    lists |= {facet: getattr(norm, facet) for facet in LISTED}
    for name, chosen in lists.items():
        yield from ((f"{name}-{number}", value) for number, value in enumerate(chosen, 1))
    yield from ((facet, getattr(norm, facet)) for facet in TICKED)


def _acts() -> tuple[Option, ...]:
    groups = terms.act_groups()
    return tuple(
        Option(act, label) for group, acts in groups.items() if group != "not_a_question" for act, label in acts.items()
    )


def _exceptions() -> tuple[Option, ...]:
    conditions = (Option(name, label) for name, label in terms.values("condition").items())
    facets = (
        Option(f"{facet}:{name}", label) for facet in (*LISTED, *TICKED) for name, label in terms.values(facet).items()
    )
    return (*conditions, *facets)


def _options(values: Mapping[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in values.items())


def _chosen(values: Values, name: str, known: object) -> tuple[str, ...]:
    """Return the known values chosen under a name, or under the numbered lists of that name."""
    found: list[str] = []
    for key, value in values.items():
        if key == name or (key.startswith(f"{name}-") and key.removeprefix(f"{name}-").isdecimal()):
            found += [value] if isinstance(value, str) else value
    return tuple(dict.fromkeys(value for value in found if value in known))  # type: ignore[operator]


def _one(values: Values, name: str) -> str:
    value = values.get(name, "")
    return value if isinstance(value, str) else next(iter(value), "")
