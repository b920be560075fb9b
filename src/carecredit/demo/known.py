"""What is known at the end of a day: later events, and those not yet entered, are cut off."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from carecredit.demo.rows import Invoice, Payment
from carecredit.demo.settling import Life


def as_known(life: Life, today: date) -> Life:
    """Cut a life off at the end of a day."""
    return Life(
        invoice=_invoice(life.invoice, today),
        credit_notes=tuple(row for row in life.credit_notes if row.recorded_on <= today),
        payments=tuple(_payments(life.payments, today)),
        write_offs=tuple(row for row in life.write_offs if row.recorded_on <= today),
    )


def _invoice(invoice: Invoice, today: date) -> Invoice:
    start, end = invoice.disputed_from, invoice.disputed_to
    if start is None or start > today:
        start = end = None
    elif end is not None and end > today:
        end = None
    return msgspec.structs.replace(invoice, disputed_from=start, disputed_to=end)


def _payments(payments: Iterable[Payment], today: date) -> Iterator[Payment]:
    """Keep the money that has come; what nobody has matched yet stands without an invoice."""
    for payment in payments:
        if payment.recorded_on > today:
            continue
        if payment.applied_on is not None and payment.applied_on > today:
            yield msgspec.structs.replace(payment, invoice=None, applied_on=None)
        else:
            yield payment
