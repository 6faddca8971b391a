"""What is quoted of a capability to show why its supplier was proposed."""

from collections.abc import Sequence
from contextlib import suppress

from api.web.highlight import Piece, quote
from core.database import ReadSession
from core.errors import NotFound
from models.access import Viewer
from models.match_public import PassagePublic, ProposalPublic
from workflow.capabilities import show_capability


def quotes_of(session: ReadSession, viewer: Viewer, proposal: ProposalPublic) -> Sequence[tuple[Piece, ...]]:
    """Each passage, marked, with some of what stands around it now; alone where the capability has changed."""
    texts = {"title": "", "text": ""}
    if proposal.passages and proposal.capability:
        with suppress(NotFound):
            capability = show_capability(session, viewer, proposal.capability)
            texts = {"title": capability.title, "text": capability.full_text}
    return [_quote(texts.get(passage.field, ""), passage) for passage in proposal.passages]


def _quote(text: str, passage: PassagePublic) -> tuple[Piece, ...]:
    if text[passage.start : passage.end] == passage.text:
        return quote(text, passage.start, passage.end)
    return (Piece(passage.text, "found"),)
