"""What a customer says of being contacted, from a desk: by the codes and numbers people know."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, TypeVar
from uuid import UUID

from msgspec import Struct
from sqlalchemy.orm import Session

from carecredit.contact_policy.operations import NewStop, record_stop
from carecredit.contact_policy.views import StopRecorded
from carecredit.customers import operations, queries, views
from carecredit.customers.rules import CareNeed, Consent, Preference, Scope, read_hours
from carecredit.holds.operations import UnknownHold, put_off_review
from carecredit.holds.operations import end as end_hold
from carecredit.holds.queries import standing as standing_holds
from carecredit.holds.views import StandingHold
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.clock import Clock
from carecredit.kernel.ids import ClientId, ContactPointId, HoldId, InvoiceId
from carecredit.mandates import queries as mandates
from carecredit.outreach.operations import erase
from carecredit.receivables.queries import UnknownInvoice, payable_by_number
from carecredit.store.session import Caller, Store

Answer = TypeVar("Answer")


class SaidOfContact(Struct, frozen=True):
    """All that a customer said of being contacted; needs only where they were asked for."""

    points: tuple[views.ContactPoint, ...]
    consents: tuple[views.ConsentSaid, ...]
    preferences: tuple[views.PreferenceSaid, ...]
    suppressions: tuple[views.SuppressionKept, ...]
    needs: tuple[views.NeedSaid, ...] | None


class Wishes:
    """A customer's consents, preferences, needs and contact points; each call one transaction."""

    def __init__(
        self, store: Store, caller: Caller, now: Clock, *, client: str, customer: str
    ) -> None:
        self._store, self._caller, self._now = store, caller, now
        self._code, self._number = client, customer

    def seen(self, *, needs: bool = False) -> SaidOfContact:
        """Show everything that was said; care needs only to who asks for them by right."""
        with self._store.read(self._caller) as session:
            whom = self._whom(session)
            return SaidOfContact(
                tuple(queries.contact_points(session, **whom)),
                tuple(queries.consents(session, **whom)),
                tuple(queries.preferences(session, **whom)),
                tuple(queries.suppressions_kept(session, at=self._now(), **whom)),
                tuple(queries.needs(session, **whom)) if needs else None,
            )

    def state(
        self,
        stance: str,
        *,
        basis: str,
        proof: str,
        channel: str | None = None,
        purpose: str | None = None,
        starts_at: datetime | None = None,
        ends_at: datetime | None = None,
    ) -> None:
        """Record consent (`granted`), a refusal (`refused`), or one taken back (`lifted`)."""
        consent = Consent(Scope(channel, purpose), stance, starts_at or self._now(), ends_at)
        self._write(operations.state_consent, consent=consent, basis=basis, proof=proof)

    def opt_out(
        self, *, basis: str, proof: str, channel: str | None = None, purpose: str | None = None
    ) -> None:
        """Record the wish not to be contacted: on a channel, about a purpose, or at all."""
        self.state("refused", basis=basis, proof=proof, channel=channel, purpose=purpose)

    def prefer(
        self,
        *,
        basis: str,
        hours: Mapping[str, Sequence[str]] | None = None,
        hours_for: Sequence[str] = (),
        channels: Sequence[str] = (),
        language: str | None = None,
        ends_at: datetime | None = None,
    ) -> None:
        """Record hours by day (`{"mon": ["18:00-21:00"], "fri": []}`), channels and language."""
        wish = Preference(
            None if hours is None else read_hours(hours),
            tuple(hours_for),
            tuple(channels),
            language,
            self._now(),
            ends_at,
        )
        self._write(operations.prefer, preference=wish, basis=basis)

    def need(
        self, kind: str, *, basis: str, needed: bool = True, review_on: date | None = None
    ) -> None:
        """Record what somebody needs done differently, never why; or that it is over."""
        need = CareNeed(kind, needed, self._now(), None, review_on)
        self._write(operations.state_need, need=need, basis=basis)

    def hold(
        self, reason: str, *, proof: str, invoice: str | None = None, **days: Any
    ) -> StopRecorded:
        """Record a reason to be silent; what else is told of it as `NewStop` has it."""
        with self._store.begin(self._caller) as session:
            whom = self._whom(session)
            told = days | {"invoice_id": _invoice(session, whom["client_id"], invoice)}
            stop = NewStop(reason, proof, **told)
            return record_stop(session, stop=stop, now=self._now(), **whom)

    def end_hold(self, hold_id: UUID) -> None:
        """End a hold of this customer's that somebody told us of, now."""
        with self._store.begin(self._caller) as session:
            whom, now = self._whom(session), self._now()
            standing = {each.id for each in standing_holds(session, at=now, **whom)}
            if hold_id not in standing:
                raise UnknownHold("no such hold stands for this customer", field="hold_id")
            end_hold(session, client_id=whom["client_id"], hold_id=HoldId(hold_id), now=now)

    def review_hold(self, hold_id: UUID, on: date) -> None:
        """Look at a hold again on a later day."""
        with self._store.begin(self._caller) as session:
            whom, now = self._whom(session), self._now()
            at = zone(mandates.client(session, client_id=whom["client_id"]).zone)
            put_off_review(
                session,
                hold_id=HoldId(hold_id),
                review_on=on,
                today=local_date(now, at),
                now=now,
                **whom,
            )

    def holds(self) -> list[StandingHold]:
        """List the holds that stand now."""
        with self._store.read(self._caller) as session:
            return standing_holds(session, at=self._now(), **self._whom(session))

    def add_point(self, kind: str, text: str) -> list[views.ContactPoint]:
        """Add every number (or the address) that a field holds."""
        return self._write(operations.add_points, kind=kind, text=text)

    def point_is(self, value: str, state: str, *, said: str = "") -> None:
        """Say that a number or address is `verified` (how), `bad` (why), or `works` after all."""
        with self._store.begin(self._caller) as session:
            whom = self._whom(session)
            at = {"client_id": whom["client_id"], "now": self._now()}
            at["point_id"] = _point(queries.contact_points(session, **whom), value)
            if state == "verified":
                operations.verify_point(session, how=said, **at)
            elif state == "bad":
                operations.mark_point_bad(session, reason=said, **at)
            else:
                operations.mark_point_good(session, **at)

    def erase(self) -> views.Erased:
        """Erase who the customer is; the ledger stays, and nothing is sent to it again."""
        return self._write(erase)

    def _write(self, act: Callable[..., Answer], **told: Any) -> Answer:
        with self._store.begin(self._caller) as session:
            return act(session, now=self._now(), **self._whom(session), **told)

    def _whom(self, session: Session) -> dict[str, Any]:
        client_id = mandates.client_by_code(session, code=self._code).id
        found = queries.customer_by_number(session, client_id=client_id, number=self._number)
        return {"client_id": client_id, "customer_id": found.id}


def _point(points: Sequence[views.ContactPoint], value: str) -> ContactPointId:
    for point in points:
        if value in {point.value, str(point.id)}:
            return point.id
    known = ", ".join(point.value for point in points) or "none"
    raise operations.UnknownPoint(f"no contact point {value!r}; known: {known}", field="point")


def _invoice(session: Session, client_id: ClientId, number: str | None) -> InvoiceId | None:
    if number is None:
        return None
    found = payable_by_number(session, client_id=client_id, numbers=[number])
    if number not in found:
        raise UnknownInvoice(f"no invoice {number!r}", field="invoice")
    return found[number][0]
