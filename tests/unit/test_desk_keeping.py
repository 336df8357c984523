"""What the desk keeps: sessions and tokens, chats, limits, sentences for the next page, second factors."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from adapters.desk import limits, sessions
from adapters.desk.flashes import Flashes
from adapters.desk.limits import Limit, Limits
from adapters.desk.second_factor import Factor, new_factor
from adapters.desk.transcripts import PEOPLE_AT_MOST, TURNS_AT_MOST, Transcripts, Turn
from bot.messages import Card, Text, Typed
from tests.fakes import MONDAY, FakeClock


def test_tokens_are_long_random_and_known_by_their_shape() -> None:
    """Two are never the same; what was not made here is not even looked up."""
    made = {sessions.new_token(MONDAY) for _ in range(100)}
    assert len(made) == 100
    assert all(sessions.well_formed(token) for token in made)
    for other in ("", ".", "x." + "a" * 43, "6b.", "6b." + "a" * 42, "6b" * 40 + "." + "a" * 43, "6b." + "a" * 65):
        assert not sessions.well_formed(other)


def test_each_use_of_a_secret_has_a_hash_of_its_own() -> None:
    """A link cannot be used as a session, nor a session as one with a code given."""
    uses = (sessions.SESSION, sessions.STRONG, sessions.SIGN_IN)
    assert len({sessions.digest(use, "secret") for use in uses}) == 3
    assert sessions.csrf_fits("a", sessions.csrf_of("a"))
    assert not sessions.csrf_fits("a", sessions.csrf_of("b"))
    assert not sessions.csrf_fits("a", "é")


def test_limits_count_by_name_and_let_go_with_time() -> None:
    """The fourth of three is refused; others are not touched; after the time it goes on; a refusal does not count."""
    clock = FakeClock()
    counted, three = Limits(clock), Limit(3, 60)
    assert [counted.allow(three, "a") for _ in range(4)] == [True, True, True, False]
    assert counted.allow(three, "b")
    clock.move(seconds=59)
    assert not counted.allow(three, "a")
    clock.move(seconds=2)
    assert counted.allow(three, "a")


def test_limits_do_not_grow_without_end() -> None:
    """Somebody who comes under ever new names does not fill the memory."""
    counted = Limits(FakeClock())
    for i in range(limits.KEPT_AT_MOST + 10):
        counted.allow(limits.CODES, str(i))
    assert len(counted._tries) == limits.KEPT_AT_MOST


def test_a_chat_is_short_and_forgotten_soon() -> None:
    """Only the last turns are kept, only for some hours, and only for so many people."""
    chats = Transcripts()
    for i in range(TURNS_AT_MOST + 5):
        chats.add("p", Turn(MONDAY, typed=Typed(str(i))))
    turns = chats.of("p", MONDAY)
    assert len(turns) == TURNS_AT_MOST
    assert turns[-1].typed == Typed(str(TURNS_AT_MOST + 4))
    assert chats.of("p", MONDAY + dt.timedelta(hours=5)) == ()
    assert chats.of("p", MONDAY) == ()
    for i in range(PEOPLE_AT_MOST + 1):
        chats.add(f"p{i}", Turn(MONDAY, typed=Typed("x")))
    assert chats.of("p0", MONDAY) == ()
    assert chats.of("p1", MONDAY)


def test_a_card_is_replaced_where_its_key_stands() -> None:
    """The latest card of the same key gives way; without one, or without a key, nothing changes."""
    chats = Transcripts()
    old, new = Card("old", (Text("old"),), "k"), Card("new", (Text("new"),), "k")
    assert not chats.replace("p", new)
    for card in (old, Card("no key", ()), old):
        chats.add("p", Turn(MONDAY, card=card))
    assert chats.replace("p", new)
    assert [turn.card.summary for turn in chats.of("p", MONDAY) if turn.card] == ["old", "no key", "new"]
    assert not chats.replace("p", Card("no key either", ()))


def test_a_sentence_for_the_next_page_is_shown_once() -> None:
    """It is taken by the session that it is for, and then it is gone."""
    flashes, card = Flashes(), Card("x", ())
    flashes.put("a", [card])
    assert flashes.take("b") == []
    assert flashes.take("a") == [card]
    assert flashes.take("a") == []


def test_codes_are_those_of_the_standard() -> None:
    """The test values of RFC 6238, appendix B, cut to six digits."""
    factor = Factor(b"12345678901234567890")
    for seconds, code in ((59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")):
        assert factor.step_of(code, dt.datetime.fromtimestamp(seconds, dt.UTC)) == seconds // 30


@pytest.mark.parametrize(("drift", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_clocks_may_be_half_a_minute_wrong(drift: int, taken: bool) -> None:
    """The code of the step before and of the step after are taken, others are not."""
    factor = new_factor()
    step = int(MONDAY.timestamp()) // 30 + drift
    code = TOTP(factor.secret, 6, SHA1(), 30).generate(step * 30).decode()  # noqa: S303 - as apps do
    assert (factor.step_of(code, MONDAY) == step) is taken


def test_a_code_is_good_once_and_its_secret_is_not_shown_by_accident() -> None:
    """A step that was used, and every step before it, is over; the secret stands in no repr."""
    factor = new_factor()
    step = int(MONDAY.timestamp()) // 30
    code = TOTP(factor.secret, 6, SHA1(), 30).generate(step * 30).decode()  # noqa: S303 - as apps do
    assert Factor(factor.secret, step).step_of(code, MONDAY) is None
    assert base64.b32encode(factor.secret).decode() not in repr(factor)
    assert factor.typed.replace(" ", "") == base64.b32encode(factor.secret).decode()
    assert factor.address("Ruth Abara").startswith("otpauth://totp/Can%20I%3F:Ruth%20Abara?secret=")
