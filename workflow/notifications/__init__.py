"""What people are told: messages are written, claimed, sent, and read in the system itself."""

from workflow.notifications.channels import receiver_failed
from workflow.notifications.composing import compose_message, message_to_send
from workflow.notifications.digests import due_digests, write_digest
from workflow.notifications.inbox import InboxMessage, count_unread, list_inbox, mark_read, open_message
from workflow.notifications.outbox import claim_message, mark_failed, mark_sent, message_waits, withdraw_message
from workflow.notifications.people import zone_of
from workflow.notifications.writing import notify

__all__ = [
    "InboxMessage",
    "claim_message",
    "compose_message",
    "count_unread",
    "due_digests",
    "list_inbox",
    "mark_failed",
    "mark_read",
    "mark_sent",
    "message_to_send",
    "message_waits",
    "notify",
    "open_message",
    "receiver_failed",
    "withdraw_message",
    "write_digest",
    "zone_of",
]
