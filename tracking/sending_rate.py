"""How fast a channel may send: token buckets that keep within what each chat service allows."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from models.notice_enums import Channel


@dataclass(frozen=True, slots=True)
class Rate:
    """A bucket that holds `burst` tokens and gets `per_minute` new ones.

    Within any minute at most burst + per_minute messages go out, so the two add up to what the service allows.
    """

    burst: int
    per_minute: int


RATES: Mapping[Channel, Rate] = {
    Channel.WECOM: Rate(5, 15),
    Channel.DINGTALK: Rate(5, 15),
    Channel.FEISHU: Rate(20, 80),
}
"""企业微信 and 钉钉 take 20 messages a minute from a robot, 飞书 100. Other channels have no bound of ours."""


def tokens_at(rate: Rate, tokens: float, since: datetime, now: datetime) -> float:
    """The tokens there are now, of a bucket that held `tokens` at `since`; a clock set back adds none."""
    seconds = max(0.0, (now - since).total_seconds())
    return min(float(rate.burst), tokens + seconds * rate.per_minute / 60)
