"""A verdict in a sentence or two: yes, not before when, or no; on the person's own clock."""

from datetime import datetime

from carecredit.contact_policy.rules.places import check_zones
from carecredit.contact_policy.rules.verdict import Sentence, Verdict
from carecredit.kernel.calendars import zone

_DAYS = (
    Sentence("lunedì", "Monday"),
    Sentence("martedì", "Tuesday"),
    Sentence("mercoledì", "Wednesday"),
    Sentence("giovedì", "Thursday"),
    Sentence("venerdì", "Friday"),
    Sentence("sabato", "Saturday"),
    Sentence("domenica", "Sunday"),
)
_YES = Sentence("Sì: si può contattare adesso.", "Yes: may be contacted now.")
_LATER = Sentence(
    "Non adesso. Primo momento possibile: {moment}.", "Not now. First possible moment: {moment}."
)
_NEVER = Sentence(
    "No: come stanno le cose, in nessun momento dell'anno a venire.",
    "No: as things stand, at no moment of the coming year.",
)


def summary(verdict: Verdict, zones: tuple[str, ...]) -> Sentence:
    """Say in a sentence whether the contact may be made, and when first."""
    if verdict.allowed:
        return _YES
    moment = first_allowed(verdict, zones)
    if moment is None:
        return _NEVER
    return Sentence(_LATER.it.format(moment=moment.it), _LATER.en.format(moment=moment.en))


def first_allowed(verdict: Verdict, zones: tuple[str, ...]) -> Sentence | None:
    """Give the first allowed moment on the clock of each place where the person may be."""
    return None if verdict.not_before is None else moment_told(verdict.not_before, zones)


def moment_told(moment: datetime, zones: tuple[str, ...]) -> Sentence:
    """Tell a moment on the clock of each place; in UTC where no place is known."""
    known = zones if zones and check_zones(zones) else ("UTC",)
    told = [_moment(moment, key) for key in known]
    return Sentence("; ".join(each.it for each in told), "; ".join(each.en for each in told))


def _moment(moment: datetime, key: str) -> Sentence:
    local = moment.astimezone(zone(key))
    day = _DAYS[local.weekday()]
    # Told to the second where it has any: by the minute alone somebody would call too soon.
    clock = f"{local:%H:%M:%S}" if local.second or local.microsecond else f"{local:%H:%M}"
    return Sentence(
        f"{day.it} {local:%d/%m/%Y} alle {clock} ({key})",
        f"{day.en} {local:%d/%m/%Y} at {clock} ({key})",
    )
