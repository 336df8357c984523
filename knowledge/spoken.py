"""What is said in so many words: phrases and signs (``facets.toml``) that settle what the model only finds likely."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge import terms


class Spoken:
    """The repaired words of one question, in which phrases are looked for; apostrophes may be left out in them."""

    def __init__(self, tokens: Iterable[str]) -> None:
        """Take the words in their order, question marks among them."""
        self.text = f" {' '.join(tokens)} "
        self._bare = self.text.replace("'", "")
        words, longest = self._bare.split(), terms.longest_phrase()
        self._runs = {
            " ".join(words[at:end])
            for at in range(len(words))
            for end in range(at + 1, min(at + longest, len(words)) + 1)
        }

    def says(self, phrases: frozenset[str]) -> bool:
        """Return whether one of the phrases is said."""
        return not phrases.isdisjoint(self._runs)

    def values(self, facet: str) -> tuple[str, ...]:
        """Return the values of a facet that are said, in the order of the data."""
        return tuple(value for value, phrases in terms.plainly(facet).items() if self.says(phrases))

    def conditions(self, met: frozenset[str], unmet: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
        """Return which conditions hold and which do not, given those that likely do.

        One holds only where a sign of it stands in the words, and not where it was met for something earlier.
        """
        signs, before = terms.signs(), terms.before()
        met -= {name for name in met if name in signs and not signs[name].search(self._bare)}
        met -= {name for name in met if name in before and before[name].search(self.text)}
        for name, phrases in terms.given().items():
            if self.says(terms.not_given()[name]):
                met, unmet = met - {name}, unmet | {name}
            elif self.says(phrases):
                met, unmet = met | {name}, unmet - {name}
        lacking = {name for name, phrases in terms.lacking().items() if self.says(phrases)}
        return met - lacking, unmet | lacking

    def negation(self, act: str, kind: str, likely: float) -> float:
        """Return how likely it is (0..1) that leave is asked not to do the act, given how likely it seemed."""
        if kind == "may" and act in terms.duties("removing"):
            goes, stays = self.says(terms.meant("go")), self.says(terms.meant("stay"))
            return likely if goes == stays else float(stays)
        return 0.0 if self.says(terms.meant("on")) else likely

    def for_the_school(self) -> bool:
        """Return whether a word says that people are dealt with for the school."""
        return bool(terms.official_signs().search(self._bare))
