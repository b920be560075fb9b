"""Reading what has happened between us and persons, as far back as their rules count."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import select
from sqlalchemy.orm import Session

from carecredit.contact_policy import model, rules
from carecredit.customers import queries as customers
from carecredit.kernel.ids import ClientId, PersonId
from carecredit.store import paging

_COUNTED_STATES = ("reserved", "settled")


def events_of(
    session: Session,
    *,
    client_id: ClientId,
    persons: Sequence[tuple[PersonId, Sequence[rules.Profile]]],
    now: datetime,
) -> list[tuple[rules.Event, ...]]:
    """Read persons' events with every client company, as far back as their profiles count.

    Those of whoever shares a contact point are among them. Where a rule counts from the first
    conversation, that one is read however old it is.
    """
    event = model.ContactEvent
    since = [now - timedelta(days=rules.memory_days(profiles)) for _, profiles in persons]
    first = [
        any(cap.after_first_conversation for profile in profiles for cap in profile.caps)
        for _, profiles in persons
    ]
    around = customers.sharing(session, person_ids={person_id for person_id, _ in persons})
    query = select(
        paging.raw(event.person_id),
        event.kind,
        event.at,
        event.channel,
        event.direction,
        event.debts,
        event.client_id == client_id,
    ).where(event.state.in_(_COUNTED_STATES))
    recent = query.where(
        paging.among(session, event.person_id, frozenset().union(*around.values())),
        event.at >= min(since, default=now),
    )
    found = _of_all(_by_person(session, recent.order_by(event.at, event.id)), around.values())
    ever = {around[one] for (one, _), from_first in zip(persons, first, strict=True) if from_first}
    talks: dict[frozenset[PersonId], list[rules.Event]] = {}
    if ever:
        old = query.where(
            paging.among(session, event.person_id, frozenset().union(*ever)),
            event.kind.in_(("conversation", "refusal")),
        )
        talks = _of_all(_by_person(session, old.order_by(event.at, event.id)), ever)
    return [
        (
            *(talk for talk in talks.get(group, ())[:1] if from_first and talk.at < begin),
            *(one for one in found[group] if one.at >= begin),
        )
        for (person_id, _), begin, from_first in zip(persons, since, first, strict=True)
        for group in (around[person_id],)
    ]


def _of_all(
    found: dict[PersonId, list[rules.Event]], groups: Iterable[frozenset[PersonId]]
) -> dict[frozenset[PersonId], list[rules.Event]]:
    """Put together the events of those who are counted together, in order."""
    together: dict[frozenset[PersonId], list[rules.Event]] = {}
    for group in groups:
        if group not in together:
            events = [event for one in group for event in found.get(one, ())]
            together[group] = sorted(events, key=lambda event: event.at)
    return together


def _by_person(session: Session, query: Any) -> dict[PersonId, list[rules.Event]]:
    # Read as plain rows: no rule narrows what stands above the client companies.
    found: dict[Any, list[rules.Event]] = {}
    for person_key, kind, at, channel, direction, debts, ours in paging.rows(session, query):
        event = rules.Event(kind, at, channel, direction, _debts(debts), bool(ours))
        found.setdefault(person_key, []).append(event)
    return {
        PersonId(key if isinstance(key, UUID) else UUID(bytes=key)): events
        for key, events in found.items()
    }


def _debts(text: str) -> tuple[str, ...]:
    if text == "[]":
        return ()
    return msgspec.json.decode(text.encode(), type=tuple[str, ...])
