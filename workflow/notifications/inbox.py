"""The messages a person reads in the system itself."""

from sqlmodel import col, select

from core.database import ReadSession
from models.access import Viewer, works_on
from models.deal import Deal
from models.enums import Channel
from models.work import OutboxMessage
from tracking.notifier import Message
from workflow.notifications.outbox import compose_message


def list_messages(session: ReadSession, viewer: Viewer, *, limit: int = 20) -> list[Message]:
    """What a page shows the viewer of the deals that the viewer works on now, newest first."""
    ids = session.exec(
        select(OutboxMessage.id)
        .join(Deal, col(Deal.public_id) == col(OutboxMessage.params)["deal"].as_string())
        .where(OutboxMessage.person_id == viewer.person_id, OutboxMessage.channel == Channel.IN_APP, works_on(viewer))
        .order_by(col(OutboxMessage.id).desc())
        .limit(limit)
    ).all()
    return [compose_message(session, key) for key in ids if key is not None]
