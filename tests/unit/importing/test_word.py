from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

from knowledge.importing.files import read_here
from knowledge.importing.model import ImportedPolicy, TrackedChange
from knowledge.importing.wordtext import READING
from tests.wordfiles import WordFile


def imported(file: WordFile) -> ImportedPolicy:
    return read_here(file.data(), "keys.docx", lambda _what, _share: None)


def texts(policy: ImportedPolicy) -> dict[str, str]:
    return {clause.id: clause.text for clause in policy.clauses}


def numbered() -> tuple[WordFile, int, int]:
    file = WordFile()
    number = file.use(file.define(("decimal", "%1."), ("decimal", "%1.%2")))
    bullets = file.use(file.define(("bullet", "\uf0b7"), ("bullet", "o")))
    file.say("Keys Policy", style="Title")
    file.say("Who has keys", number, style="Heading 1")
    return file, number, bullets


def test_numbers_that_only_word_knows_become_ids() -> None:
    """Headings, clauses and bullets numbered by Word are sections, ids and letters."""
    file, number, bullets = numbered()
    file.say("The caretaker has every key.", number, 1)
    file.say("A teacher has the keys of:", number, 1)
    file.say("the classroom;", bullets)
    file.say("the cupboards, that is:", bullets)
    file.say("the tall one.", bullets, 1)
    file.say("Lost keys", number, style="Heading 1")
    file.say("Say so the same day.", number, 1)
    policy = imported(file)
    assert policy.title == "Keys Policy"
    assert list(texts(policy)) == ["1.1", "1.2", "1.2.a", "1.2.b", "1.2.b.1", "2.1"]
    assert policy.clauses[4].section == "Who has keys"
    assert policy.clauses[4].stem == "A teacher has the keys of: the cupboards, that is:"


def test_tracked_changes_are_listed_with_their_clause_and_never_hidden() -> None:
    """The text is read as if all had been accepted, it is said so, and each change names clause and author."""
    file, number, _ = numbered()
    clause = file.say("A teacher ", number, 1)
    file.change(clause, "ins", "may")
    file.change(clause, "del", "must not")
    clause.add_run(" lend a key.")
    policy = imported(file)
    assert texts(policy) == {"1.1": "A teacher may lend a key."}
    assert policy.tracked_as == READING
    assert policy.tracked == (
        TrackedChange("inserted", "may", "1.1", "R. Ames"),
        TrackedChange("deleted", "must not", "1.1", "R. Ames"),
    )


def test_a_paragraph_whose_end_is_deleted_runs_on_into_the_next() -> None:
    """Accepting the deletion of a paragraph mark makes two paragraphs one; a deleted paragraph takes no number."""
    file, number, _ = numbered()
    first = file.say("Keys are signed", number, 1)
    first._p.get_or_add_pPr().append(parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='3' w:author='R. Ames'/></w:rPr>"))
    file.say("for at the desk.", number, 1)
    gone = file.say("", number, 1)
    gone._p.get_or_add_pPr().append(parse_xml(f"<w:rPr {nsdecls('w')}><w:del w:id='4' w:author='R. Ames'/></w:rPr>"))
    file.change(gone, "del", "Keys may be copied.")
    file.say("Nobody copies a key.", number, 1)
    policy = imported(file)
    assert texts(policy) == {"1.1": "Keys are signed for at the desk.", "1.2": "Nobody copies a key."}
    assert TrackedChange("deleted", "Keys may be copied.", None, "R. Ames") in policy.tracked


def test_a_table_becomes_a_clause_for_each_row() -> None:
    """Each row says what it means without its table; fields to be filled in are left out with a reason."""
    file, _, _ = numbered()
    file.document.add_heading("Contacts", 1)
    table = file.document.add_table(0, 2)
    for cells in (("Site manager", "keeps the list"), ("Signature", "")):
        row = table.add_row()
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    policy = imported(file)
    assert texts(policy) == {"CO.1": "Site manager: keeps the list"}
    assert ("Signature", "a field of a form, to be filled in") in [(one.text, one.why) for one in policy.left_out]


def test_what_stands_beside_the_text_is_left_out_with_a_reason() -> None:
    """Headers, hidden text and text boxes are no clauses, and are listed."""
    file, number, _ = numbered()
    file.document.sections[0].header.paragraphs[0].text = "Oakfield Academy"
    run = file.say("Keys hang in the office.", number, 1).add_run(" Not yet agreed.")
    run.font.hidden = True
    box = "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>Ask first!</w:t></w:r></w:p></w:txbxContent></w:pict></w:r>"
    file.say("Ask for one.", number, 1)._p.append(parse_xml(box.replace("<w:r>", f"<w:r {nsdecls('w')}>", 1)))
    policy = imported(file)
    assert texts(policy) == {"1.1": "Keys hang in the office.", "1.2": "Ask for one."}
    left = {one.text: one.why for one in policy.left_out}
    assert left["Oakfield Academy"] == "a running header or footer"
    assert left["Not yet agreed."].startswith("hidden text")
    assert left["Ask first!"].startswith("a text box")


def test_bold_lines_are_headings_where_no_heading_style_is_used() -> None:
    """Many a school makes its headings bold by hand."""
    file = WordFile()
    for heading, words in (("Keys Policy", ""), ("Who has keys", "The caretaker."), ("Lost keys", "Say so.")):
        file.say("").add_run(heading).bold = True
        if words:
            file.say(words)
    assert texts(imported(file)) == {"WHK.1": "The caretaker.", "LK.1": "Say so."}
