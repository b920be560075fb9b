"""Reading the team: keys, operators, squads, shifts; a caller sees those who serve its clients."""

from carecredit.team.queries.keys import PURPOSE, SECRET_LENGTH_MAX, key_by_id, key_by_secret
from carecredit.team.queries.operators import (
    UnknownOperator,
    operator_by_name,
    operator_profile,
    operators,
    who_may_take,
)
from carecredit.team.queries.squads import (
    UnknownShift,
    UnknownSquad,
    shift,
    shifts,
    squad,
    squad_by_name,
    squad_of,
    squads,
)

__all__ = [
    "PURPOSE",
    "SECRET_LENGTH_MAX",
    "UnknownOperator",
    "UnknownShift",
    "UnknownSquad",
    "key_by_id",
    "key_by_secret",
    "operator_by_name",
    "operator_profile",
    "operators",
    "shift",
    "shifts",
    "squad",
    "squad_by_name",
    "squad_of",
    "squads",
    "who_may_take",
]
