"""Writing the team: keys, what operators can do, squads and shifts."""

from carecredit.team.operations.keys import add_key, revoke_key
from carecredit.team.operations.operators import (
    OperatorTaken,
    add_operator,
    say_active,
    say_away,
    say_languages,
    say_skills,
    serve_clients,
)
from carecredit.team.operations.shifts import ShiftOverlaps, cancel_shift, plan_shift
from carecredit.team.operations.squads import (
    CaptainLeaves,
    InAnotherSquad,
    NotInSquad,
    SquadTaken,
    add_squad,
    join_squad,
    leave_squad,
    name_captain,
)
from carecredit.team.operations.telling import TeamNotYours

__all__ = [
    "CaptainLeaves",
    "InAnotherSquad",
    "NotInSquad",
    "OperatorTaken",
    "ShiftOverlaps",
    "SquadTaken",
    "TeamNotYours",
    "add_key",
    "add_operator",
    "add_squad",
    "cancel_shift",
    "join_squad",
    "leave_squad",
    "name_captain",
    "plan_shift",
    "revoke_key",
    "say_active",
    "say_away",
    "say_languages",
    "say_skills",
    "serve_clients",
]
