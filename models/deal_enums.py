"""The closed sets of deals and of what is kept on them; `models.enums` says what holds for all."""

from enum import StrEnum


class DealStatus(StrEnum):
    """对接状态; the stage codes are data, this set is closed."""

    OPEN = "open"
    PAUSED = "paused"
    WON = "won"
    LOST = "lost"


class PartyRole(StrEnum):
    """As what somebody takes part in a deal."""

    DEMAND = "demand"
    SUPPLY = "supply"
    PARTNER = "partner"
    SERVICE = "service"


class ContractKind(StrEnum):
    """技术合同类型."""

    DEVELOPMENT = "development"
    TRANSFER = "transfer"
    LICENCE = "licence"
    CONSULTING = "consulting"
    SERVICE = "service"


class PaymentPlan(StrEnum):
    """付款方式."""

    ONE_OFF = "one_off"
    INSTALMENTS = "instalments"
    COMMISSION = "commission"


class EvidenceKind(StrEnum):
    """What shows that a stage of a deal was really gone through, and so opens the next one."""

    NDA = "nda"
    VISIT_NOTE = "visit_note"
    LETTER_OF_INTENT = "letter_of_intent"
    SIGNED_CONTRACT = "signed_contract"
    REGISTRATION_CERTIFICATE = "registration_certificate"
    DELIVERABLES = "deliverables"
    PILOT_REPORT = "pilot_report"
    TRANSFER_CERTIFICATE = "transfer_certificate"
    LICENCE_FILING = "licence_filing"
    HANDOVER_RECORD = "handover_record"
    ACCEPTANCE_REPORT = "acceptance_report"


class NextAction(StrEnum):
    """What may be done next to get a deal on."""

    REMIND = "remind"
    CHANGE_CONTACT = "change_contact"
    ASK_EVIDENCE = "ask_evidence"
    SPLIT = "split"
    PILOT_PARTNER = "pilot_partner"
    SUBSIDY = "subsidy"
    CLOSE = "close"


class ActionReason(StrEnum):
    """Why an action is proposed for a deal."""

    WAITING_LONG = "waiting_long"
    STEP_OVERDUE = "step_overdue"
    SILENT = "silent"
    NO_ANSWER_TO_REMINDERS = "no_answer_to_reminders"
    NO_CONTACT = "no_contact"
    EVIDENCE_MISSING = "evidence_missing"
    SEVERAL_NEEDS = "several_needs"
    SEVERAL_SUPPLIERS = "several_suppliers"
    SCALE_UP_AHEAD = "scale_up_ahead"
    SCALE_UP_SLOW = "scale_up_slow"
    REGISTERED = "registered"
    HARDLY_ANY_CHANCE = "hardly_any_chance"


class NotNow(StrEnum):
    """Why a proposed action is not taken."""

    DONE_ALREADY = "done_already"
    AGREED_TO_WAIT = "agreed_to_wait"
    NO_CAPACITY = "no_capacity"
    NO_USE = "no_use"
    OTHER = "other"


class Visibility(StrEnum):
    """Who may see an entry or a file of a deal: all sides, one side, the society, or the deal's team alone."""

    PARTIES = "parties"
    DEMAND = "demand"
    SUPPLY = "supply"
    PARTNER = "partner"
    SERVICE = "service"
    STAFF = "staff"
    TEAM = "team"


class NoteKind(StrEnum):
    """What a note on a deal is about; stored as the event code `deal.<kind>`."""

    CALL = "call"
    MEETING = "meeting"
    VISIT = "visit"
    MAIL = "mail"
    NOTE = "note"


class EntryKind(StrEnum):
    """Of what kind a line in the timeline of a deal is."""

    CALL = "call"
    MEETING = "meeting"
    VISIT = "visit"
    MAIL = "mail"
    NOTE = "note"
    REPLY = "reply"
    FILE = "file"
    MOVE = "move"
    STEP = "step"
    REMINDER = "reminder"
    MILESTONE = "milestone"
    CHANGE = "change"
