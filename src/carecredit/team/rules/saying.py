"""What may be written down about operators, squads and shifts."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from carecredit.kernel.errors import Invalid
from carecredit.team.rules.matching import Spoken

NAME_LENGTH_MAX = 200
SHIFT_MAX = timedelta(hours=24)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,63}")


def check_name(name: str, what: str) -> str:
    """Accept a name that can be read, without the blanks around it."""
    found = name.strip()
    if not 0 < len(found) <= NAME_LENGTH_MAX or not found.isprintable():
        raise Invalid(f"{what} has a name of 1 to {NAME_LENGTH_MAX} characters", field="name")
    return found


def check_languages(spoken: Iterable[Spoken]) -> dict[str, str]:
    """Accept languages by code, each once, with how well each is spoken."""
    found: dict[str, str] = {}
    for one in spoken:
        if _LANGUAGE.fullmatch(one.language) is None:
            raise Invalid(
                f"{one.language!r} is no language; write its code, such as it", field="languages"
            )
        if one.language in found:
            raise Invalid(f"{one.language!r} is named twice; name it once", field="languages")
        found[one.language] = one.level.value
    return found


def check_code(code: str, *, field: str) -> str:
    """Accept a short word of one's own: a skill, a topic."""
    if _CODE.fullmatch(code) is None:
        raise Invalid(
            f"{code!r} is no word for it: small letters, digits and underscores, such as "
            "billing_water",
            field=field,
        )
    return code


def check_shift(starts_at: datetime, ends_at: datetime) -> None:
    """Accept a shift that ends after it starts, within a day and a night."""
    if ends_at <= starts_at:
        raise Invalid("a shift ends after it starts; check both instants", field="ends_at")
    if ends_at - starts_at > SHIFT_MAX:
        raise Invalid("a shift is no longer than 24 hours; plan several", field="ends_at")
