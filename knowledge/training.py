"""Training the reader from the labelled phrasings (``make vocabulary``; needs the ``train`` extra).

Reads every ``vocabulary/phrasings/*.jsonl`` and the example questions of the packs, each also with talk around it, fits
every head, rounds the weights and writes ``vocabulary/model.npz``. The same data gives the same bytes.
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
from knowledge.classifier import MODEL, Classifier, Linear, Network
from knowledge.features import features, known_words, words
from knowledge.network import FITTED, Layers, fit, joined
from knowledge.phrasing import Phrasing, examples, phrasings
from knowledge.spelling import nearest

HEADS: Final = ("act", "kind", "negated", "person", "time", "device", "capacity", "content", "met", "unmet", "actor")
KEPT_FEATURES: Final = 45_000
FEW: Final = 12
"""Labels with fewer examples get no threshold of their own."""
HELD_OUT: Final = 3
"""One phrasing in so many is left out while a threshold is set, together with its copy that has talk around it."""
PRECISION_OVER_RECALL: Final = 0.6


def _silent(_done: int, _whole: int, _head: str) -> None:
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

    ``tell`` hears how many heads of how many are done.
    """
    bare = len(data)
    data = [*data, *surrounded(data)]
    found = [features(words(phrasing.text)) for phrasing in data]
    counts = Counter(name for names in found for name in names)
    names = sorted(name for name, count in counts.items() if count >= 2)
    if len(names) > kept:
        names = sorted(sorted(names, key=lambda name: (-counts[name], name))[:kept])
    row_of = {name: row for row, name in enumerate(names)}
    idf = np.array([np.log(len(data) / counts[name]) + 0.5 for name in names], np.float32)
    matrix = _matrix(found, row_of, idf)
    heads: dict[str, tuple[str, ...]] = {}
    columns: list[Any] = []
    biases: list[float] = []
    acts = [phrasing.act for phrasing in data]
    heads["act"] = tuple(sorted(set(acts)))
    numbers = np.array([heads["act"].index(act) for act in acts])
    with ProcessPoolExecutor(FITTED, get_context("spawn")) as workers:
        fitting = [workers.submit(fit, matrix, numbers, len(heads["act"]), beginning) for beginning in range(FITTED)]
        told = [number for number, phrasing in enumerate(data) if phrasing.asks]
        rows, held = matrix[told], np.array(told) % bare % HELD_OUT == 0
        for done, head in enumerate(HEADS[1:]):
            tell(done, len(HEADS), head)
            labelled = [_labels(data[number])[head] for number in told]
            heads[head] = tuple(sorted({label for listed in labelled for label in listed}))
            if head == "kind":
                fitted = LogisticRegression(C=cost, max_iter=400)
                fitted.fit(rows, np.array([listed[0] for listed in labelled]))
                columns += list(fitted.coef_)
                biases += list(fitted.intercept_)
                continue
            for label in heads[head]:
                answers = np.array([label in listed for listed in labelled])
                coefficients, bias = _fit_one(rows, answers, held, cost)
                columns.append(coefficients)
                biases.append(bias)
        tell(len(HEADS) - 1, len(HEADS), HEADS[0])
        network = _rounded(joined([one.result() for one in fitting]))
    vocabulary = _vocabulary(data)
    return Classifier(
        heads,
        names,
        idf,
        Linear(*_small(np.array(columns, np.float32).T), np.array(biases, np.float32)),
        network,
        (vocabulary, _guarded(vocabulary)),
    )


def _small(weights: Any) -> tuple[Any, Any]:
    """Return weights of shape (features, columns) as integers of one byte, and the scale of each column."""
    scales = np.abs(weights).max(axis=0) / 127
    scales[scales == 0] = 1
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)


def _rounded(fitted: Layers) -> Network:
    """Return a network as it is kept."""
    inner, inner_bias, last, last_bias = fitted
    return Network(*_small(inner), inner_bias, last.astype(np.float16), last_bias)


def save(model: Classifier, path: Path = MODEL) -> None:
    """Write the model so that the same model always gives the same bytes."""
    unfinished = path.with_suffix(".part")
    with zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in model.arrays().items():
            content = io.BytesIO()
            np.lib.format.write_array(content, array, allow_pickle=False)
            entry = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
            archive.writestr(entry, content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    unfinished.replace(path)


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


def _fit_one(matrix: sparse.csr_matrix, answers: Any, held: Any, cost: float) -> tuple[Any, float]:
    """Fit one label against all else, and set its bias where precision and recall are best on the lines held out."""
    model = LogisticRegression(
        C=cost, max_iter=100, solver="liblinear", tol=0.01, random_state=0, class_weight="balanced"
    )
    shift = 0.0
    if answers.sum() >= FEW and 0 < answers[held].sum() < answers.sum():
        model.fit(matrix[~held], answers[~held])
        scores = model.decision_function(matrix[held])
        steps = np.arange(-1.0, 3.0, 0.1)
        shift = float(max(steps, key=lambda step: _f_score(answers[held], scores > step)))
    model.fit(matrix, answers)
    return model.coef_[0], float(model.intercept_[0]) - shift


def _f_score(answers: Any, given: Any) -> float:
    """Return the F score that weighs precision above recall: a circumstance wrongly read is worse than one not read."""
    hits = float((answers & given).sum())
    weight = PRECISION_OVER_RECALL
    return (1 + weight) * hits / max(1.0, weight * float(answers.sum()) + float(given.sum()))


def _matrix(found: Iterable[set[str]], row_of: dict[str, int], idf: Any) -> sparse.csr_matrix:
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
    return sparse.csr_matrix((data, indices, starts), shape=(len(starts) - 1, len(row_of)), dtype=np.float32)


def main() -> None:
    """Train from everything in the repository and write the model, showing how far it is."""
    with Progress(transient=True) as progress:
        task = progress.add_task("Training the reader", total=None)
        data = [*phrasings(), *examples()]
        model = train(
            data,
            tell=lambda done, whole, head: progress.update(
                task, completed=done, total=whole, description=f"Training: {head}"
            ),
        )
        save(model)
    Console().print(
        f"{len(data)} phrasings and as many with talk around them, {MODEL.stat().st_size / 1e6:.1f} MB: {MODEL.name}"
    )


if __name__ == "__main__":
    main()
