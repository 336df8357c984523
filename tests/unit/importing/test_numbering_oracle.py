"""Our numbers beside LibreOffice's, on documents made by chance.

Left out on purpose, because LibreOffice 7.4 does not follow them and Word does: legal numbering (``isLgl``) and levels
with a rule of their own for beginning again (``lvlRestart``). test_numbering.py holds both to the standard.
"""

import random
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from knowledge.importing.word import word_document
from tests.wordfiles import Level, WordFile

COUNTS = ("decimal", "lowerLetter", "upperLetter", "lowerRoman", "upperRoman", "decimalZero", "ordinal")
KINDS = ("plain", "styles", "overrides", "tracked", "jumps", "long")
NO_OFFICE = "needs LibreOffice (apt install libreoffice-writer-nogui, or set PATH so that soffice is found)"


@pytest.fixture(scope="session")
def office() -> str:
    """The path of LibreOffice; skipped by name without it."""
    found = shutil.which("soffice")
    if found is None:
        pytest.skip(NO_OFFICE)
    return found


def levels(chance: random.Random) -> tuple[Level, ...]:
    """Three levels, each counted and written in a way of its own."""
    made = []
    for place in range(1, 4):
        whole = ".".join(f"%{number}" for number in range(1, place + 1))
        made.append((chance.choice(COUNTS), chance.choice([f"%{place}.", f"(%{place})", whole, f"{whole}."])))
    return tuple(made)


def document(seed: int) -> WordFile:
    """A document of thirty paragraphs in and out of lists."""
    chance = random.Random(seed)  # noqa: S311 - chance for tests
    kind = KINDS[seed % len(KINDS)]
    file = WordFile()
    definition = file.define(*levels(chance))
    instances = [file.use(definition)]
    if kind in {"overrides", "tracked"}:
        start = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{chance.choice([1, 4])}"/></w:lvlOverride>'
        instances += [file.use(definition, start), file.use(definition), file.use(file.define(*levels(chance)))]
    if kind == "styles":
        for place in range(3):
            style = file.document.styles.add_style(f"Clause {place}", 1)
            file.number_style(style, instances[0], place)
    number, level = instances[0], 0
    for place in range(60 if kind == "long" else 30):
        level = chance.randint(0, 2) if kind == "jumps" else max(0, min(2, level + chance.choice((-1, 0, 0, 1))))
        level = 0 if kind == "long" and chance.random() < 0.9 else level
        number = chance.choice(instances) if chance.random() < 0.15 else number
        words = f"para {place}"
        if kind == "styles":
            file.say(words, 0 if chance.random() < 0.1 else None, style=f"Clause {level}")
            continue
        paragraph = file.say(words, number if chance.random() < 0.85 else None, level)
        if kind == "tracked" and chance.random() < 0.4:
            file.change(paragraph, chance.choice(("ins", "del")), " and more")
    return file


@pytest.mark.soak
def test_numbers_are_those_that_libreoffice_prints(office: str, tmp_path: Path) -> None:
    """Thirty documents with levels, letters, numerals, styles, overrides and tracked changes: every number is equal."""
    files = {tmp_path / f"{seed}.docx": document(seed) for seed in range(30)}
    for path, file in files.items():
        path.write_bytes(file.data())
    subprocess.run(
        [
            *(office, "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"),
            *("--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), *map(str, files)),
        ],
        check=True,
        capture_output=True,
        timeout=300,
    )
    for path, file in files.items():
        printed = path.with_suffix(".txt").read_text("utf-8-sig")
        theirs = {words: number for number, words in re.findall(r"^\s*(.*?)\s*(para \d+)\b", printed, re.MULTILINE)}
        ours = {}
        for block in word_document(file.data()).blocks:
            found = re.match(r"(.*?)\s*(para \d+)\b", block.text)
            assert found is not None
            ours[found[2]] = block.printed or found[1]
        assert len(theirs) >= 30
        assert ours == theirs, path.name
