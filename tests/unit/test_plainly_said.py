"""What is said in so many words is taken as said: who gave leave, that nobody was asked, that leave is asked for."""

import msgspec
import pytest

from knowledge import pack, reader
from knowledge.approving import approvers
from knowledge.judgement import judge
from knowledge.ruling import Rulebook


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("The deputy has said yes, so can I open it?", {"deputy"}),
        ("head's away but the deputy head okayed it", {"deputy"}),
        ("my head of year says I can", {"line_manager"}),
        ("Headteacher has signed off the wording", {"headteacher"}),
        ("it was approved by the head and the deputy's happy too", {"headteacher", "deputy"}),
        ("is the head of year allowed on Facebook", set()),
        ("can I say that my head hurts", set()),
    ],
)
def test_who_gave_leave_is_read_from_the_words(text: str, roles: set[str]) -> None:
    """A role within the name of another ("head" in "head of year") is not taken for it."""
    assert approvers(text) == roles


@pytest.mark.parametrize("said", ["I haven't asked her", "not asked him yet", "without asking the band"])
def test_that_nobody_was_asked_is_leave_denied(said: str) -> None:
    """Naming the owner does not make up for not asking."""
    reading = reader.installed().read(f"can I use her drawing on my blog if I say who drew it? {said}")
    assert "permission" in reading.unmet
    assert "permission" not in reading.met


@pytest.mark.parametrize(
    "text",
    [
        "I've a lovely clip of the choir. Where do I stand putting it on YouTube?",
        "How bad is it to put my class's sports day on TikTok?",
        "A pupil sent me a friend request on Facebook. Shall I accept?",
    ],
)
def test_what_asks_for_leave_plainly_is_no_question_for_a_fact_and_no_incident(text: str) -> None:
    """The phrases of ``facets.toml`` settle it."""
    assert reader.installed().read(text).kind == "may"


def test_what_has_happened_stays_an_incident_where_somebody_asks_whether_it_is_all_right() -> None:
    """To ask "is that ok" of what another has done is not to ask for leave."""
    reading = reader.installed().read(
        "A parent has posted lies about me on the Facebook group and people are threatening me. Is that ok?"
    )
    assert reading.kind == "incident"


def test_a_device_that_is_named_is_read_where_the_rest_leaves_it_open() -> None:
    """The words for one's own and for the school's devices are data."""
    assert reader.installed().read(
        "I was wondering about recipes and cats of an evening, home computer. Any rule?"
    ).device == ("own",)


@pytest.mark.parametrize("text", ["Fully registered and trained, so am I good to go with tweeting for the school?"])
def test_what_asks_for_leave_plainly_is_no_question_for_a_duty(text: str) -> None:
    """Whoever has done the duties asks whether that is all."""
    assert reader.installed().read(text).kind == "may"


def test_a_parent_who_gets_in_touch_is_a_parent_whosever_they_are() -> None:
    """The child is only named to say whose parent it is."""
    assert reader.installed().read("I teach a lad in Year 4, his mum just added me on Facebook. Accept?").person == (
        "parent",
    )


def test_one_question_for_a_fact_tells_of_nothing_that_has_happened() -> None:
    """Who, what, when: nothing to report."""
    assert reader.installed().read("Who has the login of the school's page now that Beth is on leave?").kind == "info"


def test_words_that_settle_an_act_settle_it_where_the_policy_rules_on_it() -> None:
    """Leaving somebody out of a group is ruled on as that; a policy without such a rule is asked about the group."""
    text = "our team want a whatsapp of our own without Sharon in it, she goes on a bit. fine?"
    reading = reader.installed().read(text)
    ruling = {
        name: judge(reading, Rulebook(pack.load_installed(name))).ruling for name in ("learning-alliance", "stockham")
    }
    assert (ruling["learning-alliance"].verdict, ruling["learning-alliance"].act) == ("prohibited", "exclude_somebody")
    assert ruling["stockham"].act != "exclude_somebody"


def test_a_colleague_is_one_where_nobody_of_the_families_is_named() -> None:
    """Who works here is no pupil; who is added by somebody who works here may be."""
    read = reader.installed().read
    assert read("the new TA has sent me a friend request, shall I say yes?").person == ("colleague",)
    assert read("the new TA has added a Year 5 girl on Snapchat, may she?").person != ("colleague",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("I'm on the approved users list, can I put up a line about the fair?", True),
        ("I'm not on the approved users list yet, can I put up a line about the fair?", False),
    ],
)
def test_that_somebody_is_registered_is_read_from_the_words(text: str, said: bool) -> None:
    """Unless they say that they are not."""
    assert ("registered" in reader.installed().read(text).met) is said


