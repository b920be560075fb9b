"""Switching profiles on and off for a client company, in a named person's name."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, rules, views
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.ids import ClientId
from carecredit.store import audit


class ProfileUnknown(NotFound):
    """No profile of this name is packaged."""

    code: ClassVar[str] = "profile_unknown"


class ProfileUnverified(Refused):
    """No source backs this profile's figures: it may not be switched on."""

    code: ClassVar[str] = "profile_unverified"


class ProfileNotApproved(NotFound):
    """The profile is not switched on for this client company."""

    code: ClassVar[str] = "profile_not_approved"


def approve_profile(
    session: Session, *, client_id: ClientId, profile_key: str, approved_by: str, now: datetime
) -> views.Approval:
    """Switch a profile on in its present version; the approval does not cover a later one."""
    profile = _approvable(profile_key)
    name = approved_by.strip()
    if not name:
        raise Invalid("name the person who approves", field="approved_by")
    row = {
        "version": profile.version,
        "approved_by": name,
        "approved_at": now,
        "revoked_at": None,
    }
    key = (
        model.ProfileApproval.client_id == client_id,
        model.ProfileApproval.profile_key == profile_key,
    )
    if session.execute(select(model.ProfileApproval.profile_key).where(*key)).first():
        session.execute(
            update(model.ProfileApproval)
            .where(*key)
            .values(**row)
            .execution_options(synchronize_session=False)
        )
    else:
        session.execute(
            insert(model.ProfileApproval),
            [{"client_id": client_id, "profile_key": profile_key, **row}],
        )
    _record(session, client_id, "profile.approved", profile_key, profile.version, now)
    return views.Approval(profile_key, profile.version, name, now)


def revoke_profile(
    session: Session, *, client_id: ClientId, profile_key: str, now: datetime
) -> None:
    """Switch a profile off; what only it permitted is refused from then on."""
    revoked = session.execute(
        update(model.ProfileApproval)
        .where(
            model.ProfileApproval.client_id == client_id,
            model.ProfileApproval.profile_key == profile_key,
            model.ProfileApproval.revoked_at.is_(None),
        )
        .values(revoked_at=now)
        .returning(model.ProfileApproval.version)
        .execution_options(synchronize_session=False)
    ).first()
    if revoked is None:
        raise ProfileNotApproved(f"{profile_key!r} is not switched on", field="profile_key")
    _record(session, client_id, "profile.revoked", profile_key, revoked.version, now)


def _approvable(profile_key: str) -> rules.Profile:
    profile = rules.load_profiles().get(profile_key)
    if profile is None:
        raise ProfileUnknown(f"there is no profile {profile_key!r}", field="profile_key")
    if not (profile.verified or profile.house):
        raise ProfileUnverified(
            f"{profile_key!r} rests on no source; verify it in its file first", field="profile_key"
        )
    return profile


def _record(
    session: Session,
    client_id: ClientId,
    action: str,
    profile_key: str,
    version: str,
    now: datetime,
) -> None:
    audit.record(
        session,
        client_id=client_id,
        action=action,
        subject="profile",
        subject_id=profile_key,
        now=now,
        data={"version": version},
    )
