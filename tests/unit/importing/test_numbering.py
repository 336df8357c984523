import pytest
from docx.oxml.ns import nsdecls
from docx.oxml.parser import parse_xml

from knowledge.importing.numbering import shown_number
from knowledge.importing.word import word_document
from tests.wordfiles import WordFile


def printed(file: WordFile) -> list[str]:
    return [block.printed for block in word_document(file.data()).blocks]


def counted(file: WordFile, number: int, *levels: int) -> list[str]:
    for level in levels:
        file.say("words", number, level)
    return printed(file)


def test_levels_count_and_begin_again_under_each_other() -> None:
    """1, 1.1, 1.2, 2, 2.1: a deeper level begins again after a higher one."""
    file = WordFile()
    number = file.use(file.define(("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)")))
    assert counted(file, number, 0, 1, 1, 2, 2, 0, 1, 2) == ["1.", "1.1", "1.2", "(a)", "(b)", "2.", "2.1", "(a)"]


def test_legal_numbering_shows_figures_for_every_level() -> None:
    """A level with legal numbering prints II and a as 2 and 1."""
    file = WordFile()
    legal = {1: "<w:isLgl/>"}
    number = file.use(file.define(("upperRoman", "%1."), ("lowerLetter", "%1.%2"), more=legal))
    assert counted(file, number, 0, 0, 1) == ["I.", "II.", "2.1"]


def test_a_level_may_begin_again_late_or_never() -> None:
    """A level's own rule says after which level it begins again; nought is never."""
    file = WordFile()
    rules = {1: '<w:lvlRestart w:val="0"/>', 2: '<w:lvlRestart w:val="1"/>'}
    number = file.use(file.define(("decimal", "%1"), ("decimal", "%2"), ("decimal", "%3"), more=rules))
    assert counted(file, number, 0, 1, 2, 1, 2, 0, 1, 2) == ["1", "1", "1", "2", "2", "2", "3", "1"]


def test_two_lists_of_one_definition_go_on_counting_unless_one_starts_anew() -> None:
    """Instances share their definition's count; one with a start of its own begins there, once."""
    file = WordFile()
    definition = file.define(("decimal", "%1."))
    first, second = file.use(definition), file.use(definition)
    anew = file.use(definition, '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>')
    for number in (first, second, anew, anew, first):
        file.say("words", number)
    assert printed(file) == ["1.", "2.", "1.", "2.", "3."]


def test_an_instance_may_replace_a_level() -> None:
    """A level given by the instance itself is used in place of the definition's."""
    file = WordFile()
    level = '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%1)"/></w:lvl>'
    number = file.use(file.define(("decimal", "%1.")), f'<w:lvlOverride w:ilvl="0">{level}</w:lvlOverride>')
    assert counted(file, number, 0, 0) == ["(iii)", "(iv)"]


def test_numbers_come_from_styles_and_from_the_styles_they_are_based_on() -> None:
    """A paragraph without numbering of its own is counted by its style, at the level that names the style."""
    file = WordFile()
    named = {0: '<w:pStyle w:val="Section"/>', 1: '<w:pStyle w:val="Clause"/>'}
    number = file.use(file.define(("decimal", "%1."), ("decimal", "%1.%2"), more=named))
    for name in ("Section", "Clause", "Quiet Clause"):
        style = file.document.styles.add_style(name, 1)
        if name != "Quiet Clause":
            told = f"<w:numPr {nsdecls('w')}><w:numId w:val='{number}'/></w:numPr>"
            style.element.get_or_add_pPr().append(parse_xml(told))
    file.document.styles["Quiet Clause"].base_style = file.document.styles["Clause"]
    for style in ("Section", "Clause", "Quiet Clause"):
        file.say("words", style=style)
    file.say("words", 0, style="Clause")
    assert printed(file) == ["1.", "1.1", "1.2", ""]


def test_a_list_may_be_named_by_a_list_style() -> None:
    """A definition that only names a list style is looked up behind that style."""
    file = WordFile()
    real = file.use(file.define(("upperLetter", "%1)")))
    style = file.document.styles.add_style("House List", 1)
    style.element.get_or_add_pPr().append(parse_xml(f"<w:numPr {nsdecls('w')}><w:numId w:val='{real}'/></w:numPr>"))
    number = file.use(file.define(link='<w:numStyleLink w:val="HouseList"/>'))
    assert counted(file, number, 0, 0) == ["A)", "B)"]


@pytest.mark.parametrize(
    ("count", "counts", "shown"),
    [
        (27, "lowerLetter", "aa"),
        (28, "upperLetter", "BB"),
        (49, "lowerRoman", "xlix"),
        (1994, "upperRoman", "MCMXCIV"),
        (7, "decimalZero", "07"),
        (12, "ordinal", "12th"),
        (23, "ordinal", "23rd"),
        (5, "none", ""),
        (5, "chicago", "5"),
    ],
)
def test_numbers_are_shown_as_word_shows_them(count: int, counts: str, shown: str) -> None:
    """Letters after z are doubled, numerals are the usual ones, and a format nobody knows is figures."""
    assert shown_number(count, counts) == shown
