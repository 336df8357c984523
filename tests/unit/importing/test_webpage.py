from knowledge.importing.files import read_here
from knowledge.importing.model import ImportedPolicy

PAGE = """<!doctype html>
<html><head><title>Trips - Oakfield</title><style>p {color: red}</style></head>
<body>
<nav><a href="/">Home</a></nav>
<main>
<h1>Trips Policy</h1>
<h2>1. Before a trip</h2>
<p>1.1 The leader <b>must</b> fill in the form.</p>
<p>1.2 The form names:</p>
<ul><li>the group,</li><li>the place, that is:<ol type="a"><li>the town;</li><li><p>the house.</p></li></ol></li></ul>
<h2>2. After it</h2>
<p>2.1 Say that you are back.<br>2.2 Bring the first-aid bag back.</p>
<p style="display: none">Draft of May.</p>
<table><tr><th>Who</th><th>Day</th><th>Night</th></tr>
<tr><td>Leader</td><td>yes</td><td>yes</td></tr><tr><td>Helper</td><td>yes</td><td></td></tr></table>
</main>
<footer>Made by a printer</footer>
</body></html>"""


def imported(page: str) -> ImportedPolicy:
    return read_here(page.encode(), "trips.html", lambda _what, _share: None)


def test_a_web_page_is_read_without_what_stands_around_the_policy() -> None:
    """Headings, typed and counted numbers, lists, lines and tables are read; menus and hidden words are listed."""
    policy = imported(PAGE)
    assert policy.title == "Trips Policy"
    assert {clause.id: clause.text for clause in policy.clauses} == {
        "1.1": "The leader must fill in the form.",
        "1.2": "The form names:",
        "1.2.a": "the group,",
        "1.2.b": "the place, that is:",
        "1.2.b.a": "the town;",
        "1.2.b.b": "the house.",
        "2.1": "Say that you are back.",
        "2.2": "Bring the first-aid bag back.",
        "2.2.a": "Leader: Day yes; Night yes",
        "2.2.b": "Helper: Day yes",
    }
    left = {one.text: one.why for one in policy.left_out}
    assert left["Home"] == left["Made by a printer"] == "a part of the web page around the policy"
    assert left["Draft of May."].startswith("hidden text")


def test_a_page_of_bare_paragraphs_is_read_too() -> None:
    """A page without a main part, with bold lines for headings, is read as its body."""
    policy = imported("<p><b>Keys Policy</b></p><p><b>Who</b></p><p>The caretaker.</p><p><b>Loss</b></p><p>Say so.</p>")
    assert [(clause.id, clause.text) for clause in policy.clauses] == [("WH.1", "The caretaker."), ("LO.1", "Say so.")]
