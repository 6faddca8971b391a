"""Files and mails of the demo: of deals that there are, invented and saying so, and kept by the use cases."""

from datetime import datetime
from pathlib import Path

import pytest

from core.database import WriteSession
from jobs.demo.content import PapersEntry, read_deals, read_papers
from jobs.demo.papers import Clerk
from models.deal_enums import Visibility
from models.enums import SubjectKind
from tests.workflow.deal_world import World
from tests.workflow.file_samples import store_in
from tests.workflow.test_files import deal_between
from workflow.deals import deal_timeline
from workflow.files import list_files

INVENTED = ("虚构", "nvented")


def test_every_paper_belongs_to_a_deal_and_says_that_it_is_invented() -> None:
    deals, papers = {deal.key for deal in read_deals()}, read_papers()
    assert {entry.deal for entry in papers} <= deals
    texts = [text for entry in papers for paper in entry.files for text in paper.versions]
    texts += [mail.text for entry in papers for mail in entry.mails]
    assert [text for text in texts if not any(word in text for word in INVENTED)] == []


def test_both_sides_read_a_file_of_each_deal_that_waits_for_a_user_of_the_demo() -> None:
    shared = {entry.deal for entry in read_papers() for paper in entry.files if paper.visibility is Visibility.PARTIES}
    assert {"deal-28", "deal-35"} <= shared


@pytest.mark.parametrize("papers", read_papers(), ids=lambda papers: papers.deal)
def test_papers_are_kept_on_their_deal(
    session: WriteSession, tmp_path: Path, now: datetime, papers: PapersEntry
) -> None:
    owner = World(session, now).staff()
    deal, _, _ = deal_between(World(session, now), owner)
    Clerk(session, owner, deal, store_in(tmp_path), now).keep([papers])
    files = list_files(session, owner, SubjectKind.DEAL, deal.public_id)
    assert sum(len(file.versions) for file in files) == sum(len(paper.versions) for paper in papers.files)
    lines = deal_timeline(session, owner, deal.public_id).items
    mails = [line.mail for line in lines if line.mail is not None]
    assert len(mails) == len(papers.mails)
    assert all(mail.subject and mail.sender for mail in mails)
