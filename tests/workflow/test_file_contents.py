"""What is taken as a file: by its name, and by what it holds."""

import io
import resource
import struct
import zipfile
from pathlib import Path

import pytest

from core.errors import Invalid, Unavailable
from tests.workflow.file_samples import OOXML_PARTS, PDF, TEXT, odt, package, png, store_in
from workflow.files import Received, receive_upload
from workflow.files.names import tidy_name

ODT = {"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<x/>"}


def receive(folder: Path, name: str, content: bytes, max_bytes: int = 2**20) -> Received:
    return receive_upload(store_in(folder, max_bytes), io.BytesIO(content), name)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("保密协议.pdf", PDF),
        ("a.PNG", png()),
        ("合同.docx", package()),
        ("a.odt", odt()),
        ("a.ofd", package({"OFD.xml": b"<ofd/>", "Doc_0/Document.xml": b"<d/>"})),
        ("a.txt", TEXT),
        ("a.csv", "温度,压力\r\n20,3\r\n".encode("gb18030")),
        ("a.txt", "﻿带标记".encode()),
        ("a.txt", "utf-16 文本".encode("utf-16")),
        ("a.md", b"# x" + "长".encode() * 200_000),
    ],
)
def test_a_file_that_is_what_its_name_says_is_taken(tmp_path: Path, name: str, content: bytes) -> None:
    received = receive(tmp_path, name, content)
    assert received.path.read_bytes() == content
    assert received.size == len(content)


@pytest.mark.parametrize(
    ("code", "name", "content"),
    [
        ("file.empty", "a.txt", b""),
        ("file.too_large", "a.txt", b"x" * (2**20 + 1)),
        ("file.kind_not_taken", "a.exe", b"MZ"),
        ("file.kind_not_taken", "a.docm", package()),
        ("file.kind_not_taken", "a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
        ("file.kind_not_taken", "a.zip", package()),
        ("file.kind_not_taken", "a.svg", b"<svg/>"),
        ("file.kind_not_taken", "a.html", b"<p>"),
        ("file.kind_not_taken", "a.pdf.exe", PDF),
        ("file.kind_not_taken", "pdf", PDF),
        ("file.name", "../..", PDF),
        ("file.kind_not_taken", ".pdf", PDF),
        ("file.not_what_it_says", "a.pdf", b"MZ\x90\0 not a document"),
        ("file.not_what_it_says", "a.pdf", b"\n" * 30 + PDF),
        ("file.not_what_it_says", "a.png", PDF),
        ("file.not_what_it_says", "a.png", b"\x89PN"),
        ("file.not_what_it_says", "a.txt", b"abc\0def"),
        ("file.not_what_it_says", "a.txt", b"abc\xff\xfe\xff"),
        ("file.not_what_it_says", "a.txt", TEXT[:-2] + b"\xe5"),
        ("file.not_what_it_says", "a.docx", b"PK\x03\x04" + b"x" * 100),
        ("file.not_what_it_says", "a.docx", b"MZ" + package()),
        ("file.not_what_it_says", "a.xlsx", package()),
        ("file.not_what_it_says", "a.odt", package({**ODT, "mimetype": b"application/zip"})),
        ("file.not_what_it_says", "a.docx", package()[:-10]),
        ("file.macros", "a.docx", package({**OOXML_PARTS, "word/vbaProject.bin": b"x"})),
        ("file.macros", "a.docx", package({**OOXML_PARTS, "word/activeX/activeX1.xml": b"x"})),
        ("file.macros", "a.docx", package({**OOXML_PARTS, "word/embeddings/tool.exe": b"x"})),
        ("file.macros", "a.odt", package({**ODT, "Basic/Standard/Module1.xml": b"x"})),
        ("file.leads_out", "a.docx", package({**OOXML_PARTS, "../../etc/passwd": b"x"})),
        ("file.leads_out", "a.docx", package({**OOXML_PARTS, "/etc/passwd": b"x"})),
        ("file.leads_out", "a.docx", package({**OOXML_PARTS, "C:\\x": b"x"})),
        ("file.unpacks_too_large", "a.docx", package({**OOXML_PARTS, "word/media/x": b"\0" * 2**25})),
    ],
)
def test_a_file_that_is_not_is_refused_and_leaves_nothing_behind(
    tmp_path: Path, code: str, name: str, content: bytes
) -> None:
    with pytest.raises(Invalid) as refused:
        receive(tmp_path, name, content)
    assert refused.value.code == code
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_directory_with_more_parts_than_any_document_is_not_read(tmp_path: Path) -> None:
    content = package({**OOXML_PARTS, **{f"word/{number}": b"" for number in range(5_001)}})
    with pytest.raises(Invalid, match="not_what_it_says"):
        receive(tmp_path, "a.docx", content)


@pytest.mark.parametrize("count", [3, 6_000])
def test_a_directory_that_only_a_second_end_record_names_is_not_read(tmp_path: Path, count: int) -> None:
    """ZIP64 has an end record of its own, to which the usual one with its small numbers says nothing."""
    made = package({**OOXML_PARTS, **{f"word/{number}": b"" for number in range(count)}})
    end = made.rfind(b"PK\x05\x06")
    parts, length, start = struct.unpack("<10xHII", made[end : end + 20])
    record = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, parts, parts, length, start)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    usual = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 2, 2, 76, end, 0)
    content = made[:end] + record + locator + usual
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert len(archive.namelist()) == parts
    with pytest.raises(Invalid, match="not_what_it_says"):
        receive(tmp_path, "a.docx", content)


def test_a_directory_that_does_not_end_where_its_end_record_begins_is_not_read(tmp_path: Path) -> None:
    made = package()
    end = made.rfind(b"PK\x05\x06")
    with pytest.raises(Invalid, match="not_what_it_says"):
        receive(tmp_path, "a.docx", made[:end] + b"between" + made[end:])


def test_parts_that_share_their_bytes_are_refused(tmp_path: Path) -> None:
    made = io.BytesIO(package({**OOXML_PARTS, "word/a": b"x" * 1000, "word/b": b"y" * 1000}))
    with zipfile.ZipFile(made, "a") as archive:
        archive.getinfo("word/b").header_offset = archive.getinfo("word/a").header_offset
        archive.comment = b"changed"  # so that the directory is written anew
    with pytest.raises(Invalid, match="unpacks_too_large"):
        receive(tmp_path, "a.docx", made.getvalue())


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\我的文档\\合同 (终稿).pdf", "合同 (终稿).pdf"),
        ("../../etc/passwd.txt", "passwd.txt"),
        ("报告\u202efdp.exe", "报告fdp.exe"),
        ("a\r\nSet-Cookie: x\0.pdf", "a Set-Cookie: x.pdf"),
        ("  ..a . pdf.PDF. ", "a . pdf.pdf"),
        ("e\u0301.txt", "é.txt"),
        ("长" * 300 + ".pdf", "长" * 146 + ".pdf"),
    ],
)
def test_a_name_is_shown_as_written_without_what_a_name_may_not_hold(given: str, shown: str) -> None:
    assert tidy_name(given) == shown


def test_a_folder_that_takes_nothing_is_told_of(tmp_path: Path) -> None:
    (tmp_path / "files").write_text("in the way")
    with pytest.raises(Unavailable, match="folder_unwritable"):
        receive(tmp_path, "a.txt", TEXT)


def test_a_full_disk_is_told_of_and_nothing_half_written_stays(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(Unavailable, match="disk_full"):
            receive(tmp_path, "a.txt", b"x" * 2000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
