"""The robots of chat groups as apprise knows them, with one thing added: they read what the service answers.

All three services answer with status 200 also when they refuse, and say so in a code; apprise's plugins take every 200
for a delivery. So each plugin keeps its address, signature and limits, and `post` sends. It follows no redirect,
verifies certificates, and raises errors that hold neither the address nor the service's own words, which may repeat it.
"""

import json
import logging
from typing import Any

import requests
from apprise.plugins.base import NotifyBase
from apprise.plugins.dingtalk import NotifyDingTalk
from apprise.plugins.feishu import NotifyFeishu
from apprise.plugins.lark import NotifyLark
from apprise.plugins.wecombot import NotifyWeComBot

from tracking.notifier.seam import ReceiverFailed

_ANSWER_MAX = 64 * 1024
for _name in ("apprise", "urllib3"):  # at DEBUG they write addresses with their secrets
    logging.getLogger(_name).setLevel(logging.WARNING)


class WeComRobot(NotifyWeComBot):  # type: ignore[no-untyped-call]  # a hook of apprise that has no types
    """企业微信群机器人."""

    def send(self, body: str, title: str = "", *args: Any, **options: Any) -> bool:
        """The group has the text."""
        return post(self, self.api_url, {"msgtype": "text", "text": {"content": body}})


class DingTalkRobot(NotifyDingTalk):  # type: ignore[no-untyped-call]  # a hook of apprise that has no types
    """钉钉群机器人; with a secret each request is signed."""

    def send(self, body: str, title: str = "", *args: Any, **options: Any) -> bool:
        """The group has the text."""
        url = self.notify_url.format(token=self.token)
        if self.secret:
            timestamp, sign = self.get_signature()  # type: ignore[no-untyped-call]  # apprise gives it no types
            url = f"{url}&timestamp={timestamp}&sign={sign}"
        return post(self, url, {"msgtype": "text", "text": {"content": body}})


class FeishuRobot(NotifyFeishu):  # type: ignore[no-untyped-call]  # a hook of apprise that has no types
    """飞书群机器人."""

    def send(self, body: str, title: str = "", *args: Any, **options: Any) -> bool:
        """The group has the text."""
        return post(self, self.notify_url.format(token=self.token), {"msg_type": "text", "content": {"text": body}})


class LarkRobot(NotifyLark):  # type: ignore[no-untyped-call]  # a hook of apprise that has no types
    """The same outside China."""

    def send(self, body: str, title: str = "", *args: Any, **options: Any) -> bool:
        """The group has the text."""
        return post(self, self.webhook_url, {"msg_type": "text", "content": {"text": body}})


_ROBOTS: dict[str, type[NotifyBase]] = {
    "wecombot": WeComRobot,
    "dingtalk": DingTalkRobot,
    "feishu": FeishuRobot,
    "lark": LarkRobot,
}


def robot_at(address: str) -> NotifyBase:
    """The robot of an address from `chat_address`."""
    robot = _ROBOTS[address.partition("://")[0]]
    return robot(**(robot.parse_url(address) or {}))


def post(robot: NotifyBase, url: str, payload: dict[str, Any]) -> bool:
    """True once the service has said that it took the text. Raises ReceiverFailed."""
    try:
        with requests.post(
            url, json=payload, timeout=robot.request_timeout, allow_redirects=False, stream=True, verify=True
        ) as answer:
            status, content = answer.status_code, answer.raw.read(_ANSWER_MAX, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise ReceiverFailed(f"no answer ({type(error).__name__})") from None
    except Exception as error:  # urllib3's own errors while the answer is read share no base with the others
        raise ReceiverFailed(f"the answer broke off ({type(error).__name__})") from None
    if status != requests.codes.ok:
        raise ReceiverFailed(f"answered with status {status}")
    code = _code_of(content)
    if code != 0:
        raise ReceiverFailed(f"refused with code {code}")
    return True


def _code_of(content: bytes) -> int | None:
    """What the service says of the message: 0 for taken, None for an answer that is none of its own."""
    try:
        answer = json.loads(content)
    except ValueError:
        return None
    if not isinstance(answer, dict):
        return None
    codes = [answer[name] for name in ("errcode", "code", "StatusCode") if name in answer]
    return codes[0] if codes and isinstance(codes[0], int) else None
