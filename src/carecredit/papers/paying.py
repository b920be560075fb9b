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


def pay_page(statement: Statement, language: Language) -> Page:
    """Put into words where a transfer goes, and draw its code."""
    said, pay = words(language), statement.pay
    if pay is None:
        return {
            "heading": said["statement.pay"],
            "absent": said["statement.no_account"],
            "qr": None,
        }
    rows = [(said["statement.payee"], pay.payee), (said["statement.iban"], in_fours(pay.iban))]
    if pay.bic:
        rows.append((said["statement.bic"], pay.bic))
    if pay.reference:
        rows.append((said["statement.reference"], in_fours(pay.reference)))
    else:
        rows.append((said["statement.text"], pay.text))
    asked = [(it.currency, it.asked_minor) for it in statement.accounts if it.asked_minor]
    rows += [(said["statement.pay_amount"], money(it, code, language)) for code, it in asked]
    return {
        "heading": said["statement.pay"],
        "absent": "",
        "rows": rows,
        "note": said["statement.pay_note"],
        "qr": _qr(statement, pay, said, language),
    }


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
    """Write what the QR code says; null where there is no account, no euro, or nothing to pay."""
    account, pay = _euro(statement), statement.pay
    if pay is None or account is None or account.asked_minor <= 0:
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
