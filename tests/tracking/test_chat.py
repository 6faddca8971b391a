import hashlib
import hmac
import logging
import threading
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from models.notice_enums import Channel
from tests.tracking.receivers import LINK, ChatServices, chat_services, message
from tracking.notifier import ChatNotifier, ReceiverFailed, WithDeadline
from tracking.notifier.chat_address import chat_address, masked

TOKEN = "4f0c2a9e77b14d55"
GROUPS = {
    Channel.WECOM: (f"wecombot://{TOKEN}", "qyapi.weixin.qq.com", "/cgi-bin/webhook/send"),
    Channel.DINGTALK: (f"dingtalk://{TOKEN}", "oapi.dingtalk.com", "/robot/send"),
    Channel.FEISHU: (f"feishu://{TOKEN}", "open.feishu.cn", f"/open-apis/bot/v2/hook/{TOKEN}/"),
}


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def services(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServices]:
    with chat_services(authority, tmp_path, monkeypatch) as services:
        yield services


def send(channel: Channel, address: str = "") -> None:
    ChatNotifier(lambda: address or GROUPS[channel][0]).send(message(channel))


@pytest.mark.parametrize("channel", GROUPS)
def test_a_group_reads_whom_it_concerns_and_where_to_look_and_no_title(
    services: ChatServices, channel: Channel
) -> None:
    send(channel)
    [(host, path, query, body)] = services.requests
    assert (host, path) == GROUPS[channel][1:]
    assert TOKEN in str((path, query))
    text = body["content"]["text"] if channel is Channel.FEISHU else body["text"]["content"]
    assert text == f"科桥 · 李工：下一步到期 {LINK}"


def test_a_signed_request_can_be_checked_by_the_service(services: ChatServices) -> None:
    send(Channel.DINGTALK, f"dingtalk://SECsecretsecret@{TOKEN}")
    [(_, _, query, _)] = services.requests
    signed = hmac.new(b"SECsecretsecret", f"{query['timestamp'][0]}\nSECsecretsecret".encode(), hashlib.sha256)
    assert query["sign"] == [b64encode(signed.digest()).decode()]


@pytest.mark.parametrize("channel", GROUPS)
@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((200, {}, {"errcode": 93000, "code": 93000, "errmsg": f"bad key {TOKEN}"}), "refused with code 93000"),
        ((200, {}, b"<html>a page of somebody else</html>"), "refused with code None"),
        ((500, {}, {}), "answered with status 500"),
        ((302, {"Location": "/elsewhere"}, {"errcode": 0}), "answered with status 302"),
        ((307, {"Location": "https://open.feishu.cn/elsewhere"}, {"errcode": 0}), "answered with status 307"),
    ],
)
def test_what_a_service_does_not_confirm_is_not_delivered(
    services: ChatServices, channel: Channel, answer: tuple[int, dict[str, str], object], said: str
) -> None:
    services.answer = answer
    with pytest.raises(ReceiverFailed) as failed:
        send(channel)
    assert str(failed.value) == said
    assert len(services.requests) == 1  # no redirect was followed


def test_a_service_that_hangs_is_given_up(services: ChatServices) -> None:
    services.hangs = threading.Event()
    with pytest.raises(ReceiverFailed, match="no answer"):
        WithDeadline(ChatNotifier(lambda: GROUPS[Channel.WECOM][0]), 0.5).send(message(Channel.WECOM))


def test_a_certificate_nobody_vouches_for_gets_nothing(
    authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chat_services(authority, tmp_path, monkeypatch, trusted=False) as services:
        with pytest.raises(ReceiverFailed, match="SSLError"):
            send(Channel.WECOM)
        assert services.requests == []


def test_no_log_holds_the_secret(services: ChatServices, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for channel in GROUPS:
        send(channel)
    services.answer = (500, {}, {})
    with pytest.raises(ReceiverFailed):
        send(Channel.WECOM)
    assert TOKEN not in caplog.text


def test_a_channel_without_an_address_fails() -> None:
    with pytest.raises(ReceiverFailed, match="not set up"):
        ChatNotifier(lambda: "").send(message(Channel.WECOM))


@pytest.mark.parametrize(
    ("channel", "typed", "kept"),
    [
        (Channel.WECOM, f"https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}", f"wecombot://{TOKEN}"),
        (Channel.WECOM, f" wecombot://{TOKEN}?verify=no&redirect=yes&rto=900 ", f"wecombot://{TOKEN}"),
        (Channel.DINGTALK, f"https://oapi.dingtalk.com/robot/send?access_token={TOKEN}", f"dingtalk://{TOKEN}"),
        (Channel.DINGTALK, f"dingtalk://SECabcdefg@{TOKEN}/?verify=no", f"dingtalk://SECabcdefg@{TOKEN}"),
        (Channel.FEISHU, f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}", f"feishu://{TOKEN}"),
        (Channel.FEISHU, f"lark://{TOKEN}", f"lark://{TOKEN}"),
    ],
)
def test_of_an_address_the_service_and_its_tokens_are_kept(channel: Channel, typed: str, kept: str) -> None:
    assert chat_address(channel, typed) == kept


@pytest.mark.parametrize(
    ("channel", "typed"),
    [
        (Channel.WECOM, ""),
        (Channel.WECOM, "wecombot://"),
        (Channel.WECOM, f"dingtalk://{TOKEN}"),
        (Channel.WECOM, f"json://127.0.0.1/{TOKEN}"),
        (Channel.WECOM, f"https://127.0.0.1/cgi-bin/webhook/send?key={TOKEN}"),
        (Channel.WECOM, f"https://qyapi.weixin.qq.com.example.org/cgi-bin/webhook/send?key={TOKEN}"),
        (Channel.WECOM, f"https://user@qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}"),
        (Channel.WECOM, f"http://qyapi.weixin.qq.com/cgi-bin/webhook/send?key={TOKEN}"),
        (Channel.WECOM, f"wecombot://{TOKEN}/../../admin"),
        (Channel.WECOM, f"wecombot://{TOKEN}\r\nHost: a"),
        (Channel.DINGTALK, f"dingtalk://a@b@{TOKEN}"),
        (Channel.FEISHU, f"https://open.feishu.cn/open-apis/bot/v2/hook/{TOKEN}/more"),
        (Channel.MAIL, f"mailto://{TOKEN}"),
        (Channel.CONSOLE, f"wecombot://{TOKEN}"),
    ],
)
def test_any_other_address_is_refused_without_being_repeated(channel: Channel, typed: str) -> None:
    with pytest.raises(ValueError, match="no address of") as refused:
        chat_address(channel, typed)
    assert TOKEN not in str(refused.value)


def test_a_masked_address_tells_two_apart_and_no_more() -> None:
    assert masked(f"dingtalk://SECabcdefg@{TOKEN}") == "dingtalk://…d55"
