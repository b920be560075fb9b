"""Founding client companies and agreeing mandates."""

from datetime import date, datetime

import msgspec
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import ClientId, MandateId, new_id
from carecredit.mandates import model, queries, rules, views
from carecredit.store import audit
from carecredit.store.session import widen

FIRST_DAY = date(1970, 1, 1)
"""A book may reach back: the first mandate covers every day it speaks of."""


class CodeTaken(Invalid):
    """Another client company has this code."""

    code = "client_code_taken"


class MandateTaken(Invalid):
    """The client company has a mandate from this day on already."""

    code = "mandate_taken"


class Terms(msgspec.Struct, frozen=True):
    """What a mandate lays down; the defaults are gentle."""

    follow_up_policy: str = "gentle"
    small_balance_minor: int = 100
    promise_grace_days: int = 3
    promise_days_max: int = 60
    allocation_order: str = "oldest_due"
    allocation_natures: str = "costs,interest,principal"
    late_charges: str = "none"
    plan_amount_max_minor: int = 300_000
    plan_instalments_max: int = 12
    plan_days_max: int = 365
    plan_missed_max: int = 2
    odd_cents: str = "last"
    proof_days: int = 5
    relief_days_max: int = 180
    opening_hours: str = "always"
    opening_zone: str = "client"
    opening_calendar: str = "none"


GENTLE = Terms()


class NewClient(msgspec.Struct, frozen=True):
    """The card of a client company to be founded; Italian unless it says otherwise."""

    code: str
    name: str
    country: str = "IT"
    currency: str = "EUR"
    language: str = "it"
    zone: str = "Europe/Rome"
    payee: str | None = None
    iban: str | None = None
    bic: str | None = None


def add_client(
    session: Session, *, client: NewClient, terms: Terms = GENTLE, now: datetime
) -> views.Client:
    """Found a client company and its first mandate."""
    rules.check_client(
        code=client.code,
        name=client.name,
        country=client.country,
        currency=client.currency,
        language=client.language,
        zone=client.zone,
    )
    account = rules.checked_account(payee=client.payee, iban=client.iban, bic=client.bic)
    if session.execute(select(model.Client.id).where(model.Client.code == client.code)).first():
        raise CodeTaken(f"a client company {client.code!r} exists already", field="code")
    client_id = ClientId(new_id())
    card = msgspec.structs.asdict(client) | {"id": client_id, "name": client.name.strip()} | account
    session.execute(insert(model.Client), [card | {"created_at": now}])
    widen(session, client_id)
    audit.record(
        session,
        client_id=client_id,
        action="client.added",
        subject="client",
        subject_id=client_id,
        now=now,
        data={"code": client.code},
    )
    agree_mandate(session, client_id=client_id, valid_from=FIRST_DAY, terms=terms, now=now)
    return views.Client(**card)


def say_where_to_pay(
    session: Session,
    *,
    client_id: ClientId,
    payee: str | None,
    iban: str | None,
    bic: str | None,
    now: datetime,
) -> views.Client:
    """Put the account that customers pay to in place of the one before; both are in the audit."""
    account = rules.checked_account(payee=payee, iban=iban, bic=bic)
    before = queries.client(session, client_id=client_id)
    session.execute(
        update(model.Client)
        .where(model.Client.id == client_id)
        .values(**account)
        .execution_options(synchronize_session=False)
    )
    audit.record(
        session,
        client_id=client_id,
        action="client.account_changed",
        subject="client",
        subject_id=client_id,
        now=now,
        data={"before": {key: getattr(before, key) for key in account}, "after": account},
    )
    return queries.client(session, client_id=client_id)


def agree_mandate(
    session: Session, *, client_id: ClientId, valid_from: date, terms: Terms, now: datetime
) -> views.Mandate:
    """Agree a mandate from a day on; it overrides an older one from that day."""
    _check(terms)
    taken = select(model.Mandate.id).where(
        model.Mandate.client_id == client_id, model.Mandate.valid_from == valid_from
    )
    if session.execute(taken).first():
        raise MandateTaken(
            f"a mandate begins on {valid_from} already, and what was agreed stays: agree the new "
            "one from another day on",
            field="valid_from",
        )
    mandate_id = MandateId(new_id())
    row = msgspec.structs.asdict(terms)
    session.execute(
        insert(model.Mandate),
        [
            row
            | {"client_id": client_id, "id": mandate_id, "valid_from": valid_from, "valid_to": None}
        ],
    )
    audit.record(
        session,
        client_id=client_id,
        action="mandate.agreed",
        subject="mandate",
        subject_id=mandate_id,
        now=now,
        data=row | {"valid_from": valid_from.isoformat()},
    )
    return queries.mandate(session, client_id=client_id, today=valid_from)


def _check(terms: Terms) -> None:
    told = msgspec.structs.asdict(terms)
    rules.check_arrangements(**{name: told.pop(name) for name in rules.OF_ARRANGEMENTS})
    rules.check_terms(**told)
