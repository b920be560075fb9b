"""Formal notices: their worked cases, and what holds whatever the day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecredit.contact_policy.rules import notices
from carecredit.kernel.calendars import DAY
from carecredit.kernel.errors import Invalid

DAYS = st.dates(date(2015, 1, 1), date(2035, 12, 31))


class TestElectricity:
    def test_counts_25_days_from_receipt_where_the_meter_can_be_reduced(self) -> None:
        found = notices.it_electricity_request(
            received_on=date(2026, 11, 2), deadline_on=date(2026, 11, 17), reducible=True
        )

        assert found.first_day == date(2026, 11, 28)
        assert "27/11/2026" in found.why[0].it

    def test_counts_40_days_where_it_cannot(self) -> None:
        found = notices.it_electricity_request(
            received_on=date(2026, 11, 2), deadline_on=date(2026, 11, 17), reducible=False
        )

        assert found.first_day == date(2026, 12, 13)

    def test_waits_three_working_days_after_a_late_deadline(self) -> None:
        # Friday 4 December; Tuesday 8 is a holiday: 7, 9 and 10 are the three working days.
        found = notices.it_electricity_request(
            received_on=date(2026, 11, 2), deadline_on=date(2026, 12, 4), reducible=True
        )

        assert found.first_day == date(2026, 12, 11)

    def test_counts_the_day_of_the_patron_where_the_place_is_named(self) -> None:
        # Monday 7 December is Saint Ambrose in Milan.
        found = notices.it_electricity_request(
            received_on=date(2026, 11, 2),
            deadline_on=date(2026, 12, 4),
            reducible=True,
            subdivision="MI",
        )

        assert found.first_day == date(2026, 12, 12)

    @given(received=DAYS, ahead=st.integers(10, 60), reducible=st.booleans())
    def test_never_acts_before_either_term_has_run_out(
        self, received: date, ahead: int, *, reducible: bool
    ) -> None:
        deadline = received + DAY * ahead

        first = notices.it_electricity_request(
            received_on=received, deadline_on=deadline, reducible=reducible
        ).first_day

        between = [deadline + DAY * n for n in range(1, (first - deadline).days)]
        assert (first - received).days > (25 if reducible else 40)
        assert sum(notices.is_working_day(day, "IT") for day in between) >= 3

    @pytest.mark.parametrize(
        ("deadline", "told"),
        [
            (date(2026, 11, 11), {}),
            (date(2026, 11, 11), {"by": "pec"}),
            (date(2026, 11, 16), {"by": "registered_letter"}),
            (date(2026, 11, 11), {"by": "registered_letter", "sent_on": date(2026, 10, 28)}),
            (date(2026, 11, 21), {"by": "no_proof"}),
        ],
    )
    def test_refuses_a_deadline_before_the_lawful_one(
        self, deadline: date, told: dict[str, Any]
    ) -> None:
        asked = {"received_on": date(2026, 11, 2), "reducible": True} | told

        with pytest.raises(notices.TooSoon) as refused:
            notices.it_electricity_request(deadline_on=deadline, **asked)

        next_day = notices.it_electricity_request(deadline_on=deadline + DAY, **asked)
        assert refused.value.field == "deadline_on"
        assert str(deadline + DAY) in refused.value.message
        assert "send the notice anew" in refused.value.message
        assert next_day.first_day == date(2026, 11, 28)

    def test_refuses_a_notice_received_before_it_was_sent(self) -> None:
        with pytest.raises(Invalid) as refused:
            notices.it_electricity_request(
                received_on=date(2026, 11, 2),
                deadline_on=date(2026, 12, 1),
                reducible=True,
                sent_on=date(2026, 11, 3),
            )

        assert refused.value.field == "sent_on"


class TestGas:
    def test_counts_40_days_from_receipt(self) -> None:
        found = notices.it_gas_request(
            received_on=date(2026, 11, 2), deadline_on=date(2026, 11, 17)
        )

        assert found.first_day == date(2026, 12, 13)


class TestPaymentDeadline:
    @pytest.mark.parametrize(
        ("by", "day"),
        [
            ("registered_letter", date(2026, 11, 17)),
            ("pec", date(2026, 11, 12)),
            ("no_proof", date(2026, 11, 22)),
        ],
    )
    def test_grants_the_days_of_the_way_it_was_sent(self, by: str, day: date) -> None:
        assert notices.it_payment_deadline(by=by, on=date(2026, 11, 2)).first_day == day

    def test_refuses_a_way_it_does_not_know(self) -> None:
        with pytest.raises(Invalid, match="registered_letter"):
            notices.it_payment_deadline(by="fax", on=date(2026, 11, 2))


class TestWater:
    def test_counts_reminder_and_notice_from_the_due_date(self) -> None:
        found = notices.it_water_notice(due_on=date(2026, 10, 1))

        assert found.first_reminder_day == date(2026, 10, 12)
        assert found.first_notice_of_default_day == date(2026, 10, 27)

    def test_acts_on_the_next_working_day_after_forty_from_receipt(self) -> None:
        # 40 days after 28 October are Monday 7 December; the 8th is a holiday.
        found = notices.it_water_action(reminder_received_on=date(2026, 10, 28))

        assert found.last_payment_day == date(2026, 12, 7)
        assert found.first_day == date(2026, 12, 9)

    def test_takes_a_later_deadline_and_refuses_an_earlier_one(self) -> None:
        later = notices.it_water_action(
            reminder_received_on=date(2026, 10, 28), deadline_on=date(2026, 12, 11)
        )

        assert later.first_day == date(2026, 12, 14)
        with pytest.raises(notices.TooSoon, match="2026-12-07"):
            notices.it_water_action(
                reminder_received_on=date(2026, 10, 28), deadline_on=date(2026, 12, 6)
            )

    def test_needs_a_receipt_or_a_deadline(self) -> None:
        assert notices.it_water_action(deadline_on=date(2026, 12, 7)).first_day == date(2026, 12, 9)
        with pytest.raises(Invalid, match="receipt"):
            notices.it_water_action()

    def test_says_what_it_counted_in_both_languages(self) -> None:
        found = notices.it_water_action(reminder_received_on=date(2026, 10, 28))

        assert [said.it for said in found.why] == [
            "40 giorni dal 28/10/2026, escluso quel giorno: fino al 07/12/2026 compreso.",
            "Primo giorno lavorativo dopo il 07/12/2026: 09/12/2026.",
        ]
        assert [said.en for said in found.why] == [
            "40 days from 2026-10-28, that day not counted: through 2026-12-07.",
            "First working day after 2026-12-07: 2026-12-09.",
        ]

    def test_takes_a_deadline_on_the_fortieth_day_and_says_so_alone_without_a_receipt(self) -> None:
        fortieth = date(2026, 12, 7)

        both = notices.it_water_action(
            reminder_received_on=date(2026, 10, 28), deadline_on=fortieth
        )
        alone = notices.it_water_action(deadline_on=fortieth)

        assert (both.last_payment_day, alone.last_payment_day) == (fortieth, fortieth)
        assert [said.en for said in alone.why] == [
            "First working day after 2026-12-07: 2026-12-09."
        ]

    def test_counts_the_day_of_the_patron_where_the_place_is_named(self) -> None:
        # Friday 4 December; in Milan Monday is Saint Ambrose, and Tuesday a holiday everywhere.
        found = notices.it_water_action(deadline_on=date(2026, 12, 4), subdivision="MI")

        assert found.first_day == date(2026, 12, 9)
        assert notices.it_water_action(deadline_on=date(2026, 12, 4)).first_day == date(2026, 12, 7)

    def test_names_the_field_of_what_it_refuses(self) -> None:
        with pytest.raises(notices.TooSoon, match="received; set it on that day or later") as soon:
            notices.it_water_action(
                reminder_received_on=date(2026, 10, 28), deadline_on=date(2026, 12, 6)
            )
        with pytest.raises(Invalid, match=r"^name the receipt of the reminder") as nothing:
            notices.it_water_action()

        assert (soon.value.field, nothing.value.field) == ("deadline_on", "deadline_on")


class TestTheDeadline:
    @pytest.mark.parametrize(
        ("by", "told"), [(None, "since its receipt;"), ("pec", "since the notice went by pec;")]
    )
    def test_that_is_too_soon_is_refused_in_words(self, by: str | None, told: str) -> None:
        with pytest.raises(notices.TooSoon, match=told) as refused:
            notices.it_electricity_request(
                received_on=date(2026, 11, 2), deadline_on=date(2026, 11, 3), reducible=True, by=by
            )

        assert refused.value.field == "deadline_on"
        assert "; send the notice anew, or say by" in refused.value.message

    def test_counts_from_a_notice_received_on_the_day_it_was_sent(self) -> None:
        sent = date(2026, 11, 2)

        found = notices.it_electricity_request(
            received_on=sent, sent_on=sent, deadline_on=date(2026, 12, 4), reducible=True
        )
        with pytest.raises(Invalid, match=r"^it was received before it was sent; check both days$"):
            notices.it_electricity_request(
                received_on=sent, sent_on=date(2026, 11, 3), deadline_on=sent, reducible=True
            )

        assert found.first_day == date(2026, 12, 11)

    def test_says_how_it_was_counted_and_which_ways_there_are(self) -> None:
        found = notices.it_payment_deadline(by="pec", on=date(2026, 11, 2))
        with pytest.raises(Invalid, match=r"^'pigeon' is none of \w+, \w+") as refused:
            notices.it_payment_deadline(by="pigeon", on=date(2026, 11, 2))

        days = (found.first_day - date(2026, 11, 2)).days
        assert [said.en for said in found.why] == [
            f"{days} days from 2026-11-02, that day not counted: through {found.first_day}."
        ]
        assert refused.value.field == "by"


class TestFirstCall:
    def test_says_what_it_counted(self) -> None:
        found = notices.ca_on_first_call(letter_sent_on=date(2026, 11, 16))

        assert found.first_day == date(2026, 11, 23)
        assert found.first_instant.tzinfo is UTC
        assert [said.en for said in found.why] == [
            "6 days from 2026-11-16, that day not counted: through 2026-11-22."
        ]

    def test_refuses_a_day_whose_holidays_nobody_knows(self) -> None:
        with pytest.raises(Invalid, match="no hour of the coming year") as refused:
            notices.ca_on_first_call(letter_sent_on=date(2150, 1, 1))

        assert refused.value.field == "zone"

    def test_waits_six_days_after_the_letter_in_ontario(self) -> None:
        found = notices.ca_on_first_call(letter_sent_on=date(2026, 11, 16), zone="America/Toronto")

        assert found.first_instant == datetime(2026, 11, 23, 12, tzinfo=UTC)

    def test_waits_five_days_in_quebec(self) -> None:
        found = notices.ca_qc_first_call(letter_sent_on=date(2026, 11, 16))

        # Sunday 22 is closed: Monday at 8.
        assert found.first_instant == datetime(2026, 11, 23, 13, tzinfo=UTC)

    def test_waits_more_than_ten_days_after_the_due_date_in_greece(self) -> None:
        found = notices.gr_first_call(due_on=date(2026, 11, 10))

        # Day eleven is Saturday 21: the first working day is Monday, at 9 in Athens.
        assert found.first_day == date(2026, 11, 23)
        assert found.first_instant == datetime(2026, 11, 23, 7, tzinfo=UTC)

    @given(sent=DAYS)
    def test_never_calls_on_the_sixth_day_or_before(self, sent: date) -> None:
        found = notices.ca_on_first_call(letter_sent_on=sent)

        assert timedelta(days=7) <= found.first_day - sent <= timedelta(days=12)
