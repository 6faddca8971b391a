"""Addresses of chat groups: which are taken, and how one is shown.

Rules a maintainer must keep: only the services named here, whose hosts are fixed, so that no address can point into the
own network; everything of an address but its tokens is dropped, so that none can switch off the check of certificates
or let a redirect be followed.
"""

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from models.notice_enums import Channel

SCHEMES: Mapping[Channel, tuple[str, ...]] = {
    Channel.WECOM: ("wecombot",),
    Channel.DINGTALK: ("dingtalk",),
    Channel.FEISHU: ("feishu", "lark"),
}
"""The schemes of each channel; `lark` is 飞书 outside China."""
_WEBHOOKS: Mapping[str, tuple[str, str, str]] = {
    "wecombot": ("qyapi.weixin.qq.com", "/cgi-bin/webhook/send", "key"),
    "dingtalk": ("oapi.dingtalk.com", "/robot/send", "access_token"),
    "feishu": ("open.feishu.cn", "/open-apis/bot/v2/hook/", ""),
    "lark": ("open.larksuite.com", "/open-apis/bot/v2/hook/", ""),
}
"""Host, path and parameter of the address that each service shows to whoever sets up a robot."""
_TOKEN = re.compile(r"[A-Za-z0-9_-]{8,128}")


def chat_address(channel: Channel, text: str) -> str:
    """`scheme://token` (钉钉 also `scheme://secret@token`) of an address as the service shows it, or of such a one.

    Raises ValueError, which does not repeat the address, for one that no service of this channel has.
    """
    for scheme in SCHEMES.get(channel, ()):
        found = _from_webhook(scheme, text.strip()) or _from_scheme(scheme, text.strip())
        if found:
            return found
    raise ValueError(f"no address of {channel}")


def masked(address: str) -> str:
    """What may be shown of an address: the service and the last three characters, by which two are told apart."""
    scheme, _, token = address.partition("://")
    return f"{scheme}://…{token[-3:]}"


def _from_webhook(scheme: str, text: str) -> str:
    host, path, parameter = _WEBHOOKS[scheme]
    parts = urlsplit(text)
    if parts.scheme != "https" or parts.netloc != host or not parts.path.startswith(path):
        return ""
    rest = parts.path.removeprefix(path)
    if parameter and rest.strip("/"):
        return ""
    tokens = parse_qs(parts.query).get(parameter, []) if parameter else [rest.strip("/")]
    return f"{scheme}://{tokens[0]}" if len(tokens) == 1 and _TOKEN.fullmatch(tokens[0]) else ""


def _from_scheme(scheme: str, text: str) -> str:
    given, separator, rest = text.partition("://")
    tokens = rest.partition("?")[0].strip("/").split("@")
    most = 2 if scheme == "dingtalk" else 1
    fits = given.lower() == scheme and separator and len(tokens) <= most and all(map(_TOKEN.fullmatch, tokens))
    return f"{scheme}://{'@'.join(tokens)}" if fits else ""
