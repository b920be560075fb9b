"""What fits together in a wrap-up; what the texts may say."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from carecredit.kernel.errors import Invalid
from carecredit.kernel.ids import InvoiceId, new_id
from carecredit.mandates.rules import TONES
from carecredit.outreach.queries import template
from carecredit.outreach.rules import (
    Disposition,
    NonPaymentReason,
    PromiseGiven,
    Template,
    WrapUp,
    check_wrap_up,
    compose,
    event_kind,
    parse_templates,
)
from carecredit.outreach.rules.wrap_up import WrapUpInvalid
from worlds import NOW

INVOICE = InvoiceId(new_id())
PROMISE = PromiseGiven("10.00", "EUR", date(2026, 6, 12))
TALK: dict[str, Any] = {"disposition": Disposition.RIGHT_PARTY}
NO_TALK: dict[str, Any] = {"disposition": Disposition.NO_ANSWER}
UNKIND = ("debito", "sollecito", "insoluto", "mora", "debt", "overdue", "legal", "default", "€")


class TestCheckWrapUp:
    @pytest.mark.parametrize(
        "said",
        [
            TALK,
            NO_TALK,
            TALK | {"promise": PROMISE, "non_payment_reason": NonPaymentReason.FORGOTTEN},
            TALK | {"disputed_invoices": (INVOICE,), "dispute_reason": "twice billed"},
            NO_TALK | {"callback_at": NOW + timedelta(hours=1), "note": "x" * 4_000},
        ],
    )
    def test_accepts_what_fits_together(self, said: dict[str, Any]) -> None:
        check_wrap_up(WrapUp(**said), now=NOW)

    @pytest.mark.parametrize(
        ("said", "field"),
        [
            (NO_TALK | {"promise": PROMISE}, "promise"),
            (NO_TALK | {"disputed_invoices": (INVOICE,)}, "disputed_invoices"),
            (NO_TALK | {"non_payment_reason": NonPaymentReason.OTHER}, "non_payment_reason"),
            (NO_TALK | {"opt_out": True}, "opt_out"),
            (TALK | {"note": "x" * 4_001}, "note"),
            (TALK | {"note": "a\0b"}, "note"),
            (TALK | {"disputed_invoices": (INVOICE,) * 51}, "disputed_invoices"),
            (TALK | {"disputed_invoices": (INVOICE,), "dispute_reason": " "}, "dispute_reason"),
            (TALK | {"callback_at": NOW}, "callback_at"),
            (TALK | {"callback_at": datetime(2026, 7, 1, 9)}, "callback_at"),  # noqa: DTZ001 - the fault
        ],
    )
    def test_names_the_field_that_does_not_fit(self, said: dict[str, Any], field: str) -> None:
        with pytest.raises(WrapUpInvalid) as refused:
            check_wrap_up(WrapUp(**said), now=NOW)

        assert refused.value.field == field


class TestEventKind:
    def test_counts_a_talk_a_contact_or_a_try(self) -> None:
        kinds = {one: event_kind(one) for one in Disposition}

        assert [one for one, kind in kinds.items() if kind == "conversation"] == ["right_party"]
        assert [one for one, kind in kinds.items() if kind == "contact"] == [
            "third_party", "voicemail", "dropped",
        ]  # fmt: skip


class TestTemplate:
    @pytest.mark.parametrize("language", ["it", "en"])
    @pytest.mark.parametrize("tone", TONES)
    def test_says_nothing_of_money_and_nothing_unkind(self, tone: str, language: str) -> None:
        text = template(tone=tone, language=language)

        assert "$invoice" not in text.subject
        assert "$reply_to" in text.text
        said = f"{text.subject} {text.text}".lower().split()
        assert not [word for word in UNKIND if word in said]

    def test_is_english_for_whoever_speaks_another_language(self) -> None:
        assert template(tone="help", language="fr") == template(tone="help", language="en")


class TestCompose:
    TEMPLATE = Template("help", "1", "$client: hello", "$greeting about $invoice")

    def test_keeps_line_breaks_out_of_the_subject(self) -> None:
        values = {"client": "Acque\r\nBcc: all@example.org", "greeting": "Hello", "invoice": "F-1"}

        assert compose(self.TEMPLATE, values) == (
            "Acque Bcc: all@example.org: hello", "Hello about F-1",
        )  # fmt: skip

    def test_fills_in_no_placeholder_that_a_value_brings(self) -> None:
        values = {"client": "$invoice", "greeting": "${x}", "invoice": "F-1"}

        assert compose(self.TEMPLATE, values)[0] == "$invoice: hello"

    def test_raises_where_a_value_is_missing(self) -> None:
        with pytest.raises(KeyError):
            compose(self.TEMPLATE, {"client": "Acque"})


class TestParseTemplates:
    @pytest.mark.parametrize(
        "data",
        [
            {},
            {"templates": [{"tone": "help"}]},
            {"templates": [{"tone": "x", "version": "1", "subject": "$amount", "text": ""}]},
        ],
    )
    def test_names_the_place_of_a_fault(self, data: dict[str, Any]) -> None:
        with pytest.raises(Invalid, match=r"it\.toml"):
            parse_templates(data, source="it.toml")
