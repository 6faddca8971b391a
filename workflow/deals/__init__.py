"""Deals: opened from an accepted match or started without one, moved, noted, ended, read."""

from tracking.filters import DealFilter, DealOrder
from tracking.timeline import EntryFilter
from workflow.deals.actions import decline_action, propose_actions, take_action
from workflow.deals.contracts import edit_contract
from workflow.deals.editing import archive_deal, edit_deal, restore_deal, set_next_step
from workflow.deals.evidence import record_evidence, withdraw_evidence
from workflow.deals.extra_stages import add_stage, remove_stage
from workflow.deals.handover import hand_over, hand_over_all
from workflow.deals.leaving import LeftDeal, list_left
from workflow.deals.mails import ReceivedMail, add_mail, receive_mail, receive_pasted
from workflow.deals.moving import advance_deal, pause_deal, revive_deal
from workflow.deals.notes import add_note
from workflow.deals.opening import open_deal, start_deal
from workflow.deals.outcome import lose_deal, record_outcome
from workflow.deals.parts import add_need, add_party, merge_deals, split_deal
from workflow.deals.planned import (
    edit_milestone,
    edit_payment,
    plan_milestone,
    plan_payment,
    reach_milestone,
    record_payment,
    remove_milestone,
    remove_payment,
)
from workflow.deals.queue import WorkQueue, read_queue
from workflow.deals.reading import get_deal, list_deals, show_deal
from workflow.deals.removing import remove_need, remove_party
from workflow.deals.replies import send_reply
from workflow.deals.signing import signing_faults
from workflow.deals.slips import undo_move
from workflow.deals.team import MemberPublic, add_member, list_team, remove_member
from workflow.deals.timeline import deal_timeline, page_of_entry, read_entry, show_entry_to
from workflow.deals.unfinished import list_unfinished
from workflow.deals.visits import plan_missing_visits, record_visit
from workflow.deals.waiting import record_answer, set_waiting

__all__ = [
    "DealFilter",
    "DealOrder",
    "EntryFilter",
    "LeftDeal",
    "MemberPublic",
    "ReceivedMail",
    "WorkQueue",
    "add_mail",
    "add_member",
    "add_need",
    "add_note",
    "add_party",
    "add_stage",
    "advance_deal",
    "archive_deal",
    "deal_timeline",
    "decline_action",
    "edit_contract",
    "edit_deal",
    "edit_milestone",
    "edit_payment",
    "get_deal",
    "hand_over",
    "hand_over_all",
    "list_deals",
    "list_left",
    "list_team",
    "list_unfinished",
    "lose_deal",
    "merge_deals",
    "open_deal",
    "page_of_entry",
    "pause_deal",
    "plan_milestone",
    "plan_missing_visits",
    "plan_payment",
    "propose_actions",
    "reach_milestone",
    "read_entry",
    "read_queue",
    "receive_mail",
    "receive_pasted",
    "record_answer",
    "record_evidence",
    "record_outcome",
    "record_payment",
    "record_visit",
    "remove_member",
    "remove_milestone",
    "remove_need",
    "remove_party",
    "remove_payment",
    "remove_stage",
    "restore_deal",
    "revive_deal",
    "send_reply",
    "set_next_step",
    "set_waiting",
    "show_deal",
    "show_entry_to",
    "signing_faults",
    "split_deal",
    "start_deal",
    "take_action",
    "undo_move",
    "withdraw_evidence",
]
