"""Loading the made world through the front door: the same import and the same operations as any."""

import tempfile
from collections.abc import Callable
from datetime import datetime, time
from pathlib import Path

from carecredit.arrangements.operations import NewPromise, record_promise, review_arrangements
from carecredit.customers import queries as customers
from carecredit.demo.ledger import write_ledger
from carecredit.demo.rows import Company, World
from carecredit.desk import CareCredit
from carecredit.intake.operations import import_ledger
from carecredit.kernel.calendars import DAY, at_local, zone
from carecredit.kernel.money import Money
from carecredit.mandates import queries as mandates

PROFILES = ("house_gentle", "it_debt_unirec")
APPROVED_BY = "Demo, nobody's lawyer"
OPERATOR = "Giulia M."


def load(desk: CareCredit, world: World, *, tell: Callable[[str], None]) -> None:
    """Found the companies, import their books, live through the promises of two years."""
    for company in world.companies:
        desk.add_client(
            company.code,
            company.name,
            profiles=PROFILES,
            by=APPROVED_BY,
            country=company.country,
            currency=company.currency,
            payee=company.name,
            iban=company.iban,
            language=company.language,
            zone=company.zone,
        )
        with tempfile.TemporaryDirectory() as folder:
            write_ledger(company, Path(folder))
            with desk.store.begin(desk.caller) as session:
                report = import_ledger(
                    session,
                    client=mandates.client_by_code(session, code=company.code),
                    directory=Path(folder),
                    now=desk.now(),
                )
        added = {count.file: count.added for count in report.files}
        tell(
            f"{company.name}: {added['customers.csv']} customers, {added['invoices.csv']} "
            f"invoices, {added['payments.csv']} payments"
        )
        _live_promises(desk, company)


def _live_promises(desk: CareCredit, company: Company) -> None:
    """Take each promise on the day it was given, and judge those before it."""
    given = sorted(company.promises, key=lambda one: (one.given_on, one.customer))
    with desk.store.begin(desk.caller) as session:
        client = mandates.client_by_code(session, code=company.code)
        at = zone(client.zone)
        ids = customers.ids_by_number(
            session, client_id=client.id, numbers={one.customer for one in given}
        )
        last: datetime | None = None
        for one in given:
            now = at_local(one.given_on, time(11), at)
            if last is None or now - last >= DAY:
                review_arrangements(session, client_id=client.id, now=now)
                last = now
            promise = NewPromise(
                ids[one.customer],
                Money(one.amount_minor, one.currency),
                one.promised_on,
                given_to=OPERATOR,
            )
            record_promise(session, client_id=client.id, promise=promise, now=now)
