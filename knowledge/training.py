"""Training the reader from the labelled phrasings (``make vocabulary``; needs the ``train`` extra).

Reads every ``vocabulary/phrasings/*.jsonl`` and the example questions of the packs, each also with talk around it, fits
every head, rounds the weights and writes ``vocabulary/model.npz`` and ``model.npy``. The same data gives the same
bytes.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import numpy as np
import simplemma
from rich.console import Console
from rich.progress import Progress
from scipy import sparse
from simplemma.strategies.dictionaries.dictionary_factory import DefaultDictionaryFactory
from sklearn.linear_model import LogisticRegression

from knowledge.asides import surrounded
from knowledge.classifier import LINEAR, MODEL, ROWS, Classifier, Weights
from knowledge.features import features, known_words, words
from knowledge.network import FITTED, Lesson, fit, joined, scores
from knowledge.phrasing import Phrasing, examples, phrasings
from knowledge.spelling import nearest

HEADS: Final = ("act", "kind", "negated", "person", "time", "device", "capacity", "content", "met", "unmet", "actor")
KEPT_FEATURES: Final = 45_000
FEW: Final = 12
"""Circumstances with fewer examples get no threshold of their own."""
HELD_OUT: Final = 3
"""Of one phrasing in so many a network is not told the circumstances: by these, and their copies that have talk around
them, the thresholds are set. Each network is kept from others."""
STEPS: Final = 3
PRECISION_OVER_RECALL: Final = 0.6


def _silent(_done: int, _whole: int, _what: str) -> None:
    """Tell nobody."""


def _labels(phrasing: Phrasing) -> dict[str, list[str]]:
    """Return the labels of a phrasing by head."""
    return {
        "act": [phrasing.act],
        "kind": [phrasing.asks],
        "negated": ["negated"] if phrasing.negated else [],
        "person": phrasing.person,
        "time": [phrasing.time] if phrasing.time else [],
        "device": [phrasing.device] if phrasing.device else [],
        "capacity": [phrasing.capacity] if phrasing.capacity else [],
        "content": phrasing.content,
        "met": phrasing.met,
        "unmet": phrasing.unmet,
        "actor": [phrasing.by] if phrasing.by else [],
    }


def train(
    data: Sequence[Phrasing],
    kept: int = KEPT_FEATURES,
    cost: float = 12.0,
    tell: Callable[[int, int, str], None] = _silent,
) -> Classifier:
    """Fit every head on the data, bare and with talk around it, and return the model.

    ``tell`` hears how many steps of how many are done, and what comes next.
    """
    tell(0, STEPS, "finding features")
    bare = len(data)
    data = [*data, *surrounded(data)]
    names, idf, rows = _vectors([phrasing.text for phrasing in data], kept)
    labelled = [_labels(phrasing) for phrasing in data]
    heads = {head: tuple(sorted({label for line in labelled for label in line[head] if label})) for head in HEADS}
    circumstances = [(head, label) for head in HEADS if head not in {"act", LINEAR} for label in heads[head]]
    lesson = Lesson(
        rows,
        np.array([heads["act"].index(phrasing.act) for phrasing in data]),
        len(heads["act"]),
        np.array([[label in line[head] for head, label in circumstances] for line in labelled]),
        np.array([bool(phrasing.asks) for phrasing in data]),
    )
    thirds = np.arange(len(data)) % bare % HELD_OUT
    with ProcessPoolExecutor(FITTED, get_context("spawn")) as workers:
        fitting = [
            workers.submit(fit, lesson._replace(told=lesson.told & (thirds != beginning)), beginning)
            for beginning in range(FITTED)
        ]
        tell(1, STEPS, f"the kinds, and {FITTED} networks side by side")
        kinds = LogisticRegression(C=cost, max_iter=400)
        kinds.fit(lesson.rows[lesson.told], np.array([phrasing.asks for phrasing in data if phrasing.asks]))
        networks = [one.result() for one in fitting]
    tell(2, STEPS, "thresholds")
    unseen = [(lesson.told & (thirds == beginning)).nonzero()[0] for beginning in range(FITTED)]
    scored = np.vstack([scores(network, lesson.rows[part]) for network, part in zip(networks, unseen, strict=True)])
    said = np.vstack([lesson.said[part] for part in unseen])
    first, first_bias, last, last_bias = joined(networks)
    last_bias[lesson.act_count :] -= _thresholds(scored[:, lesson.act_count :], said)
    vocabulary = _vocabulary(data)
    columns = np.hstack([first, kinds.coef_.T.astype(np.float32)])
    biases = np.concatenate([first_bias, kinds.intercept_]).astype(np.float32)
    return Classifier(
        heads,
        names,
        idf,
        Weights(*_small(columns), biases, last.astype(np.float16), last_bias),
        (vocabulary, _guarded(vocabulary)),
    )


def _small(weights: Any) -> tuple[Any, Any]:
    """Return weights of shape (features, columns) as integers of one byte, and the scale of each column."""
    scales = np.abs(weights).max(axis=0) / 127
    scales[scales == 0] = 1
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)


def _thresholds(scored: Any, said: Any) -> Any:
    """Return for each of C circumstances the score from which it is best taken as said, by N unseen lines: (C,)."""
    steps = np.arange(-2.0, 2.0, 0.1)
    found = [
        max(steps, key=lambda step: _f_score(answers, column > step)) if answers.sum() >= FEW else 0.0
        for column, answers in zip(scored.T, said.T, strict=True)
    ]
    return np.array(found, np.float32)


def save(model: Classifier, path: Path = MODEL) -> None:
    """Write the model, its rows beside it, so that the same model always gives the same bytes."""
    arrays = model.arrays()
    with Path(f"{path}.part").open("wb") as unfinished:
        np.lib.format.write_array(unfinished, arrays.pop("rows"), allow_pickle=False)
    Path(f"{path}.part").replace(path.with_suffix(ROWS))
    unfinished_rest = path.with_suffix(".part")
    with zipfile.ZipFile(unfinished_rest, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    unfinished_rest.replace(path)


def _vocabulary(data: Sequence[Phrasing]) -> tuple[str, ...]:
    """Return the words that misspelt ones may be repaired to, commonest first."""
    counts = Counter(word for phrasing in data for word in words(phrasing.text) if word.isalpha())
    common = [
        word for word, count in counts.items() if count >= 3 and (simplemma.is_known(word, lang="en") or count >= 6)
    ]
    return tuple(sorted({*common, *known_words()}, key=lambda word: (-counts[word], word)))


def _guarded(vocabulary: tuple[str, ...]) -> tuple[str, ...]:
    """Return the English words that ``nearest`` would change into one of the vocabulary."""
    english = DefaultDictionaryFactory().get_dictionary("en")
    known = frozenset(vocabulary)
    plain = {word for pair in english.items() for word in pair}
    listed = sorted(word for word in plain if word.isascii() and word.isalpha() and word.islower() and len(word) >= 4)
    return tuple(word for word in listed if word not in known and nearest(word, vocabulary))


def _f_score(answers: Any, given: Any) -> float:
    """Return the F score that weighs precision above recall: a circumstance wrongly read is worse than one not read."""
    hits = float((answers & given).sum())
    weight = PRECISION_OVER_RECALL
    return (1 + weight) * hits / max(1.0, weight * float(answers.sum()) + float(given.sum()))


def _vectors(texts: Iterable[str], kept: int) -> tuple[list[str], Any, sparse.csr_matrix]:
    """Return the names of the commonest features, their weights (idf), and every text as a vector over them."""
    found = [features(words(text)) for text in texts]
    counts = Counter(name for names in found for name in names)
    common = sorted((name for name, count in counts.items() if count >= 2), key=lambda name: (-counts[name], name))
    listed = sorted(common[:kept])
    idf = np.array([np.log(len(found) / counts[name]) + 0.5 for name in listed], np.float32)
    row_of = {name: row for row, name in enumerate(listed)}
    data: list[float] = []
    indices: list[int] = []
    starts = [0]
    for names in found:
        rows = sorted(row_of[name] for name in names if name in row_of)
        values = idf[rows]
        length = float(np.sqrt(values @ values)) or 1.0
        data += list(values / length)
        indices += rows
        starts.append(len(indices))
    shape = (len(starts) - 1, len(listed))
    return listed, idf, sparse.csr_matrix((data, indices, starts), shape=shape, dtype=np.float32)


def main() -> None:
    """Train from everything in the repository and write the model, showing how far it is."""
    with Progress(transient=True) as progress:
        task = progress.add_task("Training the reader", total=None)
        data = [*phrasings(), *examples()]
        model = train(
            data,
            tell=lambda done, whole, what: progress.update(
                task, completed=done, total=whole, description=f"Training: {what}"
            ),
        )
        save(model)
    size = MODEL.stat().st_size + MODEL.with_suffix(ROWS).stat().st_size
    Console().print(f"{len(data)} phrasings and as many with talk around them, {size / 1e6:.1f} MB: {MODEL.stem}.*")


if __name__ == "__main__":
    main()
