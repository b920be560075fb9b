"""When our own desk is there to speak for a client company, by the mandate of the day."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from carecredit.contact_policy import rules
from carecredit.kernel.calendars import local_date, zone
from carecredit.kernel.ids import ClientId
from carecredit.mandates import queries as mandates


def desk_hours(
    session: Session, *, client_id: ClientId, channels: Iterable[str], now: datetime
) -> dict[str, rules.OperatorHours | None]:
    """Give the opening hours that bind each channel (none: they do not bind it)."""
    client = mandates.client(session, client_id=client_id)
    today = local_date(now, zone(client.zone))
    mandate = mandates.mandate(session, client_id=client_id, today=today)
    return {
        channel: rules.operator_hours(
            channel,
            hours=mandate.opening_hours,
            zone=mandate.opening_zone,
            calendar=mandate.opening_calendar,
            client_zone=client.zone,
        )
        for channel in channels
    }
