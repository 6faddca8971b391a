"""Whether this process serves and reaches its database."""

from sqlalchemy import text

from api.dependencies import ReadSessionDep
from api.policy import ANYONE, PolicyRouter, RateClass

router = PolicyRouter()


@router.get("/healthz", roles=ANYONE, rate=RateClass.READ)
def read_health(session: ReadSessionDep) -> dict[str, str]:
    """Nothing but "ok": who asks is not known."""
    session.connection().execute(text("SELECT 1"))
    return {"status": "ok"}
