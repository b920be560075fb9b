"""Where a customer may be, and at which of their points a channel reaches them."""

from carecredit.contact_policy import rules
from carecredit.customers.views import Point, Reach
from carecredit.kernel import phones
from carecredit.kernel.errors import Invalid

_PHONE_CHANNELS = frozenset({"voice", "sms", "messaging"})


def point_for(reach: Reach, channel: str) -> Point | None:
    """Choose the first working point that a channel uses; none where it needs or finds none."""
    kind = _kind_for(channel)
    return next((point for point in reach.points if point.kind == kind and not point.bad), None)


def _kind_for(channel: str) -> str | None:
    """Name the kind of contact point without which a channel reaches nobody."""
    return "phone" if channel in _PHONE_CHANNELS else "email" if channel == "email" else None


def place_for(
    reach: Reach, point: Point | None, channel: str
) -> tuple[rules.Place, tuple[rules.Stop, ...]]:
    """Work out where a customer may be, by every number of theirs that works.

    A point that may not be used stops the contact, as does a channel's need of one that is not had.
    """
    phones_of = [other for other in reach.points if other.kind == "phone" and not other.bad]
    if point is not None and point.kind == "phone" and point not in phones_of:
        phones_of.append(point)
    read = {other.id: _read(other, reach.country) for other in phones_of}
    numbers = [phone for phone in read.values() if phone is not None]
    place = rules.place_of(
        reach.country,
        reach.region,
        number_zones=tuple(dict.fromkeys(key for phone in numbers for key in phone.zones)),
        number_regions=[phone.region for phone in numbers],
    )
    if point is None:
        usable = _kind_for(channel) is None
    else:
        standing = any(other.id == point.id and not other.bad for other in reach.points)
        usable = standing and (point.kind != "phone" or read[point.id] is not None)
    return place, () if usable else (rules.Stop("point_unusable"),)


def _read(point: Point, country: str) -> phones.Phone | None:
    try:
        return phones.normalise(point.value, country)
    except Invalid:
        return None
