"""What people are shown before they make a file: samples that come in as they are, and the columns there may be."""

from dataclasses import replace
from datetime import datetime

import pytest

from core.database import WriteSession
from core.i18n import Language, translator
from tests.workflow.deal_world import World
from tests.workflow.society import DigestEmbedder
from workflow.importing import ImportKind, ImportReport, import_file
from workflow.importing.guide import columns_shown, sample_file
from workflow.installation import found_society


@pytest.mark.parametrize("language", list(Language))
def test_the_samples_come_in_as_they_are_one_kind_after_the_other(
    session: WriteSession, now: datetime, language: Language
) -> None:
    world = World(session, now)
    found_society(session, "示例学会", now=now)
    staff = world.staff()
    world.sign_in_of(staff)
    came = {}
    for kind in ImportKind:
        content = sample_file(kind, language).encode("utf-8-sig")
        came[kind] = import_file(
            session, staff, kind, content, name=f"{kind}.csv", now=now, max_mib=1, embedder=DigestEmbedder()
        )
    assert [report.created for report in came.values()] == [3, 2, 2, 2, 3]
    assert (came[ImportKind.CAPABILITIES].suppliers_created, came[ImportKind.DEALS].suppliers_created) == (0, 2)


def test_the_columns_are_headed_in_the_readers_language_and_every_other_heading_is_told() -> None:
    shown = {column.heading: column for column in columns_shown(ImportKind.DEALS, Language.ZH)}
    assert [name for name, column in shown.items() if column.required] == ["名称", "阶段", "开始日期"]
    assert {"项目名称", "title"} <= set(shown["名称"].others)
    assert columns_shown(ImportKind.DEALS, Language.EN)[0].heading == "id"


def test_a_mere_check_says_what_would_be_done_and_never_that_it_was() -> None:
    report = ImportReport(
        ImportKind.DEALS,
        "x.csv",
        "UTF-8",
        created=2,
        archived=1,
        moved_on=1,
        suppliers_created=4,
        organisation="甲公司",
        status="focused",
    )
    t = translator(Language.EN)
    checked = [t(key, **params) for key, params in replace(report, dry_run=True).sentences()]
    assert checked[0].startswith("This was a check only: nothing was written.")
    assert [sentence for sentence in checked[1:] if "would" not in sentence] == []
    assert "4 suppliers would be created, as teams named as in the file." in checked
    assert all("would" not in t(key, **params) for key, params in report.sentences())
