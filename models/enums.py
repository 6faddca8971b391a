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


class SubjectKind(StrEnum):
    """What an event, a grant, a reminder or an audit entry is about."""

    ORGANISATION = "organisation"
    PERSON = "person"
    SUPPLIER = "supplier"
    CAPABILITY = "capability"
    NEED = "need"
    MATCH = "match"
    DEAL = "deal"
    FORMER_PARTY = "former_party"
    USER = "user"
    INSTALLATION = "installation"
    MODEL = "model"


class Precision(StrEnum):
    """How exactly the time of an event is known."""

    INSTANT = "instant"
    DAY = "day"
    MONTH = "month"


class AuditOutcome(StrEnum):
    """Whether an audited act was carried out."""

    DONE = "done"
    REFUSED = "refused"


class ChangeOperation(StrEnum):
    """What the indexes have to do with a changed object."""

    UPSERT = "upsert"
    REMOVE = "remove"


class Currency(StrEnum):
    """ISO 4217 codes; sums are integers in the currency's hundredth."""

    CNY = "CNY"
    USD = "USD"
    EUR = "EUR"
