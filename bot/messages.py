"""What comes in and what goes out, the same for every chat platform and for the desk.

An adapter turns what a person did into one of ``Asked``, ``Pressed``, ``Submitted`` or ``Opened``, hands it to
``bot.conversation.Conversation.handle`` and renders what comes back. Cards are made of a small set of elements that
Block Kit, Adaptive Cards and HTML can all show. None of them carries markup: a renderer escapes every string, and
text that a person typed is ``Typed``, so that a renderer can show it as a quotation and a test can follow it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias


@dataclass(frozen=True, slots=True)
class Typed:
    """Text that a person typed. Shown as it was typed, never read as markup, a mention or a link."""

    text: str

    def __repr__(self) -> str:
        return f"Typed(<{len(self.text)} characters>)"


Line: TypeAlias = str | Typed


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading within a card."""

    text: str


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. ``strong`` carries the verdict, ``small`` the less important."""

    text: Line
    style: Literal["normal", "strong", "small"] = "normal"


@dataclass(frozen=True, slots=True)
class Quote:
    """Words quoted from somewhere: a clause, or what a person wrote. ``source`` names where they stand."""

    text: Line
    source: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Pairs of label and value."""

    rows: tuple[tuple[str, Line], ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short lines."""

    items: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Numbers that people compare, drawn as bars and listed as words. Each row: label, count, note in words.

    ``whole`` is the count that a full bar stands for; 0 is the largest one.
    """

    title: str
    rows: tuple[tuple[str, int, str], ...]
    whole: int = 0

    @property
    def full(self) -> int:
        """The count that a full bar stands for, at least 1."""
        return max(1, self.whole, *(count for _, count, _ in self.rows))


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press. It comes back as ``Pressed(action, value)``; ``value`` holds ids only, never report text."""

    label: str
    action: str
    value: str = ""
    style: Literal["plain", "primary", "danger"] = "plain"
    about: str = ""
    """What a screen reader says beyond the label, where the label alone is ambiguous."""


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons."""

    buttons: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """A web address of the desk or of a help line."""

    label: str
    href: str


Element: TypeAlias = Heading | Text | Quote | Facts | Bullets | Bars | Buttons | Link


@dataclass(frozen=True, slots=True)
class Card:
    """One message. ``summary`` is what a notification or a screen reader says of it, and holds nothing confidential.

    A card with ``key`` can be replaced in place by a later card of the same key.
    """

    summary: str
    body: tuple[Element, ...]
    key: str = ""


@dataclass(frozen=True, slots=True)
class TextField:
    """A line or a block of text to type."""

    name: str
    label: str
    hint: str = ""
    required: bool = False
    multiline: bool = False
    max_length: int = 3000


@dataclass(frozen=True, slots=True)
class Option:
    """One choice, by its value and what it says."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several (or, with ``many``, any of several). ``empty`` is what choosing none of a list is called."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    required: bool = False
    many: bool = False
    empty: str = ""


@dataclass(frozen=True, slots=True)
class PersonField:
    """Somebody of the school: Slack's and Teams' own people pickers, a list to search on the desk. Gives an id."""

    name: str
    label: str
    hint: str = ""
    required: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class DateField:
    """A day, as ``YYYY-MM-DD``."""

    name: str
    label: str
    hint: str = ""
    required: bool = False


@dataclass(frozen=True, slots=True)
class Tick:
    """A box to tick: ``"yes"`` when ticked, else missing."""

    name: str
    label: str
    hint: str = ""
    required: bool = False


Field: TypeAlias = TextField | Choice | PersonField | DateField | Tick
Values: TypeAlias = Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Form:
    """A form to fill in, shown as a dialog or a page. ``key`` is minted when the form is drawn: one key, one effect."""

    name: str
    title: str
    fields: tuple[Field, ...]
    submit: str
    key: str
    intro: tuple[Element, ...] = ()
    values: Values = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return f"Form({self.name!r}, key={self.key!r})"


@dataclass(frozen=True, slots=True)
class Where:
    """The conversation that something came from. ``private`` is false where others can read along."""

    platform: str
    conversation: str
    private: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """A message typed to the bot."""

    text: str

    def __repr__(self) -> str:
        return f"Asked(<{len(self.text)} characters>)"


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button pressed. ``value`` is what the button carried; ``card`` is the key of the card that it stood on."""

    action: str
    value: str = ""
    card: str = ""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A form sent in."""

    form: str
    key: str
    values: Values

    def __repr__(self) -> str:
        return f"Submitted({self.form!r}, key={self.key!r})"


@dataclass(frozen=True, slots=True)
class Opened:
    """The person came to the bot's home without saying anything: App Home, first contact, the desk's front page."""


Inbound: TypeAlias = Asked | Pressed | Submitted | Opened


@dataclass(frozen=True, slots=True)
class Say:
    """Send this card to the person, so that only they see it."""

    card: Card


@dataclass(frozen=True, slots=True)
class Replace:
    """Put this card in the place of the one that was pressed (or of the one with its key)."""

    card: Card


@dataclass(frozen=True, slots=True)
class Show:
    """Show this card in a dialog, never in the chat history: the text of a report, the pages of the policy."""

    card: Card


@dataclass(frozen=True, slots=True)
class Ask:
    """Open this form; or, after a submission that was refused, show it again with its errors and everything typed."""

    form: Form


Outbound: TypeAlias = Say | Replace | Show | Ask
