"""What a Word paragraph looks like once its styles are followed: heading level, bold, size, indent, numbering.

Source: ISO/IEC 29500-1, 17.7 (styles) and 17.3.1 (paragraph properties).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
OFF = {"0", "false", "off", "none"}


def value(element: Any, name: str) -> str | None:  # noqa: ANN401 - lxml has no types
    """Return ``w:val`` of the named child, or nothing."""
    child = element.find(f"{W}{name}") if element is not None else None
    found = child.get(f"{W}val") if child is not None else None
    return str(found) if found is not None else None


class Styles:
    """The styles of one document, each found with all that it is based on."""

    def __init__(self, styles: Any) -> None:  # noqa: ANN401 - lxml has no types
        self.by_id: dict[str, Any] = {}
        self.default = ""
        self.defaults = None
        if styles is None:
            return
        self.defaults = styles.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        for style in styles.iterfind(f"{W}style"):
            name = style.get(f"{W}styleId") or ""
            self.by_id[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") not in {None, *OFF}:
                self.default = name

    def chain(self, name: str | None) -> Iterator[Any]:
        """Give a style and every style that it is based on, nearest first."""
        seen: set[str] = set()
        while name and name not in seen and name in self.by_id:
            seen.add(name)
            yield self.by_id[name]
            name = value(self.by_id[name], "basedOn")

    def of(self, paragraph: Any) -> list[Any]:  # noqa: ANN401 - lxml has no types
        """Return the styles of a paragraph, nearest first."""
        return list(self.chain(value(paragraph.find(f"{W}pPr"), "pStyle") or self.default))

    def names(self, paragraph: Any) -> list[str]:  # noqa: ANN401 - lxml has no types
        """Return the names of a paragraph's styles in small letters, nearest first."""
        return [(value(style, "name") or "").casefold() for style in self.of(paragraph)]

    def outline(self, paragraph: Any) -> int | None:  # noqa: ANN401 - lxml has no types
        """Return the heading level of a paragraph from 1, or nothing for body text."""
        places = [paragraph.find(f"{W}pPr"), *(style.find(f"{W}pPr") for style in self.of(paragraph))]
        for place in places:
            level = value(place, "outlineLvl")
            if level is not None and level.isdigit():
                return int(level) + 1 if int(level) < 9 else None
        for name in self.names(paragraph):
            if name.startswith("heading ") and name[8:].isdigit():
                return int(name[8:])
            if name == "title":
                return 1
        return None

    def bold(self, run: Any, paragraph: Any) -> bool:  # noqa: ANN401 - lxml has no types
        """Tell whether a run is printed bold."""
        on = self._of_run(run, paragraph, "b")
        return on is not None and on.get(f"{W}val") not in OFF

    def size(self, run: Any, paragraph: Any) -> int:  # noqa: ANN401 - lxml has no types
        """Return a run's size in half points; 20 where nothing says it."""
        found = self._of_run(run, paragraph, "sz")
        size = found.get(f"{W}val") if found is not None else None
        return int(float(size)) if size and size.replace(".", "", 1).isdigit() else 20

    def _of_run(self, run: Any, paragraph: Any, name: str) -> Any:  # noqa: ANN401 - lxml has no types
        own = run.find(f"{W}rPr")
        places = [own]
        places.extend(style.find(f"{W}rPr") for style in self.chain(value(own, "rStyle")))
        places.extend(style.find(f"{W}rPr") for style in self.of(paragraph))
        for place in [*places, self.defaults]:
            found = place.find(f"{W}{name}") if place is not None else None
            if found is not None:
                return found
        return None

    def indent(self, paragraph: Any, level: Any) -> int | None:  # noqa: ANN401 - lxml has no types
        """Return how far in a paragraph stands, in twentieths of a point: its own, its number's, or its styles'."""
        places = [paragraph.find(f"{W}pPr"), level.find(f"{W}pPr") if level is not None else None]
        for place in [*places, *(style.find(f"{W}pPr") for style in self.of(paragraph))]:
            found = place.find(f"{W}ind") if place is not None else None
            if found is None:
                continue
            left = found.get(f"{W}left") or found.get(f"{W}start")
            if left is not None and left.lstrip("-").isdigit():
                return int(left)
        return None
