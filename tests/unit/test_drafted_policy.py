from knowledge.importing import drafting
from knowledge.importing.model import ImportedClause, ImportedPolicy
from knowledge.judgement import judge
from knowledge.pack import REPORT_KINDS
from knowledge.reader import installed
from knowledge.ruling import Rulebook


def clause(text: str, number: str = "1", section: str = "Rules") -> ImportedClause:
    return ImportedClause(number, section, text)


def policy(*clauses: ImportedClause) -> ImportedPolicy:
    return ImportedPolicy("Online conduct at Elm Lane", clauses)


def test_the_engine_answers_from_a_draft() -> None:
    """A draft made a policy is ruled on like any other, and cites the clause."""
    imported = policy(clause("Staff must not accept friend requests from pupils.", number="3.4"))
    drafts = drafting.as_policy(imported, drafting.draft(imported), "elm-lane")
    judgement = judge(installed().read("a pupil wants to be my friend on facebook, can I accept?"), Rulebook(drafts))
    assert (judgement.verdict, judgement.ruling.clauses[0]) == ("prohibited", "3.4")


def test_routes_are_drafted_from_clauses_and_filled_up() -> None:
    """Where the policy says who is told, the route rests on that clause; every other kind has the general rule."""
    imported = policy(
        clause("Any breach of this policy must be reported to the deputy headteacher immediately.", number="7.1"),
        clause("A breach by the headteacher must be reported to the chair of governors.", number="7.2"),
    )
    head = drafting.as_policy(imported, drafting.draft(imported), "elm-lane").head
    routes = {(route.kind, route.about): route for route in head.routes}
    assert set(routes) == {(kind, about) for kind in REPORT_KINDS for about in ("anyone", "headteacher", "chair")}
    assert (routes["breach", "anyone"].to, routes["breach", "anyone"].clauses) == (("deputy",), ("7.1",))
    assert (routes["breach", "headteacher"].to, routes["breach", "headteacher"].clauses) == (("chair",), ("7.2",))
    assert routes["other", "chair"].to == ("vice_chair", "local_authority")


def test_people_called_by_name_are_found_by_their_post() -> None:
    """Where the policy says who Ms Lake is, "tell Ms Lake" is a route to the headteacher."""
    imported = policy(
        clause("Ms Lake, our headteacher, is in charge of this policy.", number="1"),
        clause("If somebody is abusive about you online, tell Ms Lake the same day.", number="2"),
        clause("If it is about Ms Lake, speak to the chair of governors.", number="3"),
    )
    head = drafting.as_policy(imported, drafting.draft(imported), "elm-lane").head
    (route,) = [route for route in head.routes if (route.kind, route.about) == ("cyberbullying", "anyone")]
    assert (route.to, route.clauses, route.within) == (("headteacher",), ("2",), "same day")


def test_what_staff_sign_and_how_often_is_drafted() -> None:
    """The period, the statements and where the declaration goes are those of the policy."""
    imported = policy(
        clause("Every two years all staff confirm that they have read this policy.", number="1"),
        clause("I have read the policy;", number="2", section="Declaration"),
        clause("I will keep to it.", number="3", section="Declaration"),
        clause(
            "Sign this declaration before a witness and return it to the school office.",
            number="4",
            section="Declaration",
        ),
    )
    head = drafting.as_policy(imported, drafting.draft(imported), "elm-lane").head
    assert (head.rereading.every_months, head.rereading.clauses) == (24, ("1",))
    assert head.declaration.statements == ("I have read the policy", "I will keep to it.")
    assert (head.declaration.witness, head.declaration.return_to) == (True, "office")
