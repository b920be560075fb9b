"""Taking turns: what must not happen twice at once for a client company waits for the other."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from carecredit.kernel.ids import ClientId

PATIENCE_SECONDS = 600
"""A large book takes minutes; whoever waits longer is told that the database does not answer."""


def take_turn(session: Session, *, client_id: ClientId, purpose: str) -> None:
    """Wait until no other transaction is at the same for a client company; it ends with ours.

    On SQLite there is one writer at a time anyway.
    """
    if session.get_bind().dialect.name != "postgresql":
        return
    usual = session.execute(text("SELECT current_setting('lock_timeout')")).scalar_one()
    patience = text("SELECT set_config('lock_timeout', :wait, true)")
    session.execute(patience, {"wait": f"{PATIENCE_SECONDS}s"})
    session.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended(:turn, 0))"),
        {"turn": f"carecredit:{purpose}:{client_id}"},
    )
    session.execute(patience, {"wait": usual})
