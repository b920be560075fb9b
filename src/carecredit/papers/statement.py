"""A statement of account as the customer reads it: on a page or as PDF."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from carecredit.metrics.numerals import Language
from carecredit.papers import pdf, web
from carecredit.papers.formats import day, instant, long_day, money
from carecredit.papers.paying import pay_pages
from carecredit.papers.words import words
from carecredit.receivables.views import (
    Statement,
    StatementAccount,
    StatementItem,
    StatementMovement,
)

Page = dict[str, Any]


def statement_html(statement: Statement, *, language: Language) -> str:
    """Write the statement as one page that stands alone: no script, no address outside it."""
    return web.render("statement.html", statement_page(statement, language=language))


def statement_pdf(statement: Statement, *, language: Language, made_at: datetime) -> bytes:
    """Set the statement as a PDF."""
    page = statement_page(statement, language=language)
    return pdf.render("statement.typ", page, made_at=made_at)


def statement_page(statement: Statement, *, language: Language) -> Page:
    """Put into words all that the page shows; what draws it decides nothing."""
    said = words(language)
    return {
        "lang": language,
        "title": said["statement.title"],
        "document_title": said["statement.of"].format(customer=statement.customer),
        "client": statement.client,
        "on_behalf": said["statement.on_behalf"].format(client=statement.client),
        "for": _for(statement, language),
        "greeting": said["statement.greeting"],
        "intro": said["statement.intro"].format(
            client=statement.client, day=long_day(statement.as_of, language)
        ),
        "accounts": [
            _Writer(account, statement, language).page() for account in statement.accounts
        ],
        "pay": pay_pages(statement, language),
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


def _for(statement: Statement, language: Language) -> str:
    """Say for whom it is; who has no name here goes by the number, said once."""
    nameless = statement.customer == statement.customer_number
    said = words(language)["statement.for_number" if nameless else "statement.for"]
    return said.format(customer=statement.customer, number=statement.customer_number)


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
