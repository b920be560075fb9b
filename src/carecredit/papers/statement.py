"""A statement of account as the customer reads it: on a page, as PDF, or as JSON."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from carecredit.kernel.banking import in_fours
from carecredit.kernel.errors import Invalid
from carecredit.kernel.money import Money, major
from carecredit.metrics.numerals import Language
from carecredit.papers import pdf, web
from carecredit.papers.epc import Transfer, payload, qr_svg
from carecredit.papers.formats import day, instant, long_day, money
from carecredit.papers.views import (
    AccountOut,
    ItemOut,
    MovementOut,
    PayOut,
    ShareOut,
    StatementOut,
)
from carecredit.papers.words import words
from carecredit.receivables.views import (
    Statement,
    StatementAccount,
    StatementItem,
    StatementMovement,
    WayToPay,
)

Page = dict[str, Any]
EPC_CURRENCY = "EUR"


def statement_html(statement: Statement, *, language: Language) -> str:
    """Write the statement as one page that stands alone: no script, no address outside it."""
    return web.render("statement.html", statement_page(statement, language=language))


def statement_pdf(statement: Statement, *, language: Language, made_at: datetime) -> bytes:
    """Set the statement as a PDF."""
    page = statement_page(statement, language=language)
    return pdf.render("statement.typ", page, made_at=made_at)


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


def statement_page(statement: Statement, *, language: Language) -> Page:
    """Put into words all that the page shows; what draws it decides nothing."""
    said = words(language)
    return {
        "lang": language,
        "title": said["statement.title"],
        "document_title": said["statement.of"].format(customer=statement.customer),
        "client": statement.client,
        "on_behalf": said["statement.on_behalf"].format(client=statement.client),
        "for": said["statement.for"].format(
            customer=statement.customer, number=statement.customer_number
        ),
        "greeting": said["statement.greeting"],
        "intro": said["statement.intro"].format(
            client=statement.client, day=long_day(statement.as_of, language)
        ),
        "accounts": [
            _Writer(account, statement, language).page() for account in statement.accounts
        ],
        "pay": _pay_page(statement, language),
        "help": {
            "heading": said["statement.help"],
            "lines": [
                said["statement.help_hard"],
                said["statement.help_wrong"],
                said["statement.help_how"].format(client=statement.client),
            ],
        },
        "thanks": said["statement.thanks"],
        "footer": said["statement.footer"].format(
            day=day(statement.as_of, language),
            known=instant(statement.known_at, statement.zone, language),
        ),
        "page_of": said["statement.page"],
    }


class _Writer:
    """Puts one currency's account into words."""

    def __init__(self, account: StatementAccount, statement: Statement, language: Language) -> None:
        self.account = account
        self.statement = statement
        self.language = language
        self.said = words(language)

    def page(self) -> Page:
        several = len(self.statement.accounts) > 1
        account = self.account
        since = day(self.statement.since, self.language)
        movements = [self._movement(each) for each in account.movements]
        return {
            "heading": self._say("account", currency=account.currency) if several else "",
            "sentences": list(self._sentences()),
            "figures": list(self._figures()),
            "items": self._items(),
            "movements": {
                "heading": self._say("movements", day=since),
                "head": [self.said[f"statement.{it}"] for it in _MOVEMENT_HEAD],
                "rows": movements,
                "absent": self._say("no_movements", day=since),
            },
            "loose": self._loose(),
        }

    def _say(self, key: str, **facts: object) -> str:
        return self.said[f"statement.{key}"].format(**facts)

    def _money(self, minor: int) -> str:
        return money(minor, self.account.currency, self.language)

    def _kind(self, kind: str, number: str) -> str:
        return self.said[f"kind.{kind}"].format(number=number)

    def _sentences(self) -> Iterator[str]:
        """Say first what matters: nothing to do, or what has passed, or what is to come."""
        account = self.account
        if account.open_minor <= 0:
            yield self.said["statement.nothing_open"]
        elif account.past_due_minor > 0:
            yield self._say("passed", amount=self._money(account.past_due_minor))
        elif account.upcoming_minor > 0:
            yield self.said["statement.upcoming_only"]
        if account.balance_minor < 0:
            yield self._say("credit", amount=self._money(-account.balance_minor))

    def _figures(self) -> Iterator[dict[str, str]]:
        """Keep the amounts apart: what has passed, what is to come, what is being checked."""
        account = self.account
        shown = {
            "open": account.open_minor,
            "past_due": account.past_due_minor,
            "upcoming": account.upcoming_minor,
            "disputed": account.disputed_minor,
        }
        if account.unapplied_minor:
            shown |= {"unapplied": account.unapplied_minor, "balance": account.balance_minor}
        for key, minor in shown.items():
            if minor or key in {"open", "past_due", "balance"}:
                yield {"label": self.said[f"statement.{key}"], "value": self._money(minor)}

    def _items(self) -> Page:
        return {
            "heading": self.said["statement.items"],
            "head": [self.said[f"statement.{it}"] for it in _ITEM_HEAD],
            "rows": [self._item(item) for item in self.account.items],
            "total": [self.said["statement.total"], self._money(self.account.open_minor)],
        }

    def _item(self, item: StatementItem) -> dict[str, str]:
        return {
            "document": self._kind(item.kind, item.number),
            "part": self._say("instalment", position=item.position, positions=item.positions)
            if item.position
            else "",
            "dated": day(item.invoiced_on, self.language),
            "due": day(item.due_on, self.language),
            "when": self._when(item),
            "amount": self._money(item.gross_minor),
            "open": self._money(item.open_minor),
            "note": self._note(item),
        }

    def _when(self, item: StatementItem) -> str:
        if item.open_minor <= 0 or item.disputed_minor == item.open_minor:
            return ""
        if item.due_on == self.statement.as_of:
            return self.said["statement.today"]
        if item.days_past_due == 1:
            return self.said["statement.days_ago_one"]
        return self._say("days_ago", days=item.days_past_due) if item.days_past_due else ""

    def _note(self, item: StatementItem) -> str:
        if item.open_minor < 0:
            return self.said["statement.in_your_favour"]
        if item.disputed_minor == item.open_minor:
            return self.said["statement.in_dispute"]
        if item.disputed_minor:
            return self._say("in_dispute_part", amount=self._money(item.disputed_minor))
        return ""

    def _movement(self, movement: StatementMovement) -> dict[str, Any]:
        used = [
            self._say("applied_share", amount=self._money(it.minor), invoice=it.invoice)
            for it in movement.applied
        ]
        if movement.unapplied_minor:
            amount = self._money(movement.unapplied_minor)
            bare = "applied_rest" if used else "applied_none"
            used.append(self._say(bare, amount=amount))
        return {
            "document": self._kind(movement.kind, movement.number),
            "on": day(movement.effective_on, self.language),
            "amount": self._money(movement.amount_minor),
            "used": used,
        }

    def _loose(self) -> str:
        """Say what came and waits to be matched, also from before the movements told here."""
        if self.account.unapplied_minor <= 0:
            return ""
        said = self._say("loose", amount=self._money(self.account.unapplied_minor))
        older = [it for it in self.account.loose if it.effective_on < self.statement.since]
        each = (
            self._say(
                "loose_each",
                document=self._kind(it.kind, it.number),
                day=day(it.effective_on, self.language),
                amount=self._money(it.unapplied_minor),
            )
            for it in older
        )
        return f"{said} {self._say('loose_older', movements='; '.join(each))}" if older else said


_ITEM_HEAD = ("document", "dated", "due", "amount", "still_open")
_MOVEMENT_HEAD = ("movement", "received_on", "amount", "applied_to")


def _pay_page(statement: Statement, language: Language) -> Page:
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
    return PayOut(pay.payee, pay.iban, pay.bic, pay.reference, pay.text, epc_text(statement))
