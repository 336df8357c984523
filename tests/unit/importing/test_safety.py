import zipfile
from io import BytesIO

import pytest

from knowledge.importing import safety
from knowledge.importing.files import ImportRefused, read
from tests.wordfiles import WordFile


def with_part(name: str, content: bytes, *, broken: bool = False) -> bytes:
    """A Word file with one more part, or one part changed."""
    made = WordFile()
    made.say("Ask first.")
    into = BytesIO()
    with zipfile.ZipFile(BytesIO(made.data())) as old, zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            if part.filename != name:
                new.writestr(part, old.read(part))
        new.writestr(name, content)
    data = into.getvalue()
    return data[: len(data) // 2] if broken else data


def zipped(**parts: bytes) -> bytes:
    into = BytesIO()
    with zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return into.getvalue()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'
LOCKED = safety.OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(200)


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "policy.docx", "empty"),
        (b"MZ\x90\x00" + bytes(300), "policy.docx", "program"),
        (b"\x7fELF" + bytes(300), "policy.pdf", "program"),
        (b"#!/bin/sh\necho", "policy.txt", "script"),
        (b"\x89PNG\r\n" + bytes(300), "policy.pdf", "picture"),
        (LOCKED, "policy.docx", "password"),
        (safety.OLE + bytes(600), "policy.doc", "older Office"),
        (b"{\\rtf1 words}", "policy.doc", "Rich Text"),
        (b"words\x00\x01\x02" * 50, "policy.txt", "not a document"),
        (ENTITIES, "policy.html.txt", "programs"),
        (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "policy.odt", "not a Word document"),
        (with_part("word/vbaProject.bin", b"sub"), "policy.docx", "macros"),
        (with_part("word/document.xml", ENTITIES), "policy.docx", "instructions"),
        (with_part("word/document.xml", ENTITIES.decode().encode("utf-16")), "policy.docx", "instructions"),
        (with_part("word/x.xml", bytes(safety.UNPACKED_XML)), "policy.docx", "unpack"),
        (with_part("word/x.xml", bytes(1), broken=True), "policy.docx", "broken"),
        (b"a" * (safety.LARGEST_TEXT + 1), "policy.txt", "longer than any policy"),
        (bytes(safety.LARGEST + 1), "policy.pdf", "larger than"),
    ],
)
def test_what_is_not_safe_or_no_policy_is_refused_in_words(data: bytes, name: str, says: str) -> None:
    """Each is refused before anything is opened, with what is wrong or what to do."""
    with pytest.raises(ImportRefused, match=says):
        read(data, name)


def test_a_document_that_turns_out_broken_is_refused_in_words() -> None:
    """A parser's own error never reaches the person."""
    with pytest.raises(ImportRefused, match="broken or unusual"):
        read(with_part("word/document.xml", b"<w:document"), "policy.docx")


def test_a_whole_file_is_read_in_a_process_of_its_own_and_progress_is_told() -> None:
    """From bytes to clauses through the process, with progress that only grows and ends at 1."""
    made = WordFile()
    made.say("Keys Policy", style="Title")
    made.say("Who has keys", style="Heading 1")
    made.say("The caretaker.")
    shares: list[float] = []
    policy = read(made.data(), "keys.docx", lambda _what, share: shares.append(share))
    assert [clause.id for clause in policy.clauses] == ["WHK.1"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_a_file_without_clauses_is_refused() -> None:
    """Page numbers alone are no policy."""
    with pytest.raises(ImportRefused, match="No clauses"):
        read(b"Page 1 of 2\n\f\nPage 2 of 2\n", "keys.txt")
