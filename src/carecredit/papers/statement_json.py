"""A statement of account as JSON, its amounts as they travel."""

import msgspec

from carecredit.kernel.money import major
from carecredit.papers.paying import epc_text
from carecredit.papers.views import (
    AccountOut,
    ItemOut,
    MovementOut,
    PayOut,
    ShareOut,
    StatementOut,
)
from carecredit.receivables.views import (
    Statement,
    StatementAccount,
    StatementItem,
    StatementMovement,
)


def statement_out(statement: Statement) -> StatementOut:
    """Give the statement with its amounts as they travel."""
    return StatementOut(
        client=statement.client,
        customer=statement.customer,
        customer_number=statement.customer_number,
        as_of=statement.as_of,
        known_at=statement.known_at,
        since=statement.since,
        accounts=tuple(map(_account_out, statement.accounts)),
        pay=_pay_out(statement),
    )


def statement_json(statement: Statement) -> bytes:
    """Write the statement as JSON."""
    return msgspec.json.format(msgspec.json.encode(statement_out(statement)))


def _account_out(account: StatementAccount) -> AccountOut:
    currency = account.currency
    return AccountOut(
        currency=currency,
        open=major(account.open_minor, currency),
        past_due=major(account.past_due_minor, currency),
        upcoming=major(account.upcoming_minor, currency),
        disputed=major(account.disputed_minor, currency),
        unapplied=major(account.unapplied_minor, currency),
        balance=major(account.balance_minor, currency),
        asked=major(account.asked_minor, currency),
        items=tuple(_item_out(item, currency) for item in account.items),
        movements=tuple(_movement_out(it, currency) for it in account.movements),
        loose=tuple(_movement_out(it, currency) for it in account.loose),
    )


def _item_out(item: StatementItem, currency: str) -> ItemOut:
    return ItemOut(
        number=item.number,
        kind=item.kind,
        invoiced_on=item.invoiced_on,
        due_on=item.due_on,
        instalment=item.position,
        instalments=item.positions,
        gross=major(item.gross_minor, currency),
        open=major(item.open_minor, currency),
        disputed=major(item.disputed_minor, currency),
        days_past_due=item.days_past_due,
    )


def _movement_out(movement: StatementMovement, currency: str) -> MovementOut:
    return MovementOut(
        kind=movement.kind,
        number=movement.number,
        effective_on=movement.effective_on,
        amount=major(movement.amount_minor, currency),
        applied=tuple(ShareOut(it.invoice, major(it.minor, currency)) for it in movement.applied),
        unapplied=major(movement.unapplied_minor, currency),
    )


def _pay_out(statement: Statement) -> PayOut | None:
    pay = statement.pay
    if pay is None:
        return None
    code = epc_text(statement)
    return PayOut(
        pay.payee, pay.iban, pay.bic, pay.reference, pay.text, pay.currencies, code
    )  # fmt: skip
