"""What "may I?" and "must I?" are answered of duties to keep, and of deeds that are only ever to be left."""

import msgspec

from knowledge.model import Kind, Verdict
from knowledge.reading import Reading
from knowledge.verdicts import verdict_on

ASKED = Reading("?", (("protect_password", 0.9),))


def answer(status: str, act: str, kind: Kind) -> Verdict:
    return verdict_on(status, msgspec.structs.replace(ASKED, kind=kind), act)


def test_nobody_asks_leave_to_keep_a_password() -> None:
    """The words "may I" about a password ask to give it away, so a duty to keep it is a no, and no yes."""
    assert answer("required", "protect_password", "may") == "prohibited"
    assert answer("required", "protect_password", "must") == "required"


def test_nobody_asks_whether_they_have_to_do_what_is_barred() -> None:
    """The words "do I have to" about one's phone ask whether it must be put away: where having it is barred, yes."""
    assert answer("prohibited", "phone_with_pupils", "must") == "required"
    assert answer("prohibited", "phone_with_pupils", "may") == "prohibited"
