"""A side that is taken out of a deal keeps reading that it was, and why, and nothing else of the deal."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from core.database import WriteSession
from core.errors import NotFound
from core.i18n import Language
from models.access import Viewer, viewer_of
from models.deal import Deal, DealParty
from models.deal_enums import PartyRole
from models.deal_forms import DealCreate, PartRemoved, PartyCreate
from models.enums import ReasonCode, Role
from models.notice_enums import Channel, NoticeKind
from models.work import OutboxMessage
from tests.workflow.deal_world import World
from workflow.days import day_of
from workflow.deals import LeftDeal, add_party, list_left, remove_party, show_deal, start_deal
from workflow.notifications import list_inbox

LATER = timedelta(days=40)


class Scene:
    """A deal without a match, with an enterprise (side 1), an expert (side 2), and staff."""

    def __init__(self, session: WriteSession, now: datetime) -> None:
        self.session, self.now, self.world = session, now, World(session, now)
        self.staff = self.world.staff("拍板的人")
        self.firm = self.world.organisation("甲厂")
        self.member = self._signed_in(self.world.viewer(Role.ENTERPRISE_MEMBER, self.firm, "厂里人"))
        expert = self._signed_in(self.world.viewer(Role.SUPPLIER, name="专家"))
        supplier = self.world.supplier("专家")
        supplier.person_id = expert.person_id
        session.flush()
        self.expert = self._again(expert)
        self.supplier = supplier
        self.deal = start_deal(session, self.staff, DealCreate(title="保密的试制"), now=now)
        session.add(DealParty(deal_id=self.deal.key, role=PartyRole.DEMAND, organisation_id=self.firm.key))
        session.add(DealParty(deal_id=self.deal.key, role=PartyRole.SUPPLY, supplier_id=supplier.key))
        session.flush()

    def _signed_in(self, viewer: Viewer) -> Viewer:
        self.world.sign_in_of(viewer)
        return self._again(viewer)

    def _again(self, viewer: Viewer) -> Viewer:
        assert viewer.person_id is not None
        return viewer_of(self.session, viewer.person_id, self.now)

    def remove(self, number: int, reason: ReasonCode, by: Viewer | None = None) -> None:
        form = PartRemoved(reason=reason, text="内部说明")
        remove_party(self.session, by or self.staff, self.deal.public_id, number, form, now=self.now + LATER)

    def left(self, who: Viewer) -> list[LeftDeal]:
        return list_left(self.session, who)

    def messages(self, who: Viewer) -> list[str]:
        found = list_inbox(self.session, who, now=self.now + LATER, language=Language.ZH).items
        return [message.text for message in found if message.kind is NoticeKind.ENDED]


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(session, now)


def test_a_side_that_was_taken_out_reads_when_and_why_and_no_more(scene: Scene) -> None:
    assert scene.left(scene.expert) == scene.left(scene.member) == []
    scene.remove(2, ReasonCode.CAPACITY)
    [line] = scene.left(scene.expert)
    assert line == LeftDeal(
        deal=scene.deal.public_id,
        role=PartyRole.SUPPLY,
        name="专家",
        opened_on=day_of(scene.now),
        left_on=day_of(scene.now + LATER),
        reason=ReasonCode.CAPACITY,
    )
    [message] = scene.messages(scene.expert)
    for told in (line.model_dump_json(), message):
        assert not [word for word in ("拍板", "保密", "甲厂", "内部说明") if word in told]
    assert "原因：" in message
    with pytest.raises(NotFound):
        show_deal(scene.session, scene.expert, scene.deal.public_id, now=scene.now)
    for other in (scene.member, scene.staff, scene.world.viewer(Role.SUPPLIER)):
        assert (scene.left(other), scene.messages(other)) == ([], [])


def test_an_enterprise_is_told_too_and_not_of_ties(scene: Scene) -> None:
    scene.remove(1, ReasonCode.CONFLICT_OF_INTEREST)
    assert [(line.name, line.reason) for line in scene.left(scene.member)] == [("甲厂", ReasonCode.OTHER)]
    [message] = scene.messages(scene.member)
    assert "利益" not in message
    assert scene.messages(scene.expert) == []


def test_who_takes_part_again_reads_the_deal_and_not_that_it_was_out(scene: Scene) -> None:
    scene.remove(2, ReasonCode.ENTERED_BY_MISTAKE)
    again = PartyCreate(role=PartyRole.SUPPLY, supplier=scene.supplier.public_id)
    add_party(scene.session, scene.staff, scene.deal.public_id, again, now=scene.now + LATER)
    assert (scene.left(scene.expert), scene.messages(scene.expert)) == ([], [])
    scene.remove(2, ReasonCode.NO_ANSWER)
    assert [line.reason for line in scene.left(scene.expert)] == [ReasonCode.NO_ANSWER, ReasonCode.OTHER]


def test_somebody_of_the_society_who_takes_out_the_own_side_is_not_told(scene: Scene) -> None:
    person = scene.expert.person_id
    assert person is not None
    both = Viewer(
        person,
        scene.expert.roles | scene.staff.roles,
        central=scene.staff.central,
        suppliers=scene.expert.suppliers,
        at=scene.now,
    )
    deal = scene.session.exec(select(Deal).where(Deal.public_id == scene.deal.public_id)).one()
    deal.owner_id = person
    scene.session.flush()
    scene.remove(2, ReasonCode.CAPACITY, by=both)
    assert scene.messages(both) == []
    assert len(scene.left(both)) == 1


def test_who_signs_in_no_more_gets_no_message(scene: Scene) -> None:
    scene.world.viewer(Role.ENTERPRISE_ADMIN, scene.firm, "没有账号的人")
    scene.remove(1, ReasonCode.NOT_OUR_STRATEGY)
    told = scene.session.exec(
        select(OutboxMessage.person_id).where(
            OutboxMessage.kind == NoticeKind.ENDED, OutboxMessage.channel == Channel.IN_APP
        )
    ).all()
    assert list(told) == [scene.member.person_id]
