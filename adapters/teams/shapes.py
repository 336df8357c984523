"""The parts of Adaptive Cards 1.5 that we draw, as typed dictionaries: what is written here is what is sent.

https://adaptivecards.io/explorer/ describes every element; tests validate what is drawn against Microsoft's schema.
"""

from __future__ import annotations

from typing import Any, Final, Literal, NotRequired, TypeAlias, TypedDict

SCHEMA: Final = "http://adaptivecards.io/schemas/adaptive-card.json"
VERSION: Final = "1.5"
CARD_TYPE: Final = "application/vnd.microsoft.card.adaptive"
LANGUAGE: Final = "en-GB"

Spacing: TypeAlias = Literal["none", "small", "default", "medium", "large"]
Weight: TypeAlias = Literal["default", "lighter", "bolder"]


class TextBlock(TypedDict):
    """Our own words; markdown is read in them, so what is not markdown is escaped (``elements.plain``)."""

    type: Literal["TextBlock"]
    text: str
    wrap: bool
    style: NotRequired[Literal["default", "heading"]]
    size: NotRequired[Literal["small", "default", "medium", "large"]]
    weight: NotRequired[Weight]
    isSubtle: NotRequired[bool]
    color: NotRequired[Literal["default", "attention", "accent", "good", "warning"]]
    spacing: NotRequired[Spacing]


class OpenUrl(TypedDict):
    """A link."""

    type: Literal["Action.OpenUrl"]
    title: NotRequired[str]
    url: str


class TextRun(TypedDict):
    """Words in which no markup is read: the only element for what a person typed."""

    type: Literal["TextRun"]
    text: str
    size: NotRequired[Literal["small", "default", "medium", "large"]]
    weight: NotRequired[Weight]
    isSubtle: NotRequired[bool]
    italic: NotRequired[bool]
    underline: NotRequired[bool]
    selectAction: NotRequired[OpenUrl]


class RichTextBlock(TypedDict):
    """A paragraph of runs; it always wraps."""

    type: Literal["RichTextBlock"]
    inlines: list[TextRun]
    spacing: NotRequired[Spacing]


class Submit(TypedDict):
    """A button that sends a message, or opens a dialog, or sends a dialog in."""

    type: Literal["Action.Submit"]
    title: str
    data: dict[str, Any]
    tooltip: NotRequired[str]
    style: NotRequired[Literal["default", "positive", "destructive"]]
    associatedInputs: NotRequired[Literal["auto", "none"]]


class Execute(TypedDict):
    """A button that is answered at once, with a card in place; older clients get the ``fallback``."""

    type: Literal["Action.Execute"]
    title: NotRequired[str]
    verb: str
    data: dict[str, Any]
    fallback: NotRequired[Submit]
    tooltip: NotRequired[str]
    style: NotRequired[Literal["default", "positive", "destructive"]]
    associatedInputs: NotRequired[Literal["auto", "none"]]


Action: TypeAlias = Submit | Execute | OpenUrl


class ActionSet(TypedDict):
    """A row of buttons within the body, beside what they belong to."""

    type: Literal["ActionSet"]
    actions: list[Action]


class Container(TypedDict):
    """Elements that stand together, and may be pressed together."""

    type: Literal["Container"]
    items: list[Element]
    selectAction: NotRequired[Action]
    style: NotRequired[Literal["default", "emphasis"]]
    spacing: NotRequired[Spacing]


class Column(TypedDict):
    """One column; ``width`` is a share of the row."""

    type: Literal["Column"]
    width: str
    items: NotRequired[list[Element]]
    style: NotRequired[Literal["default", "emphasis", "accent"]]
    minHeight: NotRequired[str]


class ColumnSet(TypedDict):
    """Columns side by side."""

    type: Literal["ColumnSet"]
    columns: list[Column]
    spacing: NotRequired[Spacing]


class InputChoice(TypedDict):
    """One choice of a list."""

    title: str
    value: str


class InputText(TypedDict):
    """A line or block of text to type."""

    type: Literal["Input.Text"]
    id: str
    label: str
    isMultiline: NotRequired[bool]
    maxLength: NotRequired[int]
    value: NotRequired[str]
    isRequired: NotRequired[bool]
    errorMessage: NotRequired[str]


class InputDate(TypedDict):
    """A day, as ``YYYY-MM-DD``."""

    type: Literal["Input.Date"]
    id: str
    label: str
    value: NotRequired[str]
    isRequired: NotRequired[bool]
    errorMessage: NotRequired[str]


class InputToggle(TypedDict):
    """A box to tick. It comes back as one of its two values, or as the words true and false."""

    type: Literal["Input.Toggle"]
    id: str
    title: str
    label: str
    value: NotRequired[str]
    valueOn: str
    valueOff: str
    isRequired: NotRequired[bool]
    errorMessage: NotRequired[str]


InputChoiceSet = TypedDict(
    "InputChoiceSet",
    {
        "type": Literal["Input.ChoiceSet"],
        "id": str,
        "label": str,
        "choices": list[InputChoice],
        # Teams' typeahead: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/dynamic-search
        "choices.data": NotRequired[dict[str, str]],
        "style": NotRequired[Literal["compact", "expanded", "filtered"]],
        "isMultiSelect": NotRequired[bool],
        "value": NotRequired[str],
        "wrap": bool,
        "isRequired": NotRequired[bool],
        "errorMessage": NotRequired[str],
    },
)

Input: TypeAlias = InputText | InputDate | InputToggle | InputChoiceSet
Element: TypeAlias = TextBlock | RichTextBlock | ActionSet | Container | ColumnSet | Input


class AdaptiveCard(TypedDict):
    """A whole card."""

    type: Literal["AdaptiveCard"]
    version: str
    lang: str
    fallbackText: str
    body: list[Element]
    msteams: NotRequired[dict[str, Any]]


def attachment(card: AdaptiveCard) -> dict[str, Any]:
    """Return a card as the attachment of a message, or as the card of a dialog."""
    return {"contentType": CARD_TYPE, "content": card}
