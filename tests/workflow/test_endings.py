from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlmodel import col, select

from core.database import WriteSession
from core.errors import Conflict, Invalid, Refused
from core.i18n import Language, translator
from models.access import viewer_of
from models.deal import Deal
from models.deal_enums import ContractKind, DealStatus, PartyRole
from models.deal_forms import (
    AnswerCreate,
    ContractCreate,
    DealCreate,
    DealMerge,
    PartRemoved,
    PartyCreate,
    StageMove,
    StatusMove,
)
from models.deal_outcome import OutcomeCreate
from models.enums import DisclosureLevel, NeedStatus, OrganisationKind, Origin, ReasonCode, Role, SupplierKind
from models.history import Event
from models.match import JudgementCreate, Match, MatchRun
from models.match_enums import MatchStatus, Verdict
from models.need import Need
from models.notice_enums import Channel, NoticeKind
from models.person import Person
from models.refusal import RefusalCreate
from models.work import OutboxMessage
from tests.workflow.deal_world import World
from workflow.deals import (
    add_party,
    advance_deal,
    lose_deal,
    merge_deals,
    open_deal,
    record_answer,
    record_outcome,
    remove_party,
    revive_deal,
    start_deal,
)
from workflow.endings import EndScope, SuggestionsEnd, end_left_behind, is_open_suggestion
from workflow.matches import review_match, show_matches
from workflow.matches.shortlist import show_shortlist
from workflow.matches.told import end_suggestions, list_told
from workflow.needs import archive_need, restore_need
from workflow.notifications import list_inbox, message_to_send, write_digest
from workflow.refusals import refuse_supplier
from workflow.suppliers import archive_supplier, restore_supplier

DECIDER, RIVAL = "拍板的人", "对手团队"
WON = OutcomeCreate(status=DealStatus.WON, text="已投产")


class Scene:
    """A need for which two were suggested: one with people who can sign in, and a rival."""

    def __init__(self, world: World) -> None:
        self.world, self.session, self.now = world, world.session, world.now
        self.staff = world.staff(DECIDER)
        self.asking = world.organisation("保密的甲公司")
        self.need = world.need(self.asking, public_title="薄板焊接", disclosure=DisclosureLevel.CARD)
        expert = world.viewer(Role.SUPPLIER, name="李教授")
        assert expert.person_id is not None
        world.sign_in_of(expert)
        self.supplier = world.supplier("李教授", person=self.session.get_one(Person, expert.person_id))
        self.rival = world.supplier(RIVAL)
        self.mine = world.match(self.need, self.supplier, MatchStatus.PROPOSED)
        self.other = world.match(self.need, self.rival, MatchStatus.ACCEPTED)
        self.offering = viewer_of(self.session, expert.person_id, self.now)
        self.enterprise = world.viewer(Role.ENTERPRISE_MEMBER, self.asking)

    def list_anew(self) -> None:
        """A run of the engine proposes the supplier again, beside what was suggested by hand."""
        run = MatchRun(
            need_id=self.need.key,
            need_revision_id=self.mine.need_revision_id,
            requested_at=self.now,
            viewer_class="x",
            engine="x",
            model="x",
            ranker="x",
            index="x",
            candidates=1,
        )
        self.session.add(run)
        self.session.flush()
        self.session.add(
            Match(
                need_id=self.need.key,
                run_id=run.key,
                need_revision_id=run.need_revision_id,
                supplier_id=self.supplier.key,
                origin=Origin.ENGINE,
                proposed_at=self.now,
            )
        )
        self.session.flush()

    def told(self) -> list[ReasonCode]:
        """The reasons the supplier's people read; what else they read holds neither decider nor rival nor asker."""
        lines = list_told(self.session, self.offering)
        text = "".join(line.model_dump_json() for line in lines)
        assert not [name for name in (DECIDER, RIVAL, "甲公司", self.rival.public_id, "score", "rank") if name in text]
        return [line.reason for line in lines]

    def messages(self) -> list[str]:
        """What the supplier's people find of ends in their messages, without its own name."""
        found = list_inbox(self.session, self.offering, now=self.now, language=Language.ZH).items
        everything = "".join(message.text for message in found)
        assert not [name for name in (DECIDER, RIVAL, "甲公司", "薄板焊接") if name in everything]
        texts = [message.text for message in found if message.kind is NoticeKind.ENDED]
        return [text.removeprefix("“李教授”曾被推荐给一项需求，现已结束。") for text in texts]

    def written(self) -> int:
        """How many messages of ends there are in the application, whoever may read them now."""
        inside = (OutboxMessage.kind == NoticeKind.ENDED, OutboxMessage.channel == Channel.IN_APP)
        return len(self.session.exec(select(OutboxMessage).where(*inside)).all())

    def open(self) -> list[int]:
        return [
            match.key for match in self.session.exec(select(Match).where(is_open_suggestion()).order_by(col(Match.id)))
        ]

    def judge(self, match: Match, verdict: Verdict, reason: ReasonCode) -> None:
        form = JudgementCreate(verdict=verdict, reason=reason, comment=f"{DECIDER}：{RIVAL}更好")
        review_match(self.session, self.staff, match.public_id, form, now=self.now)

    def met_by_the_rival(self) -> None:
        deal = open_deal(self.session, self.staff, self.other.public_id, now=self.now)
        signing = ContractCreate(kind=ContractKind.SERVICE, signed_on=self.now.date())
        move = StageMove(to="signed", signing=signing, reason=ReasonCode.KNOWN_PARTNER)
        advance_deal(self.session, self.staff, deal.public_id, move, now=self.now)
        record_outcome(self.session, self.staff, deal.public_id, WON, now=self.now)

    def end(self, reason: ReasonCode, scope: EndScope = EndScope.ALL, days: int | None = None) -> int:
        form = SuggestionsEnd(reason=reason, scope=scope, older_than_days=days)
        return end_suggestions(self.session, self.staff, self.need.public_id, form, now=self.now)


