"""Tables, closed sets, Create/Update/Public models, and `access`: who may see what.

Importing this package registers every table, which Alembic and relationships need.
"""

from models.capability import Capability, CapabilityCreate, CapabilityPublic, CapabilityRevision
from models.deal import (
    ActionTaken,
    Contract,
    Deal,
    DealMember,
    DealNeed,
    DealParty,
    DealStage,
    ExtraStage,
    FormerParty,
    Milestone,
    Outcome,
    Payment,
    ReturnVisit,
    StageEvidence,
)
from models.deal_forms import (
    ContractCreate,
    DealCreate,
    DealOpen,
    DealUpdate,
    NextStepUpdate,
    NoteCreate,
    StageMove,
    StatusMove,
)
from models.deal_outcome import OutcomeCreate
from models.deal_public import DealPublic, DealSummary, EventPublic
from models.file import Attachment, AttachmentVersion, FileDownload, Mail, StoredFile
from models.grant import Grant
from models.history import AuditEntry, Event
from models.learning import ModelVersion
from models.match import (
    CandidateCreate,
    Impression,
    Judgement,
    JudgementCreate,
    Match,
    MatcherVersion,
    MatchRecord,
    MatchRun,
)
from models.need import Need, NeedCreate, NeedPublic, NeedRevision, NeedSummary
from models.notice import CalendarFeed, ChannelSetting, ChannelState, Mute, NoticeHours, NoticePreference
from models.organisation import Organisation, OrganisationCreate, OrganisationPublic, OrganisationUpdate
from models.person import Affiliation, Person, PersonCreate
from models.refusal import Refusal, RefusalCreate, RefusalPublic
from models.requirement import Indicator, Requirement, RequirementEdit, RequirementPublic, RequirementsUpdate
from models.supplier import Supplier, SupplierCreate, SupplierPublic, SupplierUpdate
from models.user import Membership, User, UserCreate, UserSession
from models.vector import CapabilityVector, Change
from models.work import Installation, Lease, OutboxMessage, Reminder

__all__ = [
    "ActionTaken",
    "Affiliation",
    "Attachment",
    "AttachmentVersion",
    "AuditEntry",
    "CalendarFeed",
    "CandidateCreate",
    "Capability",
    "CapabilityCreate",
    "CapabilityPublic",
    "CapabilityRevision",
    "CapabilityVector",
    "Change",
    "ChannelSetting",
    "ChannelState",
    "Contract",
    "ContractCreate",
    "Deal",
    "DealCreate",
    "DealMember",
    "DealNeed",
    "DealOpen",
    "DealParty",
    "DealPublic",
    "DealStage",
    "DealSummary",
    "DealUpdate",
    "Event",
    "EventPublic",
    "ExtraStage",
    "FileDownload",
    "FormerParty",
    "Grant",
    "Impression",
    "Indicator",
    "Installation",
    "Judgement",
    "JudgementCreate",
    "Lease",
    "Mail",
    "Match",
    "MatchRecord",
    "MatchRun",
    "MatcherVersion",
    "Membership",
    "Milestone",
    "ModelVersion",
    "Mute",
    "Need",
    "NeedCreate",
    "NeedPublic",
    "NeedRevision",
    "NeedSummary",
    "NextStepUpdate",
    "NoteCreate",
    "NoticeHours",
    "NoticePreference",
    "Organisation",
    "OrganisationCreate",
    "OrganisationPublic",
    "OrganisationUpdate",
    "OutboxMessage",
    "Outcome",
    "OutcomeCreate",
    "Payment",
    "Person",
    "PersonCreate",
    "Refusal",
    "RefusalCreate",
    "RefusalPublic",
    "Reminder",
    "Requirement",
    "RequirementEdit",
    "RequirementPublic",
    "RequirementsUpdate",
    "ReturnVisit",
    "StageEvidence",
    "StageMove",
    "StatusMove",
    "StoredFile",
    "Supplier",
    "SupplierCreate",
    "SupplierPublic",
    "SupplierUpdate",
    "User",
    "UserCreate",
    "UserSession",
]  # fmt: skip
