"""Reading who switched which profile on for a client company, in which version, and until when."""

from typing import Literal

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, rules, views
from carecredit.kernel.ids import ClientId


def approvals(session: Session, *, client_id: ClientId) -> list[views.Approval]:
    """List the profiles switched on for a client company, as they stand."""
    said = approval_history(session, client_id=client_id)
    return [each for each in said if each.ended_at is None]


def approval_history(session: Session, *, client_id: ClientId) -> list[views.Approval]:
    """List every approval there was, by profile, oldest first; the next word ends the one before.

    An approval given anew ends the one before it, which keeps its own signer and version.
    """
    table = model.ProfileApproval
    rows = session.execute(
        select(table.profile_key, table.version, table.word, table.said_by, table.said_at)
        .where(table.client_id == client_id)
        .order_by(table.profile_key, table.said_at, table.id)
    )
    found: list[views.Approval] = []
    for key, version, word, by, at in rows:
        if found and found[-1].profile_key == key and found[-1].ended_at is None:
            found[-1] = msgspec.structs.replace(found[-1], ended_by=by, ended_at=at)
        if word == "approved":
            found.append(views.Approval(key, version, by, at))
    return found


def profile_states(session: Session, *, client_id: ClientId) -> list[views.ProfileState]:
    """List the packaged profiles with what was said of each, and those approved and now gone."""
    said: dict[str, list[views.Approval]] = {}
    for each in approval_history(session, client_id=client_id):
        said.setdefault(each.profile_key, []).insert(0, each)
    known = rules.load_profiles()
    return [_state(key, known.get(key), said.get(key, [])) for key in sorted({*known, *said})]


def _state(
    key: str, profile: rules.Profile | None, said: list[views.Approval]
) -> views.ProfileState:
    standing = bool(said) and said[0].ended_at is None
    if profile is None:
        gone = said[0].version
        state: Literal["superseded", "off"] = "superseded" if standing else "off"
        return views.ProfileState(key, key, gone, (), (), state, False, tuple(said))
    current = standing and said[0].version == profile.version
    return views.ProfileState(
        profile_key=key,
        title=profile.title,
        version=profile.version,
        jurisdictions=profile.jurisdictions,
        purposes=tuple(sorted(profile.purposes)),
        state="on" if current else "superseded" if standing else "off",
        may_be_approved=profile.verified or profile.house,
        approvals=tuple(said),
    )
