"""Reading what a decision depends on, and the decision for a customer as things stand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import msgspec
from sqlalchemy.orm import Session

from carecredit.contact_policy import rules
from carecredit.contact_policy.queries.approvals import approvals
from carecredit.contact_policy.queries.desk import desk_hours
from carecredit.contact_policy.queries.events import events_of
from carecredit.customers import queries as customers
from carecredit.customers.views import Point, Reach, Wishes
from carecredit.holds import queries as holds
from carecredit.holds.views import StandingHold
from carecredit.kernel import phones
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PersonId

STOPS_AHEAD = timedelta(minutes=5)
"""A stop counts so much before it begins: who waited at the gate for it asks by an older clock."""
_PHONE_CHANNELS = frozenset({"voice", "sms", "messaging"})


class Grounds(msgspec.Struct, frozen=True):
    """All that a decision about one customer is taken on, read in one transaction."""

    person_id: PersonId
    request: rules.Request
    facts: rules.Facts
    history: tuple[rules.Event, ...]
    profiles: tuple[rules.Profile, ...]
    name: str = ""
    """By which name the person is greeted; the decision does not look at it."""

    def decide(self, now: datetime) -> rules.Verdict:
        """Decide on these grounds."""
        return rules.decide(
            self.request,
            facts=self.facts,
            history=self.history,
            profiles=self.profiles,
            calendars=rules.PublicDays(),
            now=now,
        )

    def written(self, now: datetime) -> str:
        """Write the grounds of a decision down, so that it can be replayed."""
        told = (self.request, self.facts, self.history, self.profiles, rules.PublicDays())
        return rules.written(rules.inputs_of(rules.case_of(*told, now.astimezone(UTC))))


class _Asked(msgspec.Struct, frozen=True):
    """A contact somebody wants to make with a customer, at one of its points."""

    reach: Reach
    point: Point | None
    request: rules.Request

    @property
    def verified_at(self) -> datetime | None:
        return None if self.point is None else self.point.verified_at


class _Approved(msgspec.Struct, frozen=True):
    """The profiles that apply, and those approved that are gone or have another version now."""

    profiles: tuple[rules.Profile, ...]
    missing: tuple[str, ...]
    superseded: tuple[rules.Superseded, ...]


def contactability(  # noqa: PLR0913 - a question names who, how, why, about what and when
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str,
    debts: Sequence[InvoiceId] = (),
    now: datetime,
    requested: bool = False,
    promotion: bool = False,
) -> rules.Verdict:
    """Say whether a customer may be contacted now on a channel; nothing is reserved by asking."""
    return grounds_for(
        session,
        client_id=client_id,
        customer_id=customer_id,
        channel=channel,
        purpose=purpose,
        debts=debts,
        now=now,
        requested=requested,
        promotion=promotion,
    ).decide(now)


def grounds_for(  # noqa: PLR0913 - a question names who, how, why, about what and when
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str,
    debts: Sequence[InvoiceId] = (),
    now: datetime,
    requested: bool = False,
    promotion: bool = False,
) -> Grounds:
    """Read everything that a decision about one customer depends on."""
    rules.check_moment(now, field="at")
    request = rules.asked(channel, purpose, debts, requested=requested, promotion=promotion)
    reach = customers.reach(session, client_id=client_id, customer_id=customer_id)
    point = _point_for(reach, channel)
    return grounds(session, client_id=client_id, reach=reach, point=point, request=request, now=now)


def grounds(
    session: Session,
    *,
    client_id: ClientId,
    reach: Reach,
    point: Point | None,
    request: rules.Request,
    now: datetime,
) -> Grounds:
    """Read everything a decision depends on: place, stops, approved profiles, history."""
    return _gather(session, client_id, [_Asked(reach, point, request)], now)[0]


def grounds_of(
    session: Session,
    *,
    client_id: ClientId,
    customer_ids: Sequence[CustomerId],
    channel: str,
    purpose: str,
    now: datetime,
) -> dict[CustomerId, Grounds]:
    """Read the same for many customers at once, about every debt of each; a page is a few reads."""
    request = rules.asked(channel, purpose, (), requested=False)
    reaches = customers.reaches(session, client_id=client_id, customer_ids=customer_ids)
    wanted = [_Asked(reach, _point_for(reach, channel), request) for reach in reaches]
    found = _gather(session, client_id, wanted, now)
    return dict(zip((reach.customer_id for reach in reaches), found, strict=True))


def facts_for(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str,
    now: datetime,
) -> rules.Facts:
    """Read what is known of a customer's place and of the stops that stand."""
    request = rules.asked(channel, purpose, (), requested=False)
    reach = customers.reach(session, client_id=client_id, customer_id=customer_id)
    point = _point_for(reach, channel)
    return grounds(
        session, client_id=client_id, reach=reach, point=point, request=request, now=now
    ).facts


