"""Taking turns: what must not happen twice at once, for a client company or at all, waits."""

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


def share_turn(session: Session, *, purpose: str) -> None:
    """Keep whoever wants a turn alone out until our transaction ends; many share at once."""
    _centre_turn(session, "pg_advisory_xact_lock_shared", purpose)


def take_turn_alone(session: Session, *, purpose: str) -> None:
    """Wait until nobody shares this turn, and keep all out until our transaction ends.

    It comes before every row lock: whoever waits here holds nothing that another waits for.
    """
    _centre_turn(session, "pg_advisory_xact_lock", purpose)


def _centre_turn(session: Session, lock: str, purpose: str) -> None:
    if session.get_bind().dialect.name == "postgresql":
        turn = f"carecredit:{purpose}"
        session.execute(text(f"SELECT {lock}(hashtextextended(:turn, 0))"), {"turn": turn})
