"""A small catalogue for the pages: enterprises, suppliers, capabilities and needs, all invented."""

from datetime import datetime, timedelta

from sqlmodel import select

from core.database import WriteSession
from core.demo_users import DEMO_USERS
from core.i18n import Language
from matching.embedding.static import shipped_embedder
from models.access import Viewer, viewer_of
from models.capability import CapabilityCreate
from models.deal_enums import ContractKind, DealStatus, NoteKind
from models.deal_forms import ContractCreate, DealCreate, NextStepUpdate, NoteCreate, StageMove, StatusMove
from models.deal_outcome import OutcomeCreate
from models.enums import (
    AskerKind,
    CapabilityKind,
    CooperationMode,
    DisclosureLevel,
    Maturity,
    OrganisationKind,
    ReasonCode,
    Role,
    SolutionMode,
    SupplierKind,
)
from models.need import NeedCreate
from models.organisation import Organisation
from models.person import Person
from models.supplier import Supplier, SupplierCreate
from models.user import Membership, User
from workflow.capabilities import add_capability
from workflow.days import day_of
from workflow.deals import (
    add_note,
    advance_deal,
    lose_deal,
    pause_deal,
    record_outcome,
    set_next_step,
    start_deal,
)
from workflow.needs import submit_need
from workflow.suppliers import add_supplier
from workflow.users import IN_ORGANISATION

FIRM = "示例企业甲"
"""The enterprise of the demo users that belong to one."""

OFFERS = (
    (
        "示例大学轴承团队",
        "高速主轴陶瓷球轴承设计与润滑技术",
        "采用混合陶瓷球轴承和油气润滑，在 24000 r/min 下温升不超过 28 ℃，寿命不低于 8000 h。",
        "manufacturing",
    ),
    (
        "示例研究院废水组",
        "高盐有机废水催化氧化处理工艺",
        "以多相催化臭氧氧化处理印染、化工高盐废水，COD 去除率不低于 85%，吨水成本 6 元以内。",
        "environment",
    ),
    (
        "Example Polymer Lab",
        "Flame-retardant polyamide with high impact strength",
        "Halogen-free polyamide 66 reaching UL94 V-0 at 0.8 mm with notched impact strength above 12 kJ/m².",
        "materials",
    ),
)

BEARING_NEED = NeedCreate(
    title="高速电主轴轴承温升过高，寻求低温升长寿命轴承方案",
    public_title="高速主轴轴承技术需求",
    problem="我司电主轴在 20000 r/min 下运转后轴承温升达到 45 ℃，导致加工精度下降，已试过更换润滑脂，效果不明显。",
    indicators="在 20000 r/min 下温升不超过 30 ℃；轴承寿命不低于 5000 h；最好采用油气润滑；不得采用进口轴承整机替换。",
    goal="解决后可替代进口主轴，预计年新增产值 3000 万元。",
    keywords=["电主轴", "陶瓷球轴承", "温升"],
    budget_from=30_000_000,
    budget_to=50_000_000,
    period_months=12,
    solution_mode=SolutionMode.COOPERATIVE,
    asker=AskerKind.SMALL_FIRM,
    technical_field="manufacturing",
    industry="C34",
    disclosure=DisclosureLevel.SUMMARY,
)


def add_users(session: WriteSession, password_hash: str, now: datetime) -> None:
    """Everybody of `core.demo_users` can sign in, those of an enterprise for `FIRM`."""
    firm = Organisation(name=FIRM, kind=OrganisationKind.ENTERPRISE, region="330000", created_at=now)
    session.add(firm)
    for demo in DEMO_USERS:
        person = Person(name=demo.login, created_at=now)
        session.add(person)
        session.flush()
        place = firm.key if Role(demo.role) in IN_ORGANISATION else None
        session.add(Membership(person_id=person.key, role=Role(demo.role), organisation_id=place, valid_from=now))
        session.add(User(person_id=person.key, login=demo.login, password_hash=password_hash, created_at=now))
    session.flush()


