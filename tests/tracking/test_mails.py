"""Mails as mail programs write them, as people paste them, and as nobody should."""

import random
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracking.mails import ReadMail, read_mail, read_pasted

CHINA = timedelta(hours=8)


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    made["From"] = "示例企业甲 <a@example.com>"
    made["To"] = "b@example.com"
    for name, value in headers.items():
        made[name] = value
    return made


def test_a_mail_with_attachments_is_read_as_people_see_it() -> None:
    made = message(Subject="样品的试验安排", Date="Mon, 02 Mar 2026 09:00:00 +0800", Cc="c@example.com")
    made.set_content("王老师：\r\n\r\n\r\n\r\n样品已寄出。\n")
    made.add_alternative("<p>王老师：</p>", subtype="html")
    made.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="保密协议.pdf")
    mail = read_mail(made.as_bytes())
    assert mail.subject == "样品的试验安排"
    assert mail.sender == "示例企业甲 <a@example.com>"
    assert mail.recipients == "b@example.com, c@example.com"
    assert mail.sent_at == datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
    assert mail.text == "王老师：\n\n样品已寄出。"
    assert [(file.name, file.content) for file in mail.files] == [("保密协议.pdf", b"%PDF-")]


def test_a_mail_of_a_page_alone_is_told_by_its_text() -> None:
    made = message(Subject="x")
    made.set_content(
        "<html><head><style>p{}</style></head><body><p>第一行</p><script>alert(1)</script><div>a&amp;b</div></body>",
        subtype="html",
    )
    assert read_mail(made.as_bytes()).text == "第一行\na&b"


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<p>Hallo<![x[ y ]]></p>", "Hallo"),
        ("<!--[if mso]><p>x</p><![endif]-->甲<![if !mso]>乙<![endif]>", "甲乙"),
        ("a < b &amp;&nbsp;c<br/>d<BR>e", "a < b & c\nd\ne"),
        ("<STYLE>p{}</style >甲<script>if(a<b){}</script>乙", "甲乙"),
        ("甲<script>没有结尾", "甲"),
        ("甲<p 没有结尾", "甲"),
        ("甲<!-- 没有结尾", "甲"),
        ("甲&#" + "1" * 5000, "甲&#" + "1" * 5000),
    ],
)
def test_a_page_is_told_by_what_stands_between_its_tags(page: str, text: str) -> None:
    raw = b"From: a\nContent-Type: text/html; charset=utf-8\n\n" + page.encode()
    assert read_mail(raw).text == text


@pytest.mark.parametrize("unit", ["<a/", "<a ", "<!--", "<script>", "<", "</style", "<![", "&#1", '<p x="'])
def test_a_page_of_tags_without_end_is_read_in_one_pass(unit: str) -> None:
    raw = b"From: a\nContent-Type: text/html\n\n" + (unit * (2**19 // len(unit))).encode()
    assert len(read_mail(raw).text) <= 2**19


@pytest.mark.parametrize("charset", ["punycode", "idna", "unicode_escape", "rot13", "undefined", "x" * 5000])
def test_a_charset_that_no_text_has_is_not_asked(charset: str) -> None:
    raw = f"From: a\nContent-Type: text/plain; charset={charset}\n\na-".encode() + b"ba" * 2**19
    assert read_mail(raw).text.startswith("a-baba")


def test_a_name_in_the_longest_form_is_read_whole() -> None:
    made = message(Subject="x")
    name = "名" * 140 + ".pdf"
    made.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename=name)
    assert [file.name for file in read_mail(made.as_bytes()).files] == [name]


def test_pictures_of_the_signature_are_no_attachments() -> None:
    made = message(Subject="x")
    made.set_content("<img src='cid:logo'>", subtype="html")
    made.add_related(
        b"GIF89a", maintype="image", subtype="gif", cid="<logo>", disposition="inline", filename="logo.gif"
    )
    assert read_mail(made.as_bytes()).files == ()


@pytest.mark.parametrize(
    ("raw", "subject", "text"),
    [
        (b"Subject: =?gb2312?B?1tDOxA==?=\n\nx", "中文", "x"),
        (b"Subject: =?no-such-charset?B?eA==?=\nDate: x\n\nx", "x", "x"),
        (b"Subject: =?utf-8?B?!!!?=\nDate: y\n\nx", None, "x"),
        (b"From: a\nContent-Type: text/plain; charset=gb2312\n\n" + "镕字".encode("gb18030"), "", "镕字"),
        (b"From: a\nContent-Type: text/plain; charset=utf-8\n\n\xff\xfe\xe4", "", None),
        (b"From: a\nDate: Mon, 99 Foo 99999 99:99\nContent-Type: multipart/mixed\n\nno boundary", "", None),
        (b"From: a\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\nopen end", "", "open end"),
        (b"From: a\nContent-Transfer-Encoding: base64\n\n####", "", None),
        (b"Subject: =?utf-8?b?a?=\n\nx", "=?utf-8?b?a?=", "x"),
        (b"From: a\nContent-Type: text/plain; charset*=x''%\n\nx", "", "x"),
        (b"From: a\nContent-Type: text/plain; name*0*=x; name*=y; name*x=z\n\nx", "", None),
        (b"From: a\nContent-Type: text/plain;" + b'"a;' * 100_000 + b"\n\nx", "", "x"),
        (b"To: " + b"<" * 5000 + b"\nSubject: " + b"=?" * 5000 + b"\n\nx\0y", None, "xy"),
    ],
)
def test_a_broken_mail_gives_what_can_be_read_of_it(raw: bytes, subject: str | None, text: str | None) -> None:
    mail = read_mail(raw)
    assert subject is None or mail.subject == subject
    assert text is None or mail.text == text
    assert "\0" not in mail.text


@pytest.mark.parametrize("raw", [b"", b"\0" * 100, b"MZ\x90\0", "只是一段文字".encode(), b"\n\n\n"])
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="not_a_mail"):
        read_mail(raw)


