"""What of a customer's debt may be promised or planned: what is open and not contested."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from carecredit.arrangements import queries, rules
from carecredit.arrangements.operations.scene import Scene
from carecredit.kernel.ids import CustomerId, InvoiceId


def room_for(
    session: Session,
    *,
    scene: Scene,
    customer_id: CustomerId,
    currency: str,
    named: Collection[InvoiceId] = (),
    never: Iterable[InvoiceId] = (),
) -> tuple[dict[InvoiceId, int], bool]:
    """Give by invoice what may be agreed about, and whether something contested is left out.

    Raises `Contested` where an invoice that is named, or all there is, is contested as a whole.
    """
    found = queries.free_of(
        session, moment=scene.moment, customer_id=customer_id, currency=currency,
        only=named or None, never=never,
    )  # fmt: skip
    free = {key: minor for key, (_, minor) in found.items() if minor > 0}
    whole = [str(key) for key in found if key not in free]
    if whole and (named or not free):
        raise rules.Contested(
            f"contested as a whole: {', '.join(whole)}; leave it out, or resolve its dispute or "
            "complaint first",
            field="invoices",
        )
    return free, any(minor < total for total, minor in found.values())