def _point_for(reach: Reach, channel: str) -> Point | None:
    """Choose the first working point that a channel uses; none where it needs or finds none."""
    kind = "phone" if channel in _PHONE_CHANNELS else "email" if channel == "email" else None
    return next((point for point in reach.points if point.kind == kind and not point.bad), None)


def _approved(session: Session, client_id: ClientId) -> _Approved:
    """Give the approved profiles, and those that are no longer as they were approved."""
    known = rules.load_profiles()
    found: list[rules.Profile] = []
    missing: list[str] = []
    superseded: list[rules.Superseded] = []
    for approval in approvals(session, client_id=client_id):
        profile = known.get(approval.profile_key)
        if profile is None:
            missing.append(approval.profile_key)
        elif profile.version != approval.version:
            superseded.append(rules.Superseded(profile.key, approval.version, profile.version))
        else:
            found.append(profile)
    return _Approved(tuple(found), tuple(missing), tuple(superseded))


def _place(reach: Reach, point: Point | None) -> tuple[rules.Place, tuple[rules.Stop, ...]]:
    """Work out where a customer may be; a point that may not be used stops the contact."""
    if point is not None and point.kind == "phone":
        named = [point]
    else:
        named = [other for other in reach.points if other.kind == "phone" and not other.bad]
    read = [_read(other, reach.country) for other in named]
    numbers = [phone for phone in read if phone is not None]
    calls = point is not None and point.kind == "phone"
    place = rules.place_of(
        reach.country,
        reach.region,
        number_zones=tuple(dict.fromkeys(key for phone in numbers for key in phone.zones)),
        number_region=numbers[0].region if calls and numbers else None,
    )
    standing = point is None or any(
        other.id == point.id and not other.bad for other in reach.points
    )
    unusable = not standing or (calls and not numbers)
    return place, (rules.Stop("point_unusable"),) if unusable else ()


def _read(point: Point, country: str) -> phones.Phone | None:
    try:
        return phones.normalise(point.value, country)
    except Invalid:
        return None


def _gather(
    session: Session, client_id: ClientId, wanted: Sequence[_Asked], now: datetime
) -> list[Grounds]:
    approved = _approved(session, client_id)
    channels = {asked.request.channel for asked in wanted}
    desk = desk_hours(session, client_id=client_id, channels=channels, now=now)
    places = [_place(asked.reach, asked.point) for asked in wanted]
    profiles = [
        rules.picked(approved.profiles, place, asked.request)
        for asked, (place, _) in zip(wanted, places, strict=True)
    ]
    reaches = [asked.reach for asked in wanted]
    wishes = customers.wishes_of(
        session, client_id=client_id, reaches=reaches, at=now, ahead=STOPS_AHEAD
    )
    ids = [reach.customer_id for reach in reaches]
    held = holds.standing_of(
        session, client_id=client_id, customer_ids=ids, at=now, ahead=STOPS_AHEAD
    )
    counted = zip((reach.person_id for reach in reaches), profiles, strict=True)
    histories = events_of(session, persons=list(counted), now=now)
    return [
        Grounds(
            asked.reach.person_id,
            msgspec.structs.replace(
                asked.request, endpoint=asked.point.value if asked.point else None
            ),
            rules.Facts(
                zones=place.zones,
                countries=place.countries,
                subdivision=place.subdivision,
                subdivision_known=place.subdivision_known,
                stops=(
                    *_stops(asked, held.get(asked.reach.customer_id, ()), said, now),
                    *unusable,
                ),
                wishes=rules.wished_hours(said.preference),
                consents=rules.granted(asked.request, said.consents, at=now),
                operator=desk[asked.request.channel],
                identity=rules.identity_at(asked.request, asked.verified_at, at=now),
                missing_profiles=approved.missing,
                superseded=approved.superseded,
                notes=place.notes,
            ),
            history,
            chosen,
            asked.reach.name,
        )
        for asked, (place, unusable), chosen, history in zip(
            wanted, places, profiles, histories, strict=True
        )
        for said in (wishes[asked.reach.customer_id],)
    ]


def _stops(
    asked: _Asked, held: Sequence[StandingHold], said: Wishes, now: datetime
) -> tuple[rules.Stop, ...]:
    stops = [
        rules.Stop(
            hold.reason,
            min(hold.starts_at, now),
            hold.ends_at,
            debts=(str(hold.invoice_id),) if hold.invoice_id else (),
        )
        for hold in held
    ]
    stops += [
        rules.Stop("opt_out", channel=wish.channel, purpose=wish.purpose)
        for wish in said.suppressions
    ]
    stops += rules.wish_stops(
        asked.request,
        preference=said.preference,
        consents=said.consents,
        needs=said.needs,
        at=now,
    )
    return tuple(dict.fromkeys(stops))
