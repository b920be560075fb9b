"""How to pay, on a statement: account, reference, amount, and the code that fills them in."""

from collections.abc import Mapping
from typing import Any

from carecredit.kernel.banking import in_fours
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money
from carecredit.metrics.numerals import Language
from carecredit.papers.epc import Transfer, payload, qr_svg
from carecredit.papers.formats import money
from carecredit.papers.words import words
from carecredit.receivables.views import Statement, StatementAccount, WayToPay

Page = dict[str, Any]
EPC_CURRENCY = "EUR"


def pay_pages(statement: Statement, language: Language) -> list[Page]:
    """Put into words how to pay, each currency apart: an account is shown for what it takes."""
    asked = [it for it in statement.accounts if it.asked_minor > 0]
    if statement.pay is None or not asked:
        return [_page(statement, None, language)]
    several = len(asked) > 1
    pages = [_page(statement, it, language) for it in asked]
    if several:
        said = words(language)["statement.pay_in"]
        for page, it in zip(pages, asked, strict=True):
            page["heading"] = said.format(currency=it.currency)
    return pages


def _page(statement: Statement, account: StatementAccount | None, language: Language) -> Page:
    """Say where the money of one currency goes (None: nothing is to pay), or how to find out."""
    said, pay = words(language), statement.pay
    page: Page = {"heading": said["statement.pay"], "absent": "", "rows": [], "qr": None}
    amount = money(account.asked_minor, account.currency, language) if account else ""
    if pay is None:
        return page | {"absent": said["statement.no_account"]}
    if account and account.currency not in pay.currencies:
        told = said["statement.other_currency"]
        takes = ", ".join(pay.currencies)
        return page | {"absent": told.format(amount=amount, currency=account.currency, takes=takes)}
    rows = _where(pay, said)
    if account:
        rows.append((said["statement.pay_amount"], amount))
    euro = account is not None and account.currency == EPC_CURRENCY
    code = _qr(statement, pay, said, language) if euro else None
    return page | {"rows": rows, "note": said["statement.pay_note"], "qr": code}


def _where(pay: WayToPay, said: Mapping[str, str]) -> list[tuple[str, str]]:
    rows = [(said["statement.payee"], pay.payee), (said["statement.iban"], in_fours(pay.iban))]
    if pay.bic:
        rows.append((said["statement.bic"], pay.bic))
    if pay.reference:
        return [*rows, (said["statement.reference"], in_fours(pay.reference))]
    return [*rows, (said["statement.text"], pay.text)]


def _qr(
    statement: Statement, pay: WayToPay, said: Mapping[str, str], language: Language
) -> Page | None:
    text = epc_text(statement)
    if text is None:
        return None
    account = _euro(statement)
    amount = money(account.asked_minor, EPC_CURRENCY, language) if account else ""
    alt = said["statement.qr_alt"].format(amount=amount, payee=pay.payee)
    note = said["statement.qr_note"].format(amount=amount)
    if account and account.disputed_minor:
        note = f"{note} {said['statement.qr_disputed']}"
    return {"svg": qr_svg(text, title=alt), "alt": alt, "note": note, "text": text}


def epc_text(statement: Statement) -> str | None:
    """Write what the QR code says; null where there is no account for euro, or nothing to pay."""
    account, pay = _euro(statement), statement.pay
    if (
        pay is None
        or EPC_CURRENCY not in pay.currencies
        or account is None
        or account.asked_minor <= 0
    ):
        return None
    try:
        return payload(
            Transfer(
                payee=pay.payee,
                iban=pay.iban,
                bic=pay.bic,
                amount=Money(account.asked_minor, EPC_CURRENCY),
                reference=pay.reference,
                text=pay.text,
            )
        )
    except Invalid:  # what the code cannot carry stands in the table beside it
        return None


def _euro(statement: Statement) -> StatementAccount | None:
    return next((each for each in statement.accounts if each.currency == EPC_CURRENCY), None)
