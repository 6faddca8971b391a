"""Mails as they come from a mail program, or pasted, read into what a timeline keeps of them; pure.

A mail is written by strangers: nothing of it is trusted, and what cannot be read is left empty rather than refused.
The standard library's lenient parser does the work under its old policy, whose headers are plain strings: the newer one
parses addresses as they are touched, with failures of its own kind for each way of breaking them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from email import message_from_bytes, policy
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from typing import Final

PARTS_MAX: Final = 500
"""Parts of a mail that are looked at."""
HEADER_MAX: Final = 20_000
"""Characters of a header that are decoded: decoding takes longer than it should on very long ones."""
_PAGE_MAX: Final = 1_000_000
"""Characters of a page that are read."""
_LINES: Final = re.compile(r"\n{3,}")
_BLANKS: Final = re.compile(r"\s+")


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


def read_mail(raw: bytes) -> ReadMail:
    """The mail in a .eml file. Raises ValueError for what is no mail: without any usual header, or endlessly nested."""
    try:
        message = message_from_bytes(raw, policy=policy.compat32)
        parts = [part for _, part in zip(range(PARTS_MAX), message.walk(), strict=False) if not part.is_multipart()]
    except RecursionError:
        raise ValueError("mail_nested") from None
    if not any(message.get(name) for name in ("From", "Subject", "Date", "To")):
        raise ValueError("not_a_mail")
    texts = [part for part in parts if _is_text(part)]
    return ReadMail(
        subject=_header(message, "Subject"),
        sender=_header(message, "From"),
        recipients=", ".join(filter(None, (_header(message, name) for name in ("To", "Cc")))),
        sent_at=_day(message.get("Date")),
        text=_text_of(texts),
        files=tuple(_files(parts)),
    )


def _header(message: Message, name: str) -> str:
    """The header as people read it, on one line."""
    value = message.get(name)
    return "" if value is None else _readable(str(value))


def _readable(value: str) -> str:
    try:
        pieces = decode_header(value[:HEADER_MAX])
        text = "".join(_decoded(piece, charset) for piece, charset in pieces)
    except (ValueError, LookupError, IndexError):  # what the library raises for broken encoded words
        text = value[:HEADER_MAX]
    return _BLANKS.sub(" ", _clean(text)).strip()


def _decoded(piece: bytes | str, charset: str | None) -> str:
    return piece if isinstance(piece, str) else _in_charset(piece, charset)


def _in_charset(content: bytes, charset: str | None) -> str:
    """The text; in its charset where that is known and right, else in one that Chinese mails use."""
    for name in (charset, "utf-8", "gb18030"):
        if name is None:
            continue
        try:
            return content.decode(_WIDER.get(name.lower(), name))
        except (LookupError, ValueError):
            continue
    return content.decode("utf-8", "replace")


_WIDER: Final = {"gb2312": "gb18030", "gbk": "gb18030", "gb_2312-80": "gb18030", "us-ascii": "utf-8"}
"""Charsets that mail programs name although they write a wider one."""


def _clean(text: str) -> str:
    """Without what a database takes no text with, and half characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")


def _day(value: object) -> datetime | None:
    if value is None:
        return None
    try:
        sent_at = parsedate_to_datetime(str(value)[:200])
        return (sent_at if sent_at.tzinfo else sent_at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):  # no date, or one beyond the calendar
        return None


def _is_text(part: Message) -> bool:
    return part.get_content_maintype() == "text" and not _name_of(part) and not _is_attached(part)


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment"


def _text_of(parts: list[Message]) -> str:
    """The plain text, or, where there is none, that of the pages."""
    plain = [_content(part) for part in parts if part.get_content_subtype() == "plain"]
    found = [text for text in plain if text.strip()] or [
        _text_of_page(_content(part)) for part in parts if part.get_content_subtype() == "html"
    ]
    text = "\n\n".join(found).replace("\r\n", "\n").replace("\r", "\n")
    return _LINES.sub("\n\n", _clean(text)).strip()


def _content(part: Message) -> str:
    return _in_charset(_bytes(part), part.get_content_charset())


def _bytes(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _name_of(part: Message) -> str:
    try:
        return _readable(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        return ""


def _files(parts: list[Message]) -> Iterator[MailFile]:
    """What is attached; pictures that belong to the text (signatures, logos) are not."""
    for part in parts:
        name = _name_of(part)
        is_decoration = part.get_content_maintype() == "image" and part.get("Content-ID") and not _is_attached(part)
        if name and not is_decoration:
            yield MailFile(name, _bytes(part))


class _Page(HTMLParser):
    """Collects the text of a page, line by line."""

    _SILENT: Final = frozenset({"script", "style", "head", "title"})
    _BREAKS: Final = frozenset({"p", "div", "br", "tr", "li", "table", "blockquote", "h1", "h2", "h3"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A line ends, or what follows is not shown."""
        self._silent += tag in self._SILENT
        if tag in self._BREAKS:
            self.pieces.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """What follows is shown again."""
        self._silent = max(0, self._silent - (tag in self._SILENT))

    def handle_data(self, data: str) -> None:
        """Text, if it is shown."""
        if not self._silent:
            self.pieces.append(_BLANKS.sub(" ", data))


def _text_of_page(html: str) -> str:
    page = _Page()
    page.feed(html[:_PAGE_MAX])
    page.close()
    return "\n".join(line.strip() for line in "".join(page.pieces).split("\n"))


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
_SENT: Final = re.compile(r"(\d{4})[-/年.]\s*(\d{1,2})[-/月.]\s*(\d{1,2})日?(?:\s*\D{0,8}?(\d{1,2})[:：时](\d{2}))?")
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
        sent_at=_pasted_day(heads.get("sent", ""), utc_offset),
        text="\n".join(lines[used:]).strip(),
    )


def _pasted_day(value: str, utc_offset: timedelta) -> datetime | None:
    found = _SENT.search(value)
    if not found:
        return _day(value) if value else None
    year, month, day, hour, minute = (int(piece or 0) for piece in found.groups())
    if hour < 12 and re.search(r"下午|晚上|PM", value, re.IGNORECASE):
        hour += 12
    try:
        return datetime(year, month, day, hour, minute, tzinfo=timezone(utc_offset)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