@pytest.fixture
def scene(session: WriteSession, now: datetime) -> Scene:
    return Scene(World(session, now))


def refused(scene: Scene) -> None:
    form = RefusalCreate(supplier=scene.supplier.public_id, reason=ReasonCode.SCIENTIFIC_DOUBT, comment=DECIDER)
    refuse_supplier(scene.session, scene.staff, scene.need.public_id, form, now=scene.now)


WAYS: list[tuple[Callable[[Scene], object], ReasonCode]] = [
    (lambda scene: scene.met_by_the_rival(), ReasonCode.NEED_MET),
    (
        lambda scene: archive_need(scene.session, scene.staff, scene.need.public_id, now=scene.now),
        ReasonCode.NEED_WITHDRAWN,
    ),
    (
        lambda scene: archive_supplier(scene.session, scene.staff, scene.supplier.public_id, now=scene.now),
        ReasonCode.OFFER_WITHDRAWN,
    ),
    (refused, ReasonCode.SCIENTIFIC_DOUBT),
    (lambda scene: scene.judge(scene.mine, Verdict.DECLINE, ReasonCode.TOO_EARLY), ReasonCode.TOO_EARLY),
    (lambda scene: scene.judge(scene.mine, Verdict.DECLINE, ReasonCode.BUDGET), ReasonCode.OTHER),
    (lambda scene: scene.judge(scene.mine, Verdict.DECLINE, ReasonCode.CONFLICT_OF_INTEREST), ReasonCode.OTHER),
    (lambda scene: scene.end(ReasonCode.NO_ANSWER), ReasonCode.NO_ANSWER),
    (
        lambda scene: end_left_behind(
            scene.session, scene.need, [scene.other], actor_id=scene.staff.person_id, now=scene.now
        ),
        ReasonCode.NOT_PURSUED,
    ),
]


@pytest.mark.parametrize(("ending", "reason"), WAYS)
def test_every_end_is_told_with_its_reason_and_neither_decider_nor_rival(
    scene: Scene, ending: Callable[[Scene], object], reason: ReasonCode
) -> None:
    assert (scene.told(), scene.messages()) == ([], [])
    ending(scene)
    assert scene.told() == [reason]
    named = translator(Language.ZH)(f"enum.ReasonCode.{reason}")
    assert scene.messages() == [f"原因：{named}。"]
    assert scene.mine.key not in scene.open()


def test_no_need_that_is_met_or_archived_keeps_an_open_suggestion(scene: Scene) -> None:
    third = scene.world.match(scene.need, scene.world.supplier("第三家"), MatchStatus.DEFERRED)
    scene.met_by_the_rival()
    assert scene.need.status is NeedStatus.CLOSED
    assert scene.open() == []
    assert (third.end_reason, scene.other.end_reason) == (ReasonCode.NEED_MET, None)  # the deal is the other's end
    events = scene.session.exec(select(Event).where(Event.code == "need.suggestions_ended")).all()
    assert [event.params for event in events] == [{"count": 2, "reason": "need_met"}]


