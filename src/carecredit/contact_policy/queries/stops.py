"""What stands against a contact: holds, stops of the person, wishes; and what proves each."""

from collections.abc import Sequence
from datetime import UTC, datetime

from carecredit.contact_policy import rules
from carecredit.customers.views import Wishes
from carecredit.holds.views import PersonStop, StandingHold
from carecredit.kernel.ids import ClientId


def stops_of(
    request: rules.Request,
    *,
    client_id: ClientId,
    held: Sequence[StandingHold],
    everywhere: Sequence[PersonStop],
    said: Wishes,
    now: datetime,
) -> tuple[rules.Stop, ...]:
    """List the stops that stand; of one told to another client company no more than its kind."""
    stops = [
        rules.Stop(
            hold.reason,
            min(hold.starts_at, now),
            hold.ends_at,
            debts=(str(hold.invoice_id),) if hold.invoice_id else (),
            evidence=(_known(hold.recorded_at, hold.recorded_by),),
        )
        for hold in held
    ]
    own = {hold.id for hold in held}
    stops += [
        rules.Stop(
            stop.reason,
            min(stop.starts_at, now),
            stop.ends_at,
            evidence=(_known(stop.recorded_at, ""),) if stop.client_id == client_id else (),
        )
        for stop in everywhere
        if stop.id not in own
    ]
    stops += [
        rules.Stop(
            "opt_out",
            channel=wish.channel,
            purpose=wish.purpose,
            evidence=(_known(wish.starts_at, wish.recorded_by),),
        )
        for wish in said.suppressions
    ]
    stops += rules.wish_stops(
        request,
        preferences=said.preferences,
        consents=said.consents,
        needs=said.needs,
        at=now,
    )
    return tuple(dict.fromkeys(stops))


def proofs_of(held: Sequence[StandingHold], said: Wishes) -> tuple[tuple[str, str], ...]:
    """Give the proofs in free words of what stands, by the kind of stop."""
    proofs = [(hold.reason, hold.evidence) for hold in held]
    proofs += [("opt_out", wish.proof) for wish in said.suppressions]
    return tuple(dict.fromkeys(proof for proof in proofs if proof[1]))


def _known(since: datetime | None, by: str) -> str:
    moment = "" if since is None else f"{since.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    return ", ".join(part for part in (moment, by) if part)
