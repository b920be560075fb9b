"""Reading what a decision depends on, and the decision for a customer as things stand."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy.orm import Session

from carecredit.contact_policy import rules
from carecredit.contact_policy.queries.approvals import approvals
from carecredit.contact_policy.queries.desk import desk_hours
from carecredit.contact_policy.queries.events import events_of
from carecredit.contact_policy.queries.places import place_for, point_for
from carecredit.contact_policy.queries.stops import proofs_of, stops_of
from carecredit.customers import queries as customers
from carecredit.customers.views import Point, Reach
from carecredit.holds import queries as holds
from carecredit.kernel.ids import ClientId, CustomerId, InvoiceId, PersonId

STOPS_AHEAD = timedelta(minutes=5)
"""A stop counts so much before it begins: who waited at the gate for it asks by an older clock."""


class Grounds(msgspec.Struct, frozen=True):
    """All that a decision about one customer is taken on, read in one transaction."""

    person_id: PersonId
    request: rules.Request
    facts: rules.Facts
    history: tuple[rules.Event, ...]
    profiles: tuple[rules.Profile, ...]
    proofs: tuple[tuple[str, str], ...] = ()
    """Of stops, by kind, in free words: no input of the decision, since they may be erased."""
    name: str = ""
    """By which name the person is greeted; the decision does not look at it."""

    def decide(self, now: datetime) -> rules.Verdict:
        """Decide on these grounds."""
        verdict = rules.decide(
            self.request,
            facts=self.facts,
            history=self.history,
            profiles=self.profiles,
            calendars=rules.PublicDays(),
            now=now,
        )
        return rules.with_proofs(verdict, self.proofs)

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


def grounds_for(  # noqa: PLR0913 - a decision is about whom, how, why, about what and when
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
    hindsight: bool = False,
) -> Grounds:
    """Read everything that a decision about one customer depends on.

    In hindsight it is what was known then: what a call brought does not count against it.
    """
    rules.check_moment(now, field="at")
    request = rules.asked(channel, purpose, debts, requested=requested, promotion=promotion)
    known_at = now if hindsight else None
    reach = customers.reach(
        session, client_id=client_id, customer_id=customer_id, known_at=known_at
    )
    asked = _Asked(reach, point_for(reach, channel), request)
    return _gather(session, client_id, [asked], now, known_at=known_at)[0]


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
    wanted = [_Asked(reach, point_for(reach, channel), request) for reach in reaches]
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
    point = point_for(reach, channel)
    return grounds(
        session, client_id=client_id, reach=reach, point=point, request=request, now=now
    ).facts


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


def _gather(
    session: Session,
    client_id: ClientId,
    wanted: Sequence[_Asked],
    now: datetime,
    *,
    known_at: datetime | None = None,
) -> list[Grounds]:
    seen: dict[str, Any] = {
        "at": now,
        "ahead": STOPS_AHEAD if known_at is None else timedelta(0),
        "known_at": known_at,
    }
    approved = _approved(session, client_id)
    channels = {asked.request.channel for asked in wanted}
    desk = desk_hours(session, client_id=client_id, channels=channels, now=now)
    places = [place_for(asked.reach, asked.point, asked.request.channel) for asked in wanted]
    profiles = [
        rules.picked(approved.profiles, place, asked.request)
        for asked, (place, _) in zip(wanted, places, strict=True)
    ]
    reaches = [asked.reach for asked in wanted]
    wishes = customers.wishes_of(session, client_id=client_id, reaches=reaches, **seen)
    ids = [reach.customer_id for reach in reaches]
    held = holds.standing_of(session, client_id=client_id, customer_ids=ids, **seen)
    everywhere = holds.stops_of_persons(
        session, person_ids={reach.person_id for reach in reaches}, **seen
    )
    counted = zip((reach.person_id for reach in reaches), profiles, strict=True)
    histories = events_of(session, client_id=client_id, persons=list(counted), now=now)
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
                other_subdivisions=place.other_subdivisions,
                stops=(
                    *stops_of(
                        asked.request,
                        client_id=client_id,
                        held=held.get(asked.reach.customer_id, ()),
                        everywhere=everywhere.get(asked.reach.person_id, ()),
                        said=said,
                        now=now,
                    ),
                    *unusable,
                ),
                wishes=rules.wished_hours(said.preferences),
                consents=rules.granted(asked.request, said.consents, at=now),
                operator=desk[asked.request.channel],
                identity=rules.identity_at(asked.request, asked.verified_at, at=now),
                missing_profiles=approved.missing,
                superseded=approved.superseded,
                notes=place.notes,
            ),
            history,
            chosen,
            proofs_of(held.get(asked.reach.customer_id, ()), said),
            asked.reach.name,
        )
        for asked, (place, unusable), chosen, history in zip(
            wanted, places, profiles, histories, strict=True
        )
        for said in (wishes[asked.reach.customer_id],)
    ]