def test_whoever_says_how_the_school_knows_them_grown_up_is_asked_nothing_more() -> None:
    """A former pupil of long ago is an adult."""
    assert reader.installed().read("A lass I taught twenty years ago wants to connect on Facebook. Do I?").person == (
        "former_pupil_adult",
    )


def test_the_schools_account_as_part_of_the_job_is_about_posting_for_it() -> None:
    """Whoever looks after it for the school asks when they may, not who clears it."""
    text = "Running the school's Instagram is in my job description. It's ten in the morning, can I be on it?"
    assert judge(reader.installed().read(text), Rulebook(pack.load_installed("beaumont"))).verdict == "permitted"


def test_leave_is_not_taken_as_given_where_nothing_in_the_words_gives_it() -> None:
    """To ask whether one can go ahead is to ask for it."""
    assert (
        "approval" not in reader.installed().read("A TikTok for the allotment club! Can I go ahead and set one up?").met
    )


def test_a_yes_is_doubted_where_somebody_was_not_asked() -> None:
    """The headteacher's yes to a post does not make up for not asking whom it is about."""
    text = (
        "Our cook is getting married. Head is fine with a post on the school page, her name in it. I haven't asked her."
    )
    assert judge(reader.installed().read(text), Rulebook(pack.load_installed("longmans-hill"))).verdict != "permitted"


def test_whether_it_is_wanted_of_one_is_a_question_for_a_duty() -> None:
    """The phrases of ``facets.toml`` settle it."""
    assert reader.installed().read("Look my own name up on Google? Do they expect me to do that?").kind == "must"


def test_an_emergency_in_the_family_is_about_ones_phone_at_work_not_about_pupils_families() -> None:
    """Whose mother is in hospital may keep the phone at hand where the policy makes an exception for it."""
    text = "My mum's just been rushed to hospital. Can I have WhatsApp open on my phone while I teach?"
    judgement = judge(reader.installed().read(text), Rulebook(pack.load_installed("learning-alliance")))
    assert (judgement.verdict, judgement.ruling.act) == ("permitted", "use_at_work")


@pytest.mark.parametrize(
    "text",
    [
        "The head approved our page back in March. Is my bit on the spelling bee all right to go up?",
        "The class Instagram has the head's blessing and is up and running. Am I free to write whatever I want there?",
    ],
)
def test_leave_for_the_account_is_no_leave_for_what_goes_on_it(text: str) -> None:
    """What was approved long ago is not what is to be posted now."""
    assert judge(reader.installed().read(text), Rulebook(pack.load_installed("longmans-hill"))).verdict != "permitted"


def test_the_owners_leave_is_not_taken_as_given_where_nobody_gave_it() -> None:
    """To say whose words they are is not to be allowed to use them."""
    said = reader.installed().read(
        "Our school site: a verse by a poet from the town, with the name under it. Up it goes?"
    )
    assert "permission" not in said.met


def test_what_is_obligatory_is_a_question_for_a_duty() -> None:
    """Whoever asks whether it is obligatory asks no leave."""
    assert reader.installed().read("Is it obligatory to refuse a pupil who wants to follow me?").kind == "must"


@pytest.mark.parametrize(
    "text", ["can I friend a pupil?", "is it ok to friend a former pupil", "Friend an ex pupil?", "friend a pupil ok?"]
)
def test_to_friend_somebody_is_no_other_matter(text: str) -> None:
    """A verb with nothing else about it is still about social media; a friend who is only named is not."""
    found = {
        name: judge(reader.installed().read(text), Rulebook(pack.load_installed(name))) for name in pack.installed()
    }
    assert {judgement.ruling.act for judgement in found.values()} == {"befriend"}
    assert found["stockham"].verdict in {"prohibited", "conditional"}
    named = reader.installed().read("can my friend the caretaker help me move house")
    assert judge(named, Rulebook(pack.load_installed("stockham"))).verdict == "off_topic"


def test_what_is_hardly_another_matter_gains_nothing_by_it() -> None:
    """A question that is likeliest about the policy is not turned away for a small chance that it is not."""
    reading = reader.installed().read("I want to be connected to a colleague")
    acts = (("befriend", 0.5), ("message", 0.1), ("off_topic", 0.04))
    rulebook = Rulebook(pack.load_installed("stockham"))
    assert judge(msgspec.structs.replace(reading, acts=acts), rulebook).verdict != "off_topic"
