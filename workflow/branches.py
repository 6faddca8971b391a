"""Which branch of the society something new belongs to."""

from models.access import Viewer


def home_branch(viewer: Viewer) -> int | None:
    """The viewer's branch; None (the society's centre) for people of the centre and for people of no branch.

    Who works for several branches brings things into the one that was founded first, and may move them later.
    """
    return None if viewer.central or not viewer.branches else min(viewer.branches)
