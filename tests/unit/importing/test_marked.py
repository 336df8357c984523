from knowledge.importing.files import read_here

POLICY = """---
title: Camera Policy
---
# Camera Policy

## Taking pictures

Pictures are taken on **school** cameras [only](https://example.org/cameras).

1. Ask first:
   - the child;
   - the parent.

     Both of them.
2. Then take it.

## Keeping pictures

(a) For a year.
(b) Then delete
them.

| Who | May look | May copy |
|---|---|---|
| Teacher | yes | no |
| Office | yes | yes |
"""


def test_markdown_is_read_by_its_own_rules() -> None:
    """Headings, lists inside lists, lettered lines and tables become clauses; marks of emphasis do not stay."""
    policy = read_here(POLICY.encode(), "cameras.md", lambda _what, _share: None)
    assert policy.title == "Camera Policy"
    assert {clause.id: clause.text for clause in policy.clauses} == {
        "TP.1": "Pictures are taken on school cameras only.",
        "TP.1.1": "Ask first:",
        "TP.1.1.a": "the child;",
        "TP.1.1.b": "the parent. Both of them.",
        "TP.1.2": "Then take it.",
        "KP.a": "For a year.",
        "KP.b": "Then delete them.",
        "KP.1": "Teacher: May look yes; May copy no",
        "KP.2": "Office: May look yes; May copy yes",
    }
    assert ("https://example.org/cameras", "the address behind a link") in [
        (one.text, one.why) for one in policy.left_out
    ]
