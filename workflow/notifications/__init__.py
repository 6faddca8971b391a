"""What people are told: messages are written, claimed, sent, and read in the system itself."""

from workflow.notifications.inbox import list_messages
from workflow.notifications.outbox import claim_message, compose_message, mark_failed, mark_sent
from workflow.notifications.people import zone_of
from workflow.notifications.writing import notify

__all__ = [
    "claim_message",
    "compose_message",
    "list_messages",
    "mark_failed",
    "mark_sent",
    "notify",
    "zone_of",
]
