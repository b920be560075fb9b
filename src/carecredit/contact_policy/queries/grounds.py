"""Reading what a decision depends on, and the decision for a customer as things stand."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, rules, views
from carecredit.customers import queries as customers
from carecredit.customers.views import Point, Reach
from carecredit.holds import queries as holds
from carecredit.kernel import phones
from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PersonId

_PHONE_CHANNELS = frozenset({"voice", "sms", "messaging"})
_COUNTED_STATES = ("reserved", "settled")


class Grounds(msgspec.Struct, frozen=True):
    """All that a decision about one customer is taken on, read in one transaction."""

    person_id: PersonId
    request: rules.Request
    facts: rules.Facts
    history: tuple[rules.Event, ...]
    profiles: tuple[rules.Profile, ...]

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


def contactability(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str,
    debts: Sequence[InvoiceId] = (),
    now: datetime,
    requested: bool = False,
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
    ).decide(now)


def grounds_for(
    session: Session,
    *,
    client_id: ClientId,
    customer_id: CustomerId,
    channel: str,
    purpose: str,
    debts: Sequence[InvoiceId] = (),
    now: datetime,
    requested: bool = False,
) -> Grounds:
    """Read everything that a decision about one customer depends on."""
    request = rules.asked(channel, purpose, debts, requested=requested)
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
    place, unusable = _place(reach, point)
    approved, missing = _approved(session, client_id)
    profiles = rules.picked(approved, place, request)
    stops = _stops(session, client_id=client_id, reach=reach, point=point, now=now)
    facts = rules.Facts(
        zones=place.zones,
        countries=place.countries,
        subdivision=place.subdivision,
        subdivision_known=place.subdivision_known,
        stops=(*stops, *unusable),
        missing_profiles=missing,
        notes=place.notes,
    )
    history = _history(session, person_id=reach.person_id, profiles=profiles, now=now)
    return Grounds(reach.person_id, request, facts, history, profiles)


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


def approvals(session: Session, *, client_id: ClientId) -> list[views.Approval]:
    """List the profiles switched on for a client company."""
    rows = session.execute(
        select(
            model.ProfileApproval.profile_key,
            model.ProfileApproval.version,
            model.ProfileApproval.approved_by,
            model.ProfileApproval.approved_at,
        )
        .where(
            model.ProfileApproval.client_id == client_id,
            model.ProfileApproval.revoked_at.is_(None),
        )
        .order_by(model.ProfileApproval.profile_key)
    )
    return [views.Approval(*row) for row in rows]


def _point_for(reach: Reach, channel: str) -> Point | None:
    """Choose the first working point that a channel uses; none where it needs or finds none."""
    kind = "phone" if channel in _PHONE_CHANNELS else "email" if channel == "email" else None
    return next((point for point in reach.points if point.kind == kind and not point.bad), None)


def _approved(
    session: Session, client_id: ClientId
) -> tuple[tuple[rules.Profile, ...], tuple[str, ...]]:
    """Give the approved profiles, and the names of those no longer as they were approved."""
    known = rules.load_profiles()
    found: list[rules.Profile] = []
    missing: list[str] = []
    for approval in approvals(session, client_id=client_id):
        profile = known.get(approval.profile_key)
        if profile is None or profile.version != approval.version:
            missing.append(approval.profile_key)
        else:
            found.append(profile)
    return tuple(found), tuple(missing)


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


def _stops(
    session: Session, *, client_id: ClientId, reach: Reach, point: Point | None, now: datetime
) -> tuple[rules.Stop, ...]:
    standing = holds.standing(session, client_id=client_id, customer_id=reach.customer_id, at=now)
    stops = [
        rules.Stop(
            hold.reason,
            hold.starts_at,
            hold.ends_at,
            debts=(str(hold.invoice_id),) if hold.invoice_id else (),
        )
        for hold in standing
    ]
    # A wish is the person's and not a number's: it holds at every point we know of them.
    hashes = [other.point_hash for other in reach.points]
    hashes += [point.point_hash] if point is not None else []
    for point_hash in dict.fromkeys(hashes):
        wishes = customers.suppressions(session, point_hash=point_hash, client_id=client_id, at=now)
        stops += [
            rules.Stop("opt_out", channel=wish.channel, purpose=wish.purpose) for wish in wishes
        ]
    return tuple(dict.fromkeys(stops))


def _history(
    session: Session,
    *,
    person_id: PersonId,
    profiles: Sequence[rules.Profile],
    now: datetime,
) -> tuple[rules.Event, ...]:
    """Read a person's events with every client company, as far back as the profiles count.

    Where a rule counts from the first conversation, that one is read however old it is.
    """
    event = model.ContactEvent
    query = select(event.kind, event.at, event.channel, event.direction, event.debts).where(
        event.person_id == person_id, event.state.in_(_COUNTED_STATES)
    )
    since = now - timedelta(days=rules.memory_days(profiles))
    rows = list(session.execute(query.where(event.at >= since).order_by(event.at, event.id)))
    if any(cap.after_first_conversation for profile in profiles for cap in profile.caps):
        talks = query.where(event.at < since, event.kind.in_(("conversation", "refusal")))
        rows = [*session.execute(talks.order_by(event.at, event.id).limit(1)), *rows]
    return tuple(
        rules.Event(row.kind, row.at, row.channel, row.direction, _debts(row.debts)) for row in rows
    )


def _debts(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text.encode(), type=tuple[str, ...])
