"""The rules of the team: what each role may do, and who can take which matter."""

from carecredit.team.rules.matching import (
    Fit,
    Level,
    Needs,
    Profile,
    Reason,
    Spoken,
    match_score,
    may_take,
)
from carecredit.team.rules.rights import RIGHTS, Right, Role, may
from carecredit.team.rules.saying import (
    SHIFT_MAX,
    check_code,
    check_languages,
    check_name,
    check_shift,
)

__all__ = [
    "RIGHTS",
    "SHIFT_MAX",
    "Fit",
    "Level",
    "Needs",
    "Profile",
    "Reason",
    "Right",
    "Role",
    "Spoken",
    "check_code",
    "check_languages",
    "check_name",
    "check_shift",
    "match_score",
    "may",
    "may_take",
]
