"""Users at the command line: roles given and taken back, and every act in the audit log."""

import pytest
from sqlmodel import col, select

from core.clock import now
from core.database import Database
from models import AuditEntry, Membership, Organisation, Person, Supplier, User
from models.enums import AuditOutcome, OrganisationKind, Role, SupplierKind
from tests.jobs.command_line import run

COMPANY = "示例公司"


def test_roles_are_given_and_taken_back_and_every_act_is_audited(database: Database, database_url: str) -> None:
    with database.writing() as session:
        session.add(Organisation(name=COMPANY, kind=OrganisationKind.ENTERPRISE, created_at=now()))

    def user(*arguments: str) -> None:
        settings = {"KEQIAO_DATABASE_URL": database_url, "KEQIAO_USER_PASSWORD": "long enough 密码"}
        done = run("user", *arguments, KEQIAO_LANGUAGE="en", **settings)
        assert done.returncode == 0, done.stderr

    user("add", "li", "--name", "演示人员", "--role", "staff")
    user("grant", "li", "enterprise_member", "--organisation", COMPANY)
    user("revoke", "li", "staff")

    with database.reading() as reading:
        held = reading.exec(select(Membership.role).where(col(Membership.valid_to).is_(None))).all()
        log = reading.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert held == [Role.ENTERPRISE_MEMBER]
    assert [(entry.action, entry.subject) for entry in log] == [
        ("user.add", "li"),
        ("user.grant", f"li enterprise_member {COMPANY}"),
        ("user.revoke", "li staff"),
    ]
    assert {(entry.outcome, entry.user_id, entry.address) for entry in log} == {(AuditOutcome.DONE, None, "keqiao")}


def test_what_is_taken_out_at_the_command_line_is_audited(
    database: Database, database_url: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    file = tmp_path_factory.mktemp("out") / "organisations.csv"
    out = run("export", "organisations", str(file), KEQIAO_DATABASE_URL=database_url)
    assert out.returncode == 0, out.stderr
    file.write_text(f"name,kind\n{COMPANY},enterprise\n", encoding="utf-8")
    back = run("import", "organisations", str(file), KEQIAO_DATABASE_URL=database_url)
    assert back.returncode == 0, back.stderr

    with database.reading() as session:
        log = session.exec(select(AuditEntry).order_by(col(AuditEntry.id))).all()
    assert [(entry.action, entry.subject) for entry in log] == [
        ("export", "organisations organisations.csv"),
        ("import", "organisations organisations.csv"),
    ]


def test_a_user_of_a_supplier_is_the_person_behind_it(database: Database, database_url: str) -> None:
    with database.writing() as session:
        person = Person(name="示例专家", created_at=now())
        session.add(person)
        session.flush()
        person_id = person.key
        for name, behind in (("示例专家", person_id), ("无人团队", None), ("同名", None), ("同名", None)):
            kind = SupplierKind.TEAM if behind is None else SupplierKind.PERSON
            session.add(Supplier(name=name, kind=kind, person_id=behind, created_at=now()))

    def add(supplier: str) -> tuple[int, str]:
        settings = {"KEQIAO_DATABASE_URL": database_url, "KEQIAO_USER_PASSWORD": "long enough 密码"}
        arguments = ("add", "chen", "--role", "supplier", "--supplier", supplier)
        done = run("user", *arguments, KEQIAO_LANGUAGE="en", **settings)
        return done.returncode, done.stderr

    for supplier, said in (("没有", "no supplier"), ("无人团队", "No person"), ("同名", "2 suppliers")):
        code, told = add(supplier)
        assert code != 0
        assert said in told
    assert add("示例专家")[0] == 0

    with database.reading() as reading:
        assert reading.exec(select(User.person_id)).all() == [person_id]
