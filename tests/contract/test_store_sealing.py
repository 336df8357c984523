"""Sealing: what is sealed opens only whole, in its place, under a key that is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.sealing import AesSealer, MasterKeys, master_keys_in
from bot.ports import MasterKeyError, SealBroken

SEALER = AesSealer((b"1" * 32,))


@given(st.text(), st.text(min_size=1))
def test_what_is_sealed_opens_in_its_place_only(plain: str, place: str) -> None:
    """Any text comes back; at another place it does not open; the same text never looks the same twice."""
    plain = plain.encode("utf-8", "replace").decode()
    place = place.encode("utf-8", "replace").decode()
    key = SEALER.new_key()
    sealed = SEALER.seal(key, plain, place)
    assert SEALER.open(key, sealed, place) == plain
    assert SEALER.seal(key, plain, place) != sealed
    with pytest.raises(SealBroken):
        SEALER.open(key, sealed, place + "x")


@pytest.mark.parametrize("at", range(0, 60, 7))
def test_a_changed_byte_breaks_the_seal(at: int) -> None:
    """Of text and of wrapped key alike."""
    key = SEALER.new_key()
    sealed = bytearray(SEALER.seal(key, "text" * 10, "place"))
    sealed[at] ^= 1
    with pytest.raises(SealBroken):
        SEALER.open(key, bytes(sealed), "place")
    changed = bytearray(key)
    changed[at] ^= 1
    with pytest.raises(SealBroken):
        SEALER.open(bytes(changed), SEALER.seal(key, "text", "place"), "place")


def test_another_master_key_opens_nothing_and_shows_nothing() -> None:
    """Without the right master key there is no text, and no error or repr that holds one."""
    key = SEALER.new_key()
    other = AesSealer((b"2" * 32,))
    with pytest.raises(SealBroken) as broken:
        other.open(key, SEALER.seal(key, "CANARY", "p"), "p")
    assert "CANARY" not in repr(broken.value)
    assert "1111" not in repr(SEALER)


def keys_in(path: Path, *, sealed: bool = True, given: str = "") -> MasterKeys:
    """Return the master keys of a file; ``sealed`` where something was sealed with them."""
    return MasterKeys(given, path, lambda: sealed)


def test_the_key_file_is_made_once_and_private(tmp_path: Path) -> None:
    """Made at first start with mode 0600, read again later, refused when others may read it or when it is gone."""
    path = tmp_path / "var" / "master.key"
    key = keys_in(path, sealed=False).sealer().new_key()
    assert path.stat().st_mode & 0o777 == 0o600
    assert [p.name for p in path.parent.iterdir()] == ["master.key"]
    again = keys_in(path, sealed=False).sealer()
    assert again.open(key, again.seal(key, "x", "p"), "p") == "x"
    path.chmod(0o640)
    with pytest.raises(MasterKeyError, match="chmod 600"):
        keys_in(path, sealed=False).sealer()
    path.unlink()
    with pytest.raises(MasterKeyError, match="missing"):
        keys_in(path).sealer()
    assert not path.exists()


@pytest.mark.parametrize("text", ["", "abc", "00" * 31, "zz" * 32, "!" * 44])
def test_a_damaged_key_is_refused_without_showing_it(text: str) -> None:
    """The message says what a key looks like, not what was there."""
    with pytest.raises(MasterKeyError) as wrong:
        master_keys_in(text)
    assert not text or text not in str(wrong.value)


def test_a_changed_key_keeps_what_was_sealed(tmp_path: Path) -> None:
    """After a change old text opens, its key can be wrapped anew, and then the old master key can go."""
    path = tmp_path / "master.key"
    old = keys_in(path, sealed=False).sealer()
    key = old.new_key()
    sealed = old.seal(key, "x", "p")
    keys_in(path).put_first()
    assert path.stat().st_mode & 0o777 == 0o600
    both = keys_in(path).sealer()
    assert both.open(key, sealed, "p") == "x"
    wrapped_anew = both.rewrap(key)
    assert both.rewrap(wrapped_anew) == wrapped_anew
    keys_in(path).drop_earlier()
    newest = keys_in(path).sealer()
    assert newest.open(wrapped_anew, sealed, "p") == "x"
    with pytest.raises(SealBroken):
        newest.open(key, sealed, "p")


def test_a_bot_that_is_running_takes_up_a_changed_key(tmp_path: Path) -> None:
    """What was wrapped by a key that came later opens; what is new is wrapped by that key; a lost file is borne."""
    path = tmp_path / "master.key"
    running = keys_in(path, sealed=False).sealer()
    key = running.new_key()
    sealed = running.seal(key, "x", "p")
    keys_in(path).put_first()
    other = keys_in(path).sealer()
    assert running.open(other.rewrap(key), sealed, "p") == "x"
    fresh = running.new_key()
    assert other.rewrap(fresh) == fresh
    path.rename(tmp_path / "away")
    assert other.rewrap(running.new_key())


def test_a_key_given_in_the_environment_is_changed_there(tmp_path: Path) -> None:
    """With one key the way is told; with a fresh one before it things are wrapped anew; no file is made."""
    path = tmp_path / "master.key"
    one, other = "11" * 32, "22" * 32
    with pytest.raises(MasterKeyError, match="put a fresh one before it") as told:
        keys_in(path, given=one).put_first()
    assert one not in str(told.value)
    key = keys_in(path, given=one).sealer().new_key()
    both = keys_in(path, given=f"{other} {one}")
    both.put_first()
    assert both.sealer().rewrap(key) != key
    with pytest.raises(MasterKeyError, match="take the earlier ones out"):
        both.drop_earlier()
    assert list(tmp_path.iterdir()) == []


def test_two_first_starts_at_once_share_one_key(tmp_path: Path) -> None:
    """Sixteen processes that start together end up with the same key."""
    path = tmp_path / "master.key"
    children = []
    for _ in range(16):
        child = os.fork()
        if child == 0:
            try:
                keys_in(path, sealed=False).sealer()
                os._exit(0)
            finally:
                os._exit(1)
        children.append(child)
    assert [os.waitpid(child, 0)[1] for child in children] == [0] * 16
    assert len(path.read_text().split()) == 1
