"""Whose hands a case may be in: an operator, a squad, or whoever writes it down."""

from collections.abc import Sequence
from datetime import datetime
from difflib import get_close_matches

from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.store.session import caller_of
from carecredit.team import queries as team

NEAR_MAX = 5


class UnknownHands(Invalid):
    """Nobody at our desk is called so."""

    code = "case_hands_unknown"


def check_owner(
    session: Session, owner: str | None, *, field: str = "owner", now: datetime
) -> str | None:
    """Accept an operator that the caller may see, or the caller itself; none: nobody's for now."""
    name = None if owner is None else owner.strip()
    if name is None or name == caller_of(session).name:
        return name
    try:
        team.operator_by_name(session, name=name)
    except team.UnknownOperator:
        known = [one.name for one in team.operators(session, at=now)]
        raise _unknown("operator", name, known, field) from None
    return name


def check_squad(
    session: Session, squad: str | None, *, field: str = "squad", now: datetime
) -> str | None:
    """Accept a squad that the caller may see; none: nobody's for now."""
    name = None if squad is None else squad.strip()
    if name is None:
        return None
    try:
        team.squad_by_name(session, name=name)
    except team.UnknownSquad:
        known = [one.name for one in team.squads(session, at=now)]
        raise _unknown("squad", name, known, field) from None
    return name


def _unknown(what: str, name: str, known: Sequence[str], field: str) -> UnknownHands:
    """Name those that are called most like it, and else the first."""
    near = get_close_matches(name, known, NEAR_MAX, cutoff=0.5) or sorted(known)[:NEAR_MAX]
    listed = ", ".join(near) or f"none yet: add the {what} first"
    return UnknownHands(f"no {what} is called {name!r}; there is: {listed}", field=field)
