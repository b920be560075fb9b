"""What makes a client company's card sound."""

import re

from carecredit.kernel import calendars
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import check_currency

LANGUAGES = ("it", "en")
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
_COUNTRY = re.compile(r"[A-Z]{2}")


def check_client(
    *, code: str, name: str, country: str, currency: str, language: str, zone: str
) -> None:
    """Accept the card of a client company; raises `Invalid` naming the field and the way out."""
    if _CODE.fullmatch(code) is None:
        raise Invalid(
            f"{code!r} is no code: 1 to 32 letters, digits, dashes or underscores", field="code"
        )
    if not name.strip():
        raise Invalid("a client company has a name", field="name")
    if _COUNTRY.fullmatch(country) is None:
        raise Invalid(f"{country!r} is no country; write two capitals such as IT", field="country")
    check_currency(currency)
    if language not in LANGUAGES:
        raise Invalid(f"{language!r} is not spoken here; write it or en", field="language")
    calendars.zone(zone)
