"""Settings: read from variables and file, refused plainly, secrets never shown and never in the file."""

from pathlib import Path

import pytest

from adapters.settings import Secret, Settings, SettingsError, load, loopback, table


def test_everything_has_a_default_that_runs_on_one_machine(tmp_path: Path) -> None:
    """With nothing set: SQLite and the master key under var/, loopback only, no demo."""
    settings = load({}, tmp_path)
    assert settings.database == f"sqlite:///{tmp_path / 'var' / 'can-i.sqlite3'}"
    assert settings.master_key_path == tmp_path / "var" / "master.key"
    assert (settings.host, settings.port, settings.demo) == ("127.0.0.1", 3978, False)
    assert settings.address == "http://127.0.0.1:3978"


def test_a_variable_beats_the_file(tmp_path: Path) -> None:
    """The file sets, a variable sets otherwise, the variable stands; what only the file sets stays."""
    (tmp_path / "can-i.toml").write_text('port = 4000\nlog_level = "debug"\n')
    settings = load({"CAN_I_PORT": "4001"}, tmp_path)
    assert (settings.port, settings.log_level) == (4001, "debug")


def test_paths_stand_against_the_folder_of_the_file(tmp_path: Path) -> None:
    """CAN_I_SETTINGS names a file elsewhere: var and key file lie beside it, wherever the process was started."""
    home = tmp_path / "etc"
    home.mkdir()
    (home / "school.toml").write_text('var = "data"\nmaster_key_file = "keys/master"\n')
    settings = load({"CAN_I_SETTINGS": str(home / "school.toml")}, tmp_path)
    assert settings.var == home / "data"
    assert settings.master_key_path == home / "keys" / "master"


def test_a_list_comes_from_a_variable_by_commas_and_from_the_file_as_a_list(tmp_path: Path) -> None:
    """Both ways give the same tenants."""
    by_variable = load({"CAN_I_TEAMS_ALLOWED_TENANTS": "one, two,"}, tmp_path)
    (tmp_path / "can-i.toml").write_text('teams_allowed_tenants = ["one", "two"]\n')
    assert by_variable.teams_allowed_tenants == load({}, tmp_path).teams_allowed_tenants == ("one", "two")


@pytest.mark.parametrize(
    ("environ", "written", "says"),
    [
        ({"CAN_I_PROT": "1"}, "", "Did you mean CAN_I_PORT?"),
        ({}, "prot = 1", "Did you mean port?"),
        ({"CAN_I_COLOUR_OF_DOOR": "red"}, "", "docs/settings.md lists them all"),
        ({"CAN_I_PORT": "70000"}, "", "CAN_I_PORT must be a whole number from 1 to 65535"),
        ({}, 'port = "3978"', "port in can-i.toml must be a whole number"),
        ({"CAN_I_DEMO": "maybe"}, "", "CAN_I_DEMO must be true or false"),
        ({"CAN_I_LOG_LEVEL": "loud"}, "", "must be one of debug, error, info, warning"),
        ({}, "port = = 1", "can-i.toml is not valid TOML"),
        ({"CAN_I_SETTINGS": "/no/such/file.toml"}, "", "there is no such file"),
        ({"CAN_I_HOST": "0.0.0.0", "CAN_I_DEMO": "true"}, "", "host must be 127.0.0.1"),
        ({"CAN_I_HOST": "::", "CAN_I_TEAMS_LOOPBACK_TEST": "true"}, "", "unsigned messages"),
        ({"CAN_I_MAIL_HOST": "mail.school.example", "CAN_I_MAIL_TLS": "none"}, "", "in the clear"),
        ({"CAN_I_PUBLIC_URL": "can-i.school.example"}, "", "public_url must be a whole address"),
        ({"CAN_I_DATABASE_URL": "postgres"}, "", "database_url must be a whole address"),
        ({"CAN_I_DATABASE_PASSWORD": "x"}, "", "names no user"),
        ({}, 'database_url = "postgresql+psycopg://u:hush@h/d"', "holds a password"),
        ({"CAN_I_SLACK_BOT_TOKEN_FILE": "/no/such/file"}, "", "cannot be read as text"),
        ({"CAN_I_MAIL_PASSWORD": "a", "CAN_I_MAIL_PASSWORD_FILE": "b"}, "", "given twice"),
    ],
)
def test_a_bad_setting_is_one_plain_sentence(tmp_path: Path, environ: dict[str, str], written: str, says: str) -> None:
    """Each fault is named with the setting, what is wrong and what is right, in one line."""
    if written:
        (tmp_path / "can-i.toml").write_text(written)
    with pytest.raises(SettingsError, match=says.replace("?", r"\?")) as raised:
        load(environ, tmp_path)
    assert "\n" not in str(raised.value)
    assert "hush" not in str(raised.value)