def test_what_is_restored_waits_again(scene: Scene) -> None:
    session, staff, now, need = scene.session, scene.staff, scene.now, scene.need.public_id
    before = scene.open()
    archive_need(session, staff, need, now=now)
    assert scene.open() == []
    restore_need(session, staff, need, now=now)
    archive_supplier(session, staff, scene.supplier.public_id, now=now)
    assert scene.open() == [scene.other.key]
    restore_supplier(session, staff, scene.supplier.public_id, now=now)
    assert (scene.open(), scene.told(), scene.messages()) == (before, [], [])


def test_what_was_ended_before_for_the_same_reason_stays_so_when_something_is_restored(scene: Scene) -> None:
    session, staff, need, later = scene.session, scene.staff, scene.need.public_id, scene.now + timedelta(days=1)
    first, second = (scene.world.match(need_of, scene.supplier) for need_of in (scene.world.need(), scene.world.need()))
    scene.end(ReasonCode.NEED_WITHDRAWN)
    archive_need(session, staff, need, now=later)
    restore_need(session, staff, need, now=later)
    assert scene.open() == [first.key, second.key]
    by_hand = SuggestionsEnd(reason=ReasonCode.OFFER_WITHDRAWN, scope=EndScope.ALL)
    end_suggestions(session, staff, session.get_one(Need, first.need_id).public_id, by_hand, now=scene.now)
    archive_supplier(session, staff, scene.supplier.public_id, now=later)
    restore_supplier(session, staff, scene.supplier.public_id, now=later)
    assert scene.open() == [second.key]


def test_staff_end_in_one_go_what_they_mean_and_judging_takes_it_up_again(scene: Scene) -> None:
    scene.mine.proposed_at = scene.now - timedelta(days=40)
    assert scene.end(ReasonCode.NO_ANSWER, EndScope.UNJUDGED, 41) == 0
    assert scene.end(ReasonCode.NO_ANSWER, EndScope.UNJUDGED, 40) == 1
    assert scene.open() == [scene.other.key]
    assert scene.end(ReasonCode.NO_ANSWER, EndScope.ACCEPTED) == 1
    with pytest.raises(Conflict, match=r"match\.ended"):
        open_deal(scene.session, scene.staff, scene.other.public_id, now=scene.now)
    scene.judge(scene.other, Verdict.ACCEPT, ReasonCode.GOOD_FIT)
    open_deal(scene.session, scene.staff, scene.other.public_id, now=scene.now)
    with pytest.raises(Invalid, match="reason_does_not_fit"):
        scene.end(ReasonCode.SAFETY)
    form = SuggestionsEnd(reason=ReasonCode.OTHER)
    with pytest.raises(Refused):
        end_suggestions(scene.session, scene.enterprise, scene.need.public_id, form, now=scene.now)


def test_the_asking_side_reads_why_somebody_it_was_told_of_is_not_coming(scene: Scene) -> None:
    session, need = scene.session, scene.need.public_id
    scene.judge(scene.other, Verdict.ACCEPT, ReasonCode.GOOD_FIT)
    scene.judge(scene.other, Verdict.DECLINE, ReasonCode.CAPACITY)
    [line] = show_matches(session, scene.enterprise, need).matches
    assert (line.supplier_name, line.end_reason, line.judgement) == (RIVAL, ReasonCode.CAPACITY, None)
    assert DECIDER not in line.model_dump_json()
    assert show_shortlist(session, scene.staff, need).matches == []


def test_a_suggestion_for_a_need_that_nobody_may_know_of_is_told_to_nobody(scene: Scene) -> None:
    scene.end(ReasonCode.NO_ANSWER)
    scene.need.disclosure = DisclosureLevel.STATISTICS
    scene.session.flush()
    assert (scene.told(), scene.messages()) == ([], [])
    secret = scene.world.need(disclosure=DisclosureLevel.STATISTICS)
    scene.world.match(secret, scene.supplier)
    archive_need(scene.session, scene.staff, secret.public_id, now=scene.now)
    assert scene.written() == 1


