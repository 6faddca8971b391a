"""Mails as they come from a mail program, or pasted, read into what a timeline keeps of them; pure.

A mail is written by strangers: nothing of it is trusted, and what cannot be read is left empty rather than refused.
The standard library's lenient parser does the work under its old policy, whose headers are plain strings: the newer one
parses addresses as they are touched, with failures of its own kind for each way of breaking them.

Rules a maintainer must keep: the time that a mail takes grows with its size and no faster. The library's readers of
parameters, encoded words and HTML, and some of its charsets, take the square of what they are given; so what they get
is short (`_Policy`), or they are not asked (`_CHARSETS`, `_text_of_page`).
"""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header
from email.message import Message
from email.policy import Compat32
from html import unescape
from typing import Final

from tracking.mail_days import read_header_day, read_sent

PARTS_MAX: Final = 500
"""Parts of a mail that are looked at."""
HEADER_MAX: Final = 20_000
"""Characters of a header that are read."""
_PARAMETERS_MAX: Final = 4_000
"""Characters of a header that describes a part."""
_PIECES_MAX: Final = 50
"""Parameters in one: each part has such headers, and the library reads them again and again."""
_LINES_MAX: Final = 500_000
"""Lines of a mail: each is held against each boundary around it. One of 25 MiB in base64 has 350,000."""
_NESTED_MAX: Final = 100
"""Boundaries that a mail may name."""
_PAGE_MAX: Final = 1_000_000
"""Characters of a page that are read."""
_LINES: Final = re.compile(r"\n{3,}")
_BLANKS: Final = re.compile(r"\s+")
_BROKEN: Final = (ValueError, LookupError, TypeError, AttributeError, AssertionError, MessageError)
"""What the library raises for headers, encoded words and parameters that are broken in one way or another."""


@dataclass(frozen=True, slots=True)
class MailFile:
    """An attachment of a mail."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class ReadMail:
    """What a mail says; each part "" or None where the mail does not."""

    subject: str = ""
    sender: str = ""
    recipients: str = ""
    sent_at: datetime | None = None
    text: str = ""
    files: tuple[MailFile, ...] = field(default=())


class _Policy(Compat32):
    """The library's old policy, with headers cut to a length that it reads in no time."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """The name and the value of a header."""
        name, value = super().header_source_parse(sourcelines)
        if name.lower().startswith("content-"):
            return name, ";".join(value[:_PARAMETERS_MAX].split(";")[:_PIECES_MAX])
        return name, value[:HEADER_MAX]


def read_mail(raw: bytes) -> ReadMail:
    """The mail in a .eml file.

    Raises ValueError for what is no mail: without any usual header, endlessly nested, or of more lines than any has.
    """
    if raw.count(b"\n") > _LINES_MAX or raw.lower().count(b"boundary") > _NESTED_MAX:
        raise ValueError("mail_nested")
    try:
        message = message_from_bytes(raw, policy=_Policy())
        parts = [part for _, part in zip(range(PARTS_MAX), message.walk(), strict=False) if not part.is_multipart()]
    except RecursionError:
        raise ValueError("mail_nested") from None
    except _BROKEN:
        raise ValueError("not_a_mail") from None
    if not any(message.get(name) for name in ("From", "Subject", "Date", "To")):
        raise ValueError("not_a_mail")
    texts = [part for part in parts if _is_text(part)]
    return ReadMail(
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        recipients=", ".join(filter(None, (_header(message, name) for name in ("To", "Cc")))),
        sent_at=read_header_day(message.get("Date")),
        text=_text_of(texts),
        files=tuple(_files(parts)),
    )


def _header(message: Message, name: str) -> str:
    """The header as people read it, on one line."""
    value = message.get(name)
    return "" if value is None else _readable(str(value))


def _readable(value: str) -> str:
    try:
        text = "".join(_decoded(piece, charset) for piece, charset in decode_header(value))
    except _BROKEN:
        text = value
    return _BLANKS.sub(" ", _clean(text)).strip()


def _decoded(piece: bytes | str, charset: str | None) -> str:
    return piece if isinstance(piece, str) else _in_charset(piece, charset)


def _in_charset(content: bytes, charset: str | None) -> str:
    """The text; in its charset where that is known and right, else in one that Chinese mails use."""
    named = (charset or "").lower().replace("_", "-")
    for name in (_WIDER.get(named, named), "utf-8", "gb18030"):
        if name not in _CHARSETS:
            continue
        try:
            return content.decode(name)
        except ValueError:
            continue
    return content.decode("utf-8", "replace")


_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "gb-2312-80": "gb18030", "us-ascii": "utf-8"}
"""Charsets that mail programs name although they write a wider one."""
_CHARSETS: Final = frozenset(
    (
        *("utf-8", "utf8", "utf-16", "utf-16le", "utf-16be"),
        *("gb18030", "cp936", "hz-gb-2312", "big5", "big5-hkscs", "cp950"),
        *("iso-2022-jp", "euc-jp", "shift-jis", "cp932", "iso-2022-kr", "euc-kr", "ks-c-5601-1987", "cp949"),
        *("koi8-r", "koi8-u"),
        *(f"iso-8859-{number}" for number in range(1, 17)),
        *(f"windows-{number}" for number in range(1250, 1259)),
    )
)
"""The charsets of texts; Python knows others that are none, and that take the square of their length to read."""


