"""The closed sets of reminders and of what people are told; `models.enums` says what holds for all."""

from enum import StrEnum


class ReminderKind(StrEnum):
    """What a reminder is for."""

    NEXT_STEP = "next_step"
    STAGE = "stage"
    MILESTONE = "milestone"
    PAYMENT = "payment"
    CONTRACT_EXPIRY = "contract_expiry"
    PAUSE = "pause"
    FEEDBACK = "feedback"
    REPLY = "reply"
    REVIEW = "review"
    RETURN_VISIT = "return_visit"
    PROFILE = "profile"
    NEED_EXPIRY = "need_expiry"


class ReminderRung(StrEnum):
    """Who is told of something on which nobody acts: one after the other."""

    OWNER = "owner"
    LEAD = "lead"
    BRANCH = "branch"


class NoticeKind(StrEnum):
    """What people are told of, each with preferences of its own; every kind of reminder is one."""

    NEXT_STEP = "next_step"
    STAGE = "stage"
    MILESTONE = "milestone"
    PAYMENT = "payment"
    CONTRACT_EXPIRY = "contract_expiry"
    PAUSE = "pause"
    FEEDBACK = "feedback"
    REVIEW = "review"
    RETURN_VISIT = "return_visit"
    PROFILE = "profile"
    NEED_EXPIRY = "need_expiry"
    ESCALATION = "escalation"
    HAND_OVER = "hand_over"
    REPLY = "reply"
    NEED_CHANGED = "need_changed"
    ANSWER_WANTED = "answer_wanted"
    NEED_PROGRESS = "need_progress"
    DEAL_PROGRESS = "deal_progress"
    ENDED = "ended"


class NoticeTiming(StrEnum):
    """When a notification goes out on a channel: at once, gathered with others, or not at all."""

    INSTANT = "instant"
    DAILY = "daily"
    WEEKLY = "weekly"
    OFF = "off"


class Channel(StrEnum):
    """Ways a message reaches somebody; the console stands in for mail where no mail server is set."""

    CONSOLE = "console"
    IN_APP = "in_app"
    MAIL = "mail"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