def test_a_mail_nested_without_end_is_refused_or_read_but_never_kills() -> None:
    raw = b"From: a\n"
    for number in range(3000):
        raw += b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (number, number)
    with suppress(ValueError):
        assert read_mail(raw).sender == "a"


@pytest.mark.parametrize("raw", [b"From: a\n\n" + b"\n" * 500_001, b"From: a\n\n" + b"boundary=b\n" * 101])
def test_a_mail_of_more_lines_or_boundaries_than_any_has_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match="mail_nested"):
        read_mail(raw)


def test_a_mail_broken_at_any_place_is_read_or_refused() -> None:
    made = message(Subject="样品")
    made.set_content("<p>甲<![if !mso]>&#20013;</p>", subtype="html")
    made.add_attachment("附件", filename="记录.txt")
    whole, pick = made.as_bytes(), random.Random(3)
    tokens = (
        b"=?utf-8?b?a?=",
        b"*0*=",
        b"''",
        b"charset=",
        b"<![",
        b"&#x110000;",
        b'"',
        b"\n\n",
        b"x-uuencode",
        b"\xff",
    )
    for _ in range(300):
        broken = bytearray(whole)
        for _ in range(4):
            at = pick.randrange(len(broken))
            broken[at : at + pick.randrange(12)] = pick.choice(tokens)
        with suppress(ValueError):
            read_mail(bytes(broken)).text.encode()


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail_or_are_refused(rest: bytes) -> None:
    mail = read_mail(b"From: a\n" + rest)
    mail.text.encode()


@pytest.mark.parametrize(
    ("pasted", "expected"),
    [
        (
            "发件人: 张三\n发送时间: 2026年3月1日 下午 2:05\n收件人: 李四; 王五\n抄送: 赵六\n主题: 样品\n\n已寄出。\n"
            "谢谢",
            ReadMail("样品", "张三", "李四; 王五, 赵六", datetime(2026, 3, 1, 6, 5, tzinfo=UTC), "已寄出。\n谢谢"),
        ),
        (
            "From: a@example.com\nSent: Sun, 1 Mar 2026 10:00:00 +0000\nTo: b@example.com\nSubject: Hi\n\nText: more",
            ReadMail("Hi", "a@example.com", "b@example.com", datetime(2026, 3, 1, 10, tzinfo=UTC), "Text: more"),
        ),
        ("主题：只有一行\n不是邮件头", ReadMail(text="主题：只有一行\n不是邮件头")),
        ("没有头的一段话", ReadMail(text="没有头的一段话")),
        ("发件人: 甲\n主题: 乙\n发送时间: 明天\n", ReadMail("乙", "甲", "", None, "")),
        ("发件人: 甲\n日期: 2026-13-45\n\nx", ReadMail("", "甲", "", None, "x")),
    ],
)
def test_a_pasted_mail_is_told_from_its_head(pasted: str, expected: ReadMail) -> None:
    assert read_pasted(pasted, CHINA) == expected
