"""What every test may ask for: the checkout, databases, a browser; and the rule that in CI nothing is skipped."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Generator, Iterator
from pathlib import Path

import hypothesis
import pytest

pytest_plugins = ["pytester"]

ROOT = Path(__file__).parent.parent
POSTGRES = os.environ.get("CAN_I_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
NO_POSTGRES = (
    "needs a PostgreSQL server at 127.0.0.1:5432 that trusts the user postgres, or CAN_I_TEST_POSTGRES=postgresql://… "
    "(Debian: apt install postgresql)"
)
NO_BROWSER = "needs Chromium (Debian: apt install chromium), or CAN_I_TEST_CHROMIUM=/path/to/it"
NO_NODE = "needs Node.js 20 or later and npm (Debian: apt install nodejs npm)"
NOTHING_SKIPPED = "CAN_I_CI is set, so nothing may be skipped: "
LONGEST_ID = 60

# How long one example takes says more about what else the machine does than about the code.
hypothesis.settings.register_profile("can-i", deadline=None)
hypothesis.settings.load_profile("can-i")


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a test that is given a long text by the text's beginning and length: 40,000 characters are no name."""
    if not isinstance(val, str) or len(val) <= LONGEST_ID:
        return None
    return f"{val[:20].encode('unicode_escape').decode()}... of {len(val)}"


def _forbid_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure that keeps its reason. An expected failure (xfail) stays what it is."""
    if os.environ.get("CAN_I_CI") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = NOTHING_SKIPPED + reason


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail what is skipped, in CI."""
    report = yield
    _forbid_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Fail a module that skips itself, in CI."""
    report = yield
    _forbid_skip(report)
    return report


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """The address of a PostgreSQL server (psycopg form) where databases may be made; skipped by name without one."""
    psycopg = pytest.importorskip("psycopg", reason="needs psycopg: pip install -e '.[postgres]'")
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        pytest.skip(NO_POSTGRES)
    return POSTGRES


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database as an SQLAlchemy address; dropped afterwards."""
    yield from _database(postgres_server)


@pytest.fixture(scope="module")
def module_postgres(postgres_server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database for the tests of one module as an SQLAlchemy address; dropped afterwards."""
    yield from _database(postgres_server)


@pytest.fixture(scope="session")
def kept_postgres(postgres_server: str) -> Iterator[str]:
    """A PostgreSQL database that is up to date and shared by all tests: making one takes a second."""
    import psycopg  # noqa: PLC0415 - an extra: tests that do not ask for PostgreSQL run without it

    from adapters.db.engine import make_engine  # noqa: PLC0415 - only where PostgreSQL is asked for
    from adapters.db.migrate import migrate  # noqa: PLC0415

    for url in _database(postgres_server):
        engine = make_engine(url)
        migrate(engine)
        engine.dispose()
        # What is tested is the death of the bot, not of the server: nobody need wait for the disk.
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{url.rpartition("/")[2]}" SET synchronous_commit = off'.encode())
        yield url


@pytest.fixture
def clean_postgres(kept_postgres: str) -> str:
    """The shared PostgreSQL database without a row in it, and without a connection that an earlier test left."""
    from adapters.db.engine import make_engine  # noqa: PLC0415 - only where PostgreSQL is asked for
    from adapters.db.tables import metadata  # noqa: PLC0415

    engine = make_engine(kept_postgres)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        for table in reversed(metadata.sorted_tables):
            connection.execute(table.delete())
    engine.dispose()
    return kept_postgres


def _database(postgres_server: str) -> Iterator[str]:
    import psycopg  # noqa: PLC0415 - an extra: tests that do not ask for PostgreSQL run without it

    name = f"can_i_test_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    yield postgres_server.replace("postgresql://", "postgresql+psycopg://").rpartition("/")[0] + f"/{name}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A new, empty SQLite database as an SQLAlchemy address."""
    return f"sqlite:///{tmp_path / 'can-i.sqlite3'}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database without a row in it as an SQLAlchemy address, once on each kind; it may be up to date already."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "clean_postgres"))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def empty_database_url(request: pytest.FixtureRequest) -> str:
    """A new, empty database as an SQLAlchemy address, once on each kind."""
    return str(request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url"))


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium that Playwright can drive; skipped by name without one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("CAN_I_TEST_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found is None:
        pytest.skip(NO_BROWSER)
    return found


@pytest.fixture(scope="session")
def node() -> str:
    """The path of ``node``; skipped by name without it or without ``npm``."""
    found = shutil.which("node")
    if found is None or shutil.which("npm") is None:
        pytest.skip(NO_NODE)
    return found
