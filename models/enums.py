"""The closed sets of the data model. Values are stored and exported: renaming one needs a migration.

People read `enum.<ClassName>.<value>` from the message catalogue.
"""

from enum import IntEnum, StrEnum

from core.taxonomy import Maturity as Maturity  # a taxonomy of its own, and a closed set of columns like the others


class Role(StrEnum):
    """What a membership allows; one person can hold several."""

    VISITOR = "visitor"
    ENTERPRISE_MEMBER = "enterprise_member"
    ENTERPRISE_ADMIN = "enterprise_admin"
    SUPPLIER = "supplier"
    STAFF = "staff"
    LEAD = "lead"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"


class DisclosureLevel(IntEnum):
    """公开级别: how much of an object a person may see."""

    STATISTICS = 0
    CARD = 1
    SUMMARY = 2
    FULL = 3


class OrganisationKind(StrEnum):
    """机构性质."""

    ENTERPRISE = "enterprise"
    UNIVERSITY = "university"
    INSTITUTE = "institute"
    GOVERNMENT = "government"
    SOCIETY_BRANCH = "society_branch"
    SERVICE_BODY = "service_body"


class PersonTitle(StrEnum):
    """职称或职务."""

    PROFESSOR = "professor"
    ASSOCIATE_PROFESSOR = "associate_professor"
    RESEARCHER = "researcher"
    SENIOR_ENGINEER = "senior_engineer"
    ENGINEER = "engineer"
    MANAGER = "manager"
    DIRECTOR = "director"
    OFFICIAL = "official"


class SupplierKind(StrEnum):
    """供给方类型."""

    PERSON = "person"
    TEAM = "team"
    ORGANISATION = "organisation"


class CapabilityKind(StrEnum):
    """能力类型."""

    ACHIEVEMENT = "achievement"
    PATENT = "patent"
    EXPERTISE = "expertise"
    FACILITY = "facility"
    SERVICE = "service"
    CASE = "case"


class IprState(StrEnum):
    """知识产权状态."""

    NONE = "none"
    KNOW_HOW = "know_how"
    APPLIED = "applied"
    GRANTED = "granted"


class IprStance(StrEnum):
    """成果归属: who holds the rights in what comes of the work; `matching.rules` has the same set, a test compares."""

    ASKER_OWNS = "asker_owns"
    JOINT = "joint"
    EXCLUSIVE_LICENCE = "exclusive_licence"
    LICENCE = "licence"
    SUPPLIER_OWNS = "supplier_owns"


class CooperationMode(StrEnum):
    """合作方式."""

    COMMISSIONED = "commissioned"
    COOPERATIVE = "cooperative"
    TRANSFER = "transfer"
    LICENCE = "licence"
    CONSULTING = "consulting"
    SERVICE = "service"


class SolutionMode(StrEnum):
    """需求解决方式."""

    INDEPENDENT = "independent"
    COMMISSIONED = "commissioned"
    COOPERATIVE = "cooperative"
    OTHER = "other"


class AskerKind(StrEnum):
    """五类需求来源."""

    GOVERNMENT_UPGRADE = "government_upgrade"
    ENTERPRISE_RENEWAL = "enterprise_renewal"
    PROJECT_ADVICE = "project_advice"
    LARGE_FARMING = "large_farming"
    SMALL_FIRM = "small_firm"


class NeedStatus(StrEnum):
    """需求状态, in the order of the way of one need."""

    SUBMITTED = "submitted"
    FOCUSED = "focused"
    MATCHED = "matched"
    INTRODUCED = "introduced"
    CLOSED = "closed"


class Origin(StrEnum):
    """Who brought something in: the engine, a staff member, the supplier itself, or the enterprise that asks."""

    ENGINE = "engine"
    STAFF = "staff"
    SUPPLIER = "supplier"
    ASKER = "asker"


class MatchStatus(StrEnum):
    """匹配状态."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DEFERRED = "deferred"


class Verdict(StrEnum):
    """评审结论."""

    ACCEPT = "accept"
    DECLINE = "decline"
    DEFER = "defer"


class SlotKind(StrEnum):
    """Why a match stood where it was shown."""

    RANKED = "ranked"
    EXPLORED = "explored"
    BY_HAND = "by_hand"


class MatcherPart(StrEnum):
    """What of the matcher changes apart from its code, and is kept by its content."""

    RANKER = "ranker"
    RULES = "rules"
    WEIGHTS = "weights"


class ModelKind(StrEnum):
    """What of the ranker was fitted to decisions made here: its order, or the scale of its scores."""

    ORDER = "order"
    SCALE = "scale"


class ModelState(StrEnum):
    """Where a fitted ranker stands: it won its trial, it lost, it is in force, it was."""

    CANDIDATE = "candidate"
    REFUSED = "refused"
    PROMOTED = "promoted"
    RETIRED = "retired"


class ReasonCode(StrEnum):
    """Coded reasons of decisions: why a match or deal was taken up, paused, lost or revived."""

    GOOD_FIT = "good_fit"
    KNOWN_PARTNER = "known_partner"
    TOO_EARLY = "too_early"
    ADVANTAGE_UNCLEAR = "advantage_unclear"
    COMMERCIAL_PATH_UNCLEAR = "commercial_path_unclear"
    DESCRIPTION_UNCLEAR = "description_unclear"
    SCIENTIFIC_DOUBT = "scientific_doubt"
    NOT_OUR_STRATEGY = "not_our_strategy"
    OWN_SOLUTION_EXISTS = "own_solution_exists"
    IP_PROBLEM = "ip_problem"
    BUDGET = "budget"
    NO_ANSWER = "no_answer"
    CAPACITY = "capacity"
    OFF_TOPIC = "off_topic"
    CONFLICT_OF_INTEREST = "conflict_of_interest"
    CIRCUMSTANCES_CHANGED = "circumstances_changed"
    NO_COUNTERPART = "no_counterpart"
    PRICE = "price"
    CONGESTION = "congestion"
    SAFETY = "safety"
    TECHNOLOGY_FAILED = "technology_failed"
    EVIDENCE_FOLLOWS = "evidence_follows"
    EVIDENCE_NOT_NEEDED = "evidence_not_needed"
    ENTERED_BY_MISTAKE = "entered_by_mistake"
    NEED_MET = "need_met"
    NEED_WITHDRAWN = "need_withdrawn"
    OFFER_WITHDRAWN = "offer_withdrawn"
    NOT_PURSUED = "not_pursued"
    OTHER = "other"


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


class SubjectKind(StrEnum):
    """What an event, a grant, a reminder or an audit entry is about."""

    ORGANISATION = "organisation"
    PERSON = "person"
    SUPPLIER = "supplier"
    CAPABILITY = "capability"
    NEED = "need"
    MATCH = "match"
    DEAL = "deal"
    USER = "user"
    INSTALLATION = "installation"
    MODEL = "model"


class Precision(StrEnum):
    """How exactly the time of an event is known."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"


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


class AuditOutcome(StrEnum):
    """Whether an audited act was carried out."""

    DONE = "done"
    REFUSED = "refused"


class ChangeOperation(StrEnum):
    """What the indexes have to do with a changed object."""

    UPSERT = "upsert"
    REMOVE = "remove"


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


class Currency(StrEnum):
    """ISO 4217 codes; sums are integers in the currency's hundredth."""

    CNY = "CNY"
    USD = "USD"
    EUR = "EUR"