def _clean(text: str) -> str:
    """Without what a database takes no text with, and half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _is_text(part: Message) -> bool:
    return part.get_content_maintype() == "text" and not _name_of(part) and not _is_attached(part)


def _is_attached(part: Message) -> bool:
    return _said(part.get_content_disposition) == "attachment"


def _text_of(parts: list[Message]) -> str:
    """The plain text, or, where there is none, that of the pages."""
    plain = [_content(part) for part in parts if part.get_content_subtype() == "plain"]
    found = [text for text in plain if text.strip()] or [
        _text_of_page(_content(part)) for part in parts if part.get_content_subtype() == "html"
    ]
    text = "\n\n".join(found).replace("\r\n", "\n").replace("\r", "\n")
    return _LINES.sub("\n\n", _clean(text)).strip()


def _content(part: Message) -> str:
    return _in_charset(_bytes(part), _said(part.get_content_charset))


def _bytes(part: Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except _BROKEN:
        return b""
    return content if isinstance(content, bytes) else b""


def _name_of(part: Message) -> str:
    return _readable(_said(part.get_filename) or "")


def _said(read: Callable[[], str | None]) -> str | None:
    """What a part says of itself; None where that is broken."""
    try:
        return read()
    except _BROKEN:
        return None


def _files(parts: list[Message]) -> Iterator[MailFile]:
    """What is attached; pictures that belong to the text (signatures, logos) are not."""
    for part in parts:
        name = _name_of(part)
        is_decoration = part.get_content_maintype() == "image" and part.get("Content-ID") and not _is_attached(part)
        if name and not is_decoration:
            yield MailFile(name, _bytes(part))


_SILENT: Final = {tag: re.compile(rf"</{tag}\b", re.IGNORECASE) for tag in ("script", "style", "title")}
"""What shows none of its content, and how each ends."""
_BREAKS: Final = frozenset({"p", "div", "br", "tr", "li", "table", "blockquote", "h1", "h2", "h3"})
_TAG: Final = re.compile(r"/?([A-Za-z][A-Za-z0-9]*)|[!?/]")


def _text_of_page(html: str) -> str:
    """The text of a page, line by line: what stands between its tags.

    One pass: each step goes on where the one before ended, and what has no end is the last.
    """
    html, at = html[:_PAGE_MAX], 0
    pieces: list[str] = []
    while 0 <= at < len(html):
        start = html.find("<", at)
        pieces.append(_shown(html[at : start if start >= 0 else len(html)]))
        if start < 0:
            break
        tag = _TAG.match(html, start + 1)
        if tag is None:  # a sign, not a tag
            pieces.append("<")
            at = start + 1
            continue
        name = (tag.group(1) or "").lower()
        pieces.extend("\n" if name in _BREAKS and html[start + 1] != "/" else "")
        at = _after(html, start, name)
    return "\n".join(line.strip() for line in "".join(pieces).split("\n"))


def _after(html: str, start: int, name: str) -> int:
    """Where the tag, the comment or the silent element that begins at `start` has ended; -1 when it has no end."""
    if html.startswith("<!--", start):
        end = html.find("-->", start + 4)
        return end + 3 if end >= 0 else -1
    if name in _SILENT and html[start + 1] != "/":
        closing = _SILENT[name].search(html, start)
        start = closing.start() if closing else len(html)
    end = html.find(">", start)
    return end + 1 if end >= 0 else -1


def _shown(text: str) -> str:
    with suppress(ValueError):  # for a character whose number has thousands of digits
        text = unescape(text)
    return _BLANKS.sub(" ", text)


# --- pasted --------------------------------------------------------------------------------------------------------

_PASTED: Final = {
    "subject": ("subject", "主题", "標題", "标题"),
    "sender": ("from", "发件人", "发送人"),
    "recipients": ("to", "收件人"),
    "copies": ("cc", "抄送"),
    "sent": ("date", "sent", "发送时间", "发送日期", "日期", "时间"),
}
_HEADS: Final = {word: name for name, words in _PASTED.items() for word in words}
_HEAD: Final = re.compile(r"^[>*\s]*([A-Za-z]+|[\u4e00-\u9fff]{2,4})\s*[*]*[:：]\s*[*]*\s*(.*)$")
_HEADS_MAX: Final = 12
"""Lines at the top of a pasted mail that may be its head."""


def read_pasted(pasted: str, utc_offset: timedelta) -> ReadMail:
    """The mail that somebody pasted with the head as a mail program shows it, in Chinese or English.

    Without a head the whole is its text. A day that says no zone is one of the reader's, `utc_offset` from UTC.
    """
    lines = _clean(pasted).replace("\r\n", "\n").strip().split("\n")
    heads: dict[str, str] = {}
    used = 0
    for number, line in enumerate(lines[:_HEADS_MAX], start=1):
        found = _HEAD.match(line[:2000])
        name = _HEADS.get(found.group(1).lower()) if found else None
        if found and name and name not in heads:
            heads[name], used = found.group(2).strip(), number
        elif line.strip():
            break
    if len(heads) < 2:  # one line with a colon is a sentence
        return ReadMail(text="\n".join(lines).strip())
    return ReadMail(
        subject=heads.get("subject", ""),
        sender=heads.get("sender", ""),
        recipients=", ".join(filter(None, (heads.get("recipients", ""), heads.get("copies", "")))),
        sent_at=read_sent(heads.get("sent", ""), utc_offset),
        text="\n".join(lines[used:]).strip(),
    )
