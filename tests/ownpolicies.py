"""A short policy of our own as a school's file, a press that drafts it by a list of words, and how it is adopted."""

from __future__ import annotations

from bot import own_pack
from bot.answering import Answering
from bot.ask_talk import AskTalk
from bot.conversation import Conversation
from bot.own_desk import OwnDesk
from bot.own_import import NotTaken, Pressed, Progress, TakenIn
from knowledge import pack, reader
from knowledge.importing.heads import head_of
from knowledge.importing.model import DraftedClause, DraftedNorm, ImportedClause, ImportedPolicy
from knowledge.model import Norm
from tests.fakes import World

TEXT = """Pages and Posts

# Contact
1.1 Staff must not add pupils as friends on their own accounts.
1.2 Staff should not accept friend requests from parents.
1.3 Staff may follow the school's own page.

# Posting
2.1 Staff must not post photos of pupils on their own accounts.
2.2 Staff may post photos of pupils on the school's account where the headteacher has approved it.
2.3 Nobody writes about confidential matters online.
2.4 Staff may run a chat group of staff if it is kind.

# Duties
3.1 A breach of these rules is reported to the headteacher.
3.2 These rules are looked at every year.
"""
CONDUCT = """Code of Conduct

# Friends
1.1 Nobody adds pupils anywhere, ever.
1.2 Staff keep the staff room's kettle clean.
2.1 The school's own page is not followed by staff.
"""
"""A second policy, which differs from the first about following the school's page."""
RULES: dict[str, tuple[Norm, float]] = {
    "must not add pupils": (Norm("prohibited", ("befriend",), "You must not add pupils.", person=("pupil",)), 0.95),
    "friend requests": (
        Norm("discouraged", ("accept_request",), "You should not accept parents' requests.", person=("parent",)),
        0.9,
    ),
    "adds pupils": (Norm("prohibited", ("befriend",), "Add no pupils anywhere.", person=("pupil",)), 0.95),
    "not followed": (Norm("prohibited", ("follow",), "Do not follow the school's page.", person=("school",)), 0.95),
    "follow the school": (Norm("permitted", ("follow",), "You may follow the school's page.", person=("school",)), 0.9),
    "must not post photos": (
        Norm("prohibited", ("post_photo",), "You must not post photos of pupils.", ("pupil",), capacity=("personal",)),
        0.92,
    ),
    "where the headteacher": (
        Norm(
            "permitted",
            ("post_photo",),
            "You may post them for the school once it is approved.",
            ("pupil",),
            capacity=("official",),
            conditions=("approval",),
            approver=("headteacher",),
        ),
        0.85,
    ),
    "confidential": (Norm("prohibited", ("disclose_confidential",), "You must not write about them."), 0.6),
    "chat group": (Norm("permitted", ("run_staff_group",), "You may run a kind chat group of staff."), 0.5),
}
"""What is drafted of a clause that holds the words, and how sure the press is."""
DOUBT = "The words give no force."


class WordPress:
    """A press for a text of lines: ``# section``, or a number and words. What begins with ``%`` is refused.

    A pack (.toml) is read as the bot at work reads it.
    """

    def press(self, data: bytes, name: str, policy: str, progress: Progress | None) -> Pressed:
        if name.endswith(".toml"):
            return own_pack.read(data)
        if data.startswith(b"%"):
            raise NotTaken(f"{name} is locked with a password.")
        if progress:
            progress("Reading the file", 0.5)
        title, *lines = [line for line in data.decode().splitlines() if line.strip()]
        clauses, section = [], ""
        for line in lines:
            number, _, words = line.partition(" ")
            if number == "#":
                section = words
            else:
                clauses.append(ImportedClause(number, section, words, printed=True))
        document = ImportedPolicy(title, tuple(clauses))
        drafted = tuple(map(_drafted, clauses))
        return Pressed(document, drafted, head_of(document, drafted, policy or "draft"))

    def draft(self, document: ImportedPolicy) -> tuple[DraftedClause, ...]:
        return tuple(map(_drafted, document.clauses))


def _drafted(clause: ImportedClause) -> DraftedClause:
    norms = tuple(DraftedNorm(norm, words, sure) for words, (norm, sure) in RULES.items() if words in clause.text)
    doubt = DOUBT if any(norm.confidence < 0.8 for norm in norms) else None
    return DraftedClause(clause, norms, doubt)


def desk_of(world: World) -> OwnDesk:
    """Return everything that is done with own policies, over a world."""
    return OwnDesk(world.store, world.clock, world.bot.rereading, reader.installed(), WordPress())


def answering_desk(world: World) -> OwnDesk:
    """Return the same over a world whose bot answers questions with the real engine."""
    engine = Answering({"stockham": pack.load_installed("stockham")}, reader.installed())
    answers = AskTalk(world.store, world.sealer, world.clock, world.shelf, engine)
    world.bot = Conversation(world.store, world.sealer, world.clock, world.shelf, answers)
    return desk_of(world)


def bring(own: OwnDesk, text: str = TEXT, who: str = "office", name: str = "pages") -> TakenIn:
    """Bring a text as somebody of the demo school."""
    return own.importing.take_in("demo", f"demo-{who}", text.encode(), f"{name}.txt", name)


def accept_all(own: OwnDesk, draft_id: str, *, but: tuple[str, ...] = ()) -> None:
    """Accept every clause but some, as the school office."""
    opened = own.reviewing.open("demo-office", "demo", draft_id)
    numbers = [clause.id for clause in opened.document.clauses]
    places = [place for place, number in enumerate(numbers) if number not in but]
    own.reviewing.accept("demo-office", "demo", draft_id, places)


def adopt(own: OwnDesk, draft_id: str, version: str = "2026", *, material: bool = True) -> None:
    """Sign a draft as headteacher and as chair."""
    for who in ("head", "chair"):
        opened = own.reviewing.open(f"demo-{who}", "demo", draft_id)
        own.sign(f"demo-{who}", opened, version, material=material)
