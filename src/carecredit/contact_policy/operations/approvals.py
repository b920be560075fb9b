"""Switching profiles on and off for a client company, in a named person's name."""

from datetime import datetime
from typing import ClassVar

import msgspec
from sqlalchemy import insert
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, queries, rules, views
from carecredit.kernel.errors import Invalid, NotFound, Refused
from carecredit.kernel.ids import ClientId, new_id
from carecredit.store import audit

NAME_LENGTH_MAX = 200


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
    name = _named(approved_by, "approved_by")
    _say(session, client_id, profile_key, profile.version, "approved", name, now)
    return views.Approval(profile_key, profile.version, name, now)


def revoke_profile(
    session: Session, *, client_id: ClientId, profile_key: str, revoked_by: str, now: datetime
) -> views.Approval:
    """Switch a profile off; what only it permitted is refused from then on."""
    name = _named(revoked_by, "revoked_by")
    standing = {it.profile_key: it for it in queries.approvals(session, client_id=client_id)}
    if profile_key not in standing:
        raise ProfileNotApproved(f"{profile_key!r} is not switched on", field="profile_key")
    found = standing[profile_key]
    _say(session, client_id, profile_key, found.version, "revoked", name, now)
    return msgspec.structs.replace(found, ended_by=name, ended_at=now)


def _named(text: str, field: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= NAME_LENGTH_MAX or not name.isprintable():
        raise Invalid(f"name the person who says so, in 1 to {NAME_LENGTH_MAX} signs", field=field)
    return name


def _say(
    session: Session,
    client_id: ClientId,
    profile_key: str,
    version: str,
    word: str,
    by: str,
    now: datetime,
) -> None:
    row = {
        "client_id": client_id,
        "id": new_id(),
        "profile_key": profile_key,
        "version": version,
        "word": word,
        "said_by": by,
        "said_at": now,
    }
    session.execute(insert(model.ProfileApproval), [row])
    audit.record(
        session,
        client_id=client_id,
        action=f"profile.{word}",
        subject="profile",
        subject_id=profile_key,
        now=now,
        data={"version": version, "by": by},
    )


def _approvable(profile_key: str) -> rules.Profile:
    profile = rules.load_profiles().get(profile_key)
    if profile is None:
        raise ProfileUnknown(f"there is no profile {profile_key!r}", field="profile_key")
    if not (profile.verified or profile.house):
        raise ProfileUnverified(
            f"{profile_key!r} rests on no source; verify it in its file first", field="profile_key"
        )
    return profile