def test_what_goes_on_has_not_ended(scene: Scene) -> None:
    scene.end(ReasonCode.NO_ANSWER)
    again = scene.world.match(scene.need, scene.world.supplier("x"), MatchStatus.PROPOSED)
    assert (scene.told(), len(scene.messages())) == ([ReasonCode.NO_ANSWER], 1)
    scene.judge(scene.mine, Verdict.ACCEPT, ReasonCode.GOOD_FIT)
    assert (scene.told(), scene.messages()) == ([], [])
    deal = open_deal(scene.session, scene.staff, scene.mine.public_id, now=scene.now)
    lose_deal(scene.session, scene.staff, deal.public_id, StatusMove(reason=ReasonCode.BUDGET), now=scene.now)
    assert scene.told() == []  # the deal's own page tells them
    assert again.ended_at is None


@pytest.mark.parametrize("goes_on", ["suggested anew", "in a deal"])
def test_an_end_after_which_the_two_are_brought_together_again_is_told_no_more(scene: Scene, goes_on: str) -> None:
    scene.end(ReasonCode.NO_ANSWER)
    assert (scene.told(), len(scene.messages())) == ([ReasonCode.NO_ANSWER], 1)
    if goes_on == "in a deal":
        form = DealCreate(title="直接对接", need=scene.need.public_id, supplier=scene.supplier.public_id)
        start_deal(scene.session, scene.staff, form, now=scene.now)
    else:
        scene.list_anew()
    assert (scene.told(), scene.messages()) == ([], [])


def test_who_is_taken_out_of_a_deal_reads_that_it_ended_unless_it_takes_part_again(scene: Scene) -> None:
    session, staff, now = scene.session, scene.staff, scene.now
    scene.judge(scene.mine, Verdict.ACCEPT, ReasonCode.GOOD_FIT)
    deal = open_deal(session, staff, scene.mine.public_id, now=now)
    for reason, told in (
        (ReasonCode.CAPACITY, ReasonCode.CAPACITY),
        (ReasonCode.CONFLICT_OF_INTEREST, ReasonCode.OTHER),
    ):
        assert scene.told() == []
        remove_party(session, staff, deal.public_id, 2, PartRemoved(reason=reason), now=now)
        assert scene.told() == [told]
        named = translator(Language.ZH)(f"enum.ReasonCode.{told}")
        assert scene.messages()[0] == f"贵方不再参与 {now:%Y-%m-%d} 立项的对接项目。原因：{named}。"
        again = PartyCreate(role=PartyRole.SUPPLY, supplier=scene.supplier.public_id)
        add_party(session, staff, deal.public_id, again, now=now)
    assert (scene.told(), scene.messages()) == ([], [])  # "no longer takes part" is not true any more


def test_who_is_taken_out_of_the_deal_that_its_own_joined_reads_that_it_ended(scene: Scene) -> None:
    session, staff, now = scene.session, scene.staff, scene.now
    scene.judge(scene.mine, Verdict.ACCEPT, ReasonCode.GOOD_FIT)
    own = open_deal(session, staff, scene.mine.public_id, now=now)
    whole = open_deal(session, staff, scene.other.public_id, now=now)
    merge_deals(session, staff, whole.public_id, DealMerge(deal=own.public_id, note="同一件事"), now=now)
    assert scene.told() == []
    remove_party(session, staff, whole.public_id, 3, PartRemoved(reason=ReasonCode.NO_ANSWER), now=now)
    assert scene.told() == [ReasonCode.NO_ANSWER]


def test_staff_read_how_long_answers_took_and_the_other_side_does_not(scene: Scene) -> None:
    session, need = scene.session, scene.need.public_id
    for match in (scene.mine, scene.other):
        match.proposed_at = scene.now - timedelta(days=9)
    scene.judge(scene.other, Verdict.ACCEPT, ReasonCode.GOOD_FIT)
    begun = scene.now - timedelta(days=4)
    deal = open_deal(session, scene.staff, scene.other.public_id, now=begun)
    record_answer(session, scene.staff, deal.public_id, AnswerCreate(side=PartyRole.SUPPLY), now=scene.now)
    shown = show_matches(session, scene.staff, need)
    times = shown.response
    assert times is not None
    assert (times.judged, times.judged_median, times.answered_median, times.waiting) == (1, 9.0, 4.0, 1)
    line = next(match for match in shown.matches if match.supplier_name == RIVAL)
    assert (line.judged_after, line.answered_after) == (9, 4)
    seen = show_matches(session, scene.enterprise, need)
    assert (seen.response, seen.matches[0].judged_after) == (None, None)