def add_catalogue(session: WriteSession, now: datetime) -> None:
    """Suppliers with a capability each, one of them the demo user `supplier`, and a need that was just submitted."""
    staff = viewer_of_login(session, "staff", now)
    for name, title, summary, field in OFFERS:
        supplier = add_supplier(session, staff, SupplierCreate(name=name, kind=SupplierKind.TEAM), now=now)
        _offer(session, staff, supplier, title, summary, now, field)
    own = add_supplier(session, staff, SupplierCreate(name="示例专家", kind=SupplierKind.PERSON), now=now)
    own.person_id = _person_of(session, "supplier").key
    _offer(session, staff, own, "精密机床热变形测量与补偿", "测量主轴热伸长并在线补偿，补偿后误差不超过 3 μm。", now)
    firm = session.exec(select(Organisation).where(Organisation.name == FIRM)).one()
    submit_need(session, staff, BEARING_NEED, organisation=firm.public_id, now=now)


def add_deals(session: WriteSession, now: datetime) -> None:
    """Deals of the demo user `staff`: open and overdue, paused, lost, signed with two contracts, won."""
    staff = viewer_of_login(session, "staff", now)
    open_deal, paused, lost, signed, won = (
        start_deal(session, staff, DealCreate(title=f"示例项目：{title}"), now=now).public_id
        for title in ("进行中", "暂停", "未成", "签约", "成功")
    )
    late = NextStepUpdate(next_step="约双方见面", next_step_due=day_of(now - timedelta(days=3)))
    set_next_step(session, staff, open_deal, late, now=now - timedelta(days=3))
    add_note(session, staff, open_deal, NoteCreate(kind=NoteKind.CALL, text="企业希望先看样品。"), now=now)
    skip = StageMove(to="feasibility", reason=ReasonCode.KNOWN_PARTNER, text="双方早已相识")
    advance_deal(session, staff, open_deal, skip, now=now)
    pause_deal(session, staff, paused, StatusMove(reason=ReasonCode.BUDGET, text="等下一年度预算"), now=now)
    lose_deal(session, staff, lost, StatusMove(reason=ReasonCode.NO_ANSWER), now=now)
    for deal, kinds in ((signed, (ContractKind.DEVELOPMENT, ContractKind.LICENCE)), (won, (ContractKind.TRANSFER,))):
        for kind in kinds:
            contract = ContractCreate(kind=kind, amount=80_000_000, signed_on=day_of(now))
            reason = ReasonCode.KNOWN_PARTNER
            advance_deal(session, staff, deal, StageMove(to="signed", signing=contract, reason=reason), now=now)
    outcome = OutcomeCreate(status=DealStatus.WON, text="样机通过验收", contract_sum=80_000_000, jobs=3)
    record_outcome(session, staff, won, outcome, now=now)


def viewer_of_login(session: WriteSession, login: str, now: datetime) -> Viewer:
    """Who signs in with `login`."""
    return viewer_of(session, _person_of(session, login).key, now)


def _person_of(session: WriteSession, login: str) -> Person:
    user = session.exec(select(User).where(User.login == login)).one()
    return session.get_one(Person, user.person_id)


def _offer(
    session: WriteSession,
    staff: Viewer,
    supplier: Supplier,
    title: str,
    summary: str,
    now: datetime,
    field: str = "manufacturing",
) -> None:
    form = CapabilityCreate(
        title=title,
        language=Language.ZH,
        kind=CapabilityKind.ACHIEVEMENT,
        summary=summary,
        maturity=Maturity.PILOT_TEST,
        cooperation_modes=[CooperationMode.COOPERATIVE],
        keywords=["示例"],
        technical_field=field,
    )
    add_capability(session, staff, supplier.public_id, form, now=now, embedder=shipped_embedder())