@pytest.mark.parametrize("name", [row.name for row in table() if row.secret])
def test_a_secret_in_the_settings_file_is_refused(tmp_path: Path, name: str) -> None:
    """A secret written into can-i.toml stops the start, and the message does not repeat it."""
    (tmp_path / "can-i.toml").write_text(f'{name} = "canary-secret"\n')
    with pytest.raises(SettingsError) as raised:
        load({}, tmp_path)
    assert f"CAN_I_{name.upper()}" in str(raised.value)
    assert "canary-secret" not in str(raised.value)


@pytest.mark.parametrize("name", [row.name for row in table() if row.secret and row.name != "master_key"])
def test_a_secret_can_come_from_a_file_of_its_own(tmp_path: Path, name: str) -> None:
    """``<name>_file`` works from the settings file and from the environment; its last newline does not count."""
    (tmp_path / "secret").write_text("canary-secret\n")
    extra = {"CAN_I_DATABASE_URL": "postgresql+psycopg://u@h/d"}
    by_variable = load({f"CAN_I_{name.upper()}_FILE": "secret"} | extra, tmp_path)
    (tmp_path / "can-i.toml").write_text(f'{name}_file = "secret"\n')
    by_file = load(extra, tmp_path)
    assert getattr(by_variable, name).reveal() == getattr(by_file, name).reveal() == "canary-secret"


def test_an_empty_secret_file_is_refused(tmp_path: Path) -> None:
    """A file that was forgotten to be filled is named; it does not count as "not set"."""
    (tmp_path / "secret").write_text(" \n")
    with pytest.raises(SettingsError, match="which is empty"):
        load({"CAN_I_MAIL_PASSWORD_FILE": "secret"}, tmp_path)


def test_settings_never_print_a_secret() -> None:
    """Neither repr, str nor an f-string of settings or of a secret holds it."""
    settings = Settings(mail_password=Secret("canary-secret"), database_password=Secret("canary-secret"))
    assert "canary-secret" not in f"{settings!r} {settings} {settings.mail_password!r} {settings.mail_password}"
    assert bool(settings.mail_password)
    assert not Settings().mail_password


def test_the_database_password_is_put_in_its_place() -> None:
    """A password with signs that mean something in an address arrives whole."""
    settings = Settings(database_url="postgresql+psycopg://u@h:5432/d", database_password=Secret("p@s/s:w"))
    assert settings.database == "postgresql+psycopg://u:p%40s%2Fs%3Aw@h:5432/d"


def test_variables_of_the_tests_are_no_settings(tmp_path: Path) -> None:
    """CAN_I_CI and CAN_I_TEST_… do not stop a start."""
    assert load({"CAN_I_CI": "1", "CAN_I_TEST_POSTGRES": "x"}, tmp_path).port == 3978


@pytest.mark.parametrize(
    ("host", "is_loopback"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("::", False),
        ("localhost.example", False),
    ],
)
def test_only_this_machine_counts_as_loopback(host: str, is_loopback: bool) -> None:
    """Names and addresses that others could reach are not loopback."""
    assert loopback(host) is is_loopback