def test_refusing_somebody_everywhere_ends_it_for_all_needs_of_that_enterprise(scene: Scene) -> None:
    session, second = scene.session, scene.world.need(scene.asking, title="另一项")
    elsewhere = scene.world.need(scene.world.organisation("乙公司"), title="别家的")
    for need in (second, elsewhere):
        scene.world.match(need, scene.supplier, MatchStatus.PROPOSED)
    form = RefusalCreate(supplier=scene.supplier.public_id, reason=ReasonCode.IP_PROBLEM, everywhere=True)
    refuse_supplier(session, scene.staff, scene.need.public_id, form, now=scene.now)
    waiting = session.exec(
        select(Match.need_id).where(col(Match.supplier_id) == scene.supplier.key, is_open_suggestion())
    )
    assert list(waiting) == [elsewhere.key]


def test_an_end_is_told_once(scene: Scene) -> None:
    scene.judge(scene.mine, Verdict.DECLINE, ReasonCode.CAPACITY)
    scene.judge(scene.mine, Verdict.DECLINE, ReasonCode.OFF_TOPIC)
    assert scene.written() == 1


def test_no_end_is_told_where_a_deal_brings_the_two_together(scene: Scene) -> None:
    form = DealCreate(title="直接对接", need=scene.need.public_id, supplier=scene.supplier.public_id)
    start_deal(scene.session, scene.staff, form, now=scene.now)
    scene.judge(scene.mine, Verdict.DECLINE, ReasonCode.TOO_EARLY)
    assert (scene.told(), scene.written()) == ([], 0)


def test_who_ends_it_is_not_told_and_colleagues_are(scene: Scene) -> None:
    place = scene.world.organisation("某大学", OrganisationKind.UNIVERSITY)
    own, other = (scene.world.viewer(Role.SUPPLIER, place, name) for name in ("甲", "乙"))
    for person in (own, other):
        scene.world.sign_in_of(person)
    team = scene.world.supplier("某大学焊接所", organisation=place, kind=SupplierKind.ORGANISATION)
    scene.world.match(scene.need, team, MatchStatus.PROPOSED)
    assert own.person_id is not None
    acting = viewer_of(scene.session, own.person_id, scene.now)
    archive_supplier(scene.session, acting, team.public_id, now=scene.now)
    told = scene.session.exec(select(OutboxMessage.person_id).where(OutboxMessage.kind == NoticeKind.ENDED))
    assert set(told) == {other.person_id}


def test_an_end_stands_last_in_the_daily_digest_and_is_withdrawn_when_it_is_taken_back(scene: Scene) -> None:
    session, staff, person = scene.session, scene.staff, scene.offering.person_id
    assert person is not None
    session.get_one(Person, person).email = "li@example.com"
    archive_need(session, staff, scene.need.public_id, now=scene.now)
    by_mail = (OutboxMessage.kind == NoticeKind.ENDED, OutboxMessage.channel != Channel.IN_APP)
    [waiting] = session.exec(select(OutboxMessage).where(*by_mail)).all()
    assert waiting.for_digest
    assert waiting.next_attempt_at > scene.now
    morning = waiting.next_attempt_at
    restore_need(session, staff, scene.need.public_id, now=scene.now)
    assert message_to_send(session, waiting.key, now=morning) is None
    assert not write_digest(session, person, waiting.channel, now=morning)
    assert waiting.withdrawn_at == morning


def test_a_won_deal_that_is_taken_up_again_opens_what_its_win_had_ended_alone(scene: Scene) -> None:
    session, later = scene.session, scene.now + timedelta(hours=1)
    by_hand = scene.world.match(scene.need, scene.world.supplier("第三家"), MatchStatus.DEFERRED)
    scene.met_by_the_rival()
    by_hand.ended_at = later  # as by staff, for the same reason, after the need was met
    session.flush()
    deal = session.exec(select(Deal).where(Deal.match_id == scene.other.key)).one()
    lead = scene.world.viewer(Role.LEAD)
    why = StatusMove(reason=ReasonCode.CIRCUMSTANCES_CHANGED)
    revive_deal(session, lead, deal.public_id, why, now=later)
    assert (scene.mine.ended_at, by_hand.ended_at) == (None, later)
    assert scene.messages() == []
