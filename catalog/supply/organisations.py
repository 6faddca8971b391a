"""Queries for organisations; every one carries the viewer's clause."""

from dataclasses import dataclass

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from catalog.search import AnySelect, holds_words
from core.database import ReadSession
from models.access import Viewer, visible_organisations
from models.enums import OrganisationKind
from models.organisation import Organisation


@dataclass(frozen=True, slots=True)
class OrganisationFilter:
    """Which organisations a list shows."""

    query: str = ""
    kind: OrganisationKind | None = None
    region: str = ""


def find_organisation(session: ReadSession, viewer: Viewer, public_id: str) -> Organisation | None:
    """The organisation `viewer` may know of, None for any other."""
    return session.exec(
        select(Organisation).where(col(Organisation.public_id) == public_id, visible_organisations(viewer))
    ).first()


def find_organisation_by_name(session: ReadSession, viewer: Viewer, name: str) -> Organisation | None:
    """The oldest current organisation of exactly this name that `viewer` may know of."""
    return session.exec(select_organisations_named(viewer, name)).first()


def select_organisations_named(viewer: Viewer, name: str) -> SelectOfScalar[Organisation]:
    """The current organisations of exactly this name that `viewer` may know of, oldest first."""
    return (
        select(Organisation)
        .where(col(Organisation.name) == name, col(Organisation.archived_at).is_(None), visible_organisations(viewer))
        .order_by(col(Organisation.id))
    )


def select_organisations(viewer: Viewer, wanted: OrganisationFilter) -> AnySelect:
    """The current organisations of a list, by name."""
    statement = select(Organisation).where(
        visible_organisations(viewer),
        col(Organisation.archived_at).is_(None),
        holds_words(wanted.query, col(Organisation.name), col(Organisation.name_en), col(Organisation.city)),
    )
    if wanted.kind:
        statement = statement.where(col(Organisation.kind) == wanted.kind)
    if wanted.region:
        statement = statement.where(col(Organisation.region) == wanted.region)
    return statement.order_by(col(Organisation.name), col(Organisation.id))
