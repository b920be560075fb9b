"""Worked cases: their answers were computed apart from the code and read through by hand."""

from datetime import UTC, datetime, time

import msgspec
import pytest

from carecredit.contact_policy import rules
from carecredit.kernel.phones import normalise

NINE_TO_SIX = ((time(9), time(18)),)
ROME_DESK = rules.OperatorHours("Europe/Rome", (NINE_TO_SIX,) * 7, "IT")
ALWAYS_OPEN = rules.parse_profile(
    {
        "title": "Always open, one conversation a day",
        "jurisdiction": "*",
        "purpose": ["test"],
        "legal_force": "test",
        "channels": ["voice"],
        "windows": {"any": True},
        "holidays": {"policy": "none"},
        "caps": [
            {
                "id": "conv_day",
                "count": 1,
                "window": {"kind": "calendar_day", "n": 1},
                "scope": "per_person",
                "counts": "conversations",
            }
        ],
        "sources": [],
        "verified": False,
        "confidence": 1.0,
    },
    key="test_open",
)


class Case(msgspec.Struct, frozen=True):
    """One situation and its answer; no reason means that the contact is allowed now."""

    id: str
    title: str
    number: str
    profiles: str
    zones: str
    now: str
    not_before: str
    reasons: str
    history: str = ""
    subdivision: str | None = None
    debt: str | None = None
    operator: rules.OperatorHours | None = None
    moratorium_until: str | None = None


CASES = [
    Case(
        "C01",
        title="Saturday one minute before the Italian Saturday end",
        number="+393331234567",
        profiles="it_debt_unirec",
        zones="Europe/Rome",
        now="2026-11-21T13:59Z",
        not_before="2026-11-21T13:59Z",
        reasons="",
    ),
    Case(
        "C03",
        title="Mon 7 Dec 21:00, Tue 8 Dec national holiday",
        number="+393331234567",
        profiles="it_debt_unirec",
        zones="Europe/Rome",
        now="2026-12-07T20:00Z",
        not_before="2026-12-09T07:30Z",
        reasons="outside_window holiday",
    ),
    Case(
        "C05",
        title="Same instant with courtesy local calendar IT/MI",
        number="+390212345678",
        profiles="it_debt_unirec",
        zones="Europe/Rome",
        now="2026-12-07T09:00Z",
        not_before="2026-12-09T07:30Z",
        reasons="holiday",
        subdivision="MI",
    ),
    Case(
        "C07",
        title="Easter 2027 across spring DST (28 Mar) and Easter Monday",
        number="+393331234567",
        profiles="it_debt_unirec",
        zones="Europe/Rome",
        now="2027-03-27T14:00Z",
        not_before="2027-03-30T06:30Z",
        reasons="outside_window holiday",
    ),
    Case(
        "C09",
        title="One conversation today already",
        number="+393331234567",
        profiles="it_debt_unirec",
        zones="Europe/Rome",
        now="2026-11-23T17:00Z",
        not_before="2026-11-24T07:30Z",
        reasons="cap:conv_day",
        history="conversation 2026-11-23T09:00Z D1 out",
    ),
    Case(
        "C11",
        title="Rolling vs calendar week: Thu, Fri, Sat, now next Monday",
        number="+393331234567",
        profiles="it_debt_unirec",
        zones="Europe/Rome",
        now="2026-11-30T09:00Z",
        not_before="2026-12-03T07:30Z",
        reasons="cap:conv_week",
        history=(
            "conversation 2026-11-26T09:00Z D1 out; "
            "conversation 2026-11-27T09:00Z D1 out; "
            "conversation 2026-11-28T09:00Z D1 out"
        ),
    ),
    Case(
        "C13",
        title="Same pair, 20:59 Eastern",
        number="+12125550123",
        profiles="us_regf",
        zones="America/New_York America/Los_Angeles",
        now="2026-11-24T01:59Z",
        not_before="2026-11-24T01:59Z",
        reasons="",
    ),
    Case(
        "C15",
        title="Conversation Mon 16 Nov is day 1; Sunday 22 is day 7",
        number="+12125550123",
        profiles="us_regf",
        zones="America/New_York",
        now="2026-11-23T01:00Z",
        not_before="2026-11-23T13:00Z",
        reasons="cooloff",
        history="conversation 2026-11-16T15:00Z D1 out",
    ),
    Case(
        "C17",
        title="Cool-off across the end of US DST",
        number="+12125550123",
        profiles="us_regf",
        zones="America/New_York",
        now="2026-11-03T16:00Z",
        not_before="2026-11-04T13:00Z",
        reasons="cooloff",
        history="conversation 2026-10-29T00:00Z D1 out",
    ),
    Case(
        "C19",
        title="Three attempts Friday, four Saturday",
        number="+12125550123",
        profiles="us_regf",
        zones="America/New_York",
        now="2026-11-23T15:00Z",
        not_before="2026-11-27T13:00Z",
        reasons="cap:seven_in_seven",
        history=(
            "attempt 2026-11-20T15:00Z D1 out; "
            "attempt 2026-11-20T15:01Z D1 out; "
            "attempt 2026-11-20T15:02Z D1 out; "
            "attempt 2026-11-21T15:00Z D1 out; "
            "attempt 2026-11-21T15:01Z D1 out; "
            "attempt 2026-11-21T15:02Z D1 out; "
            "attempt 2026-11-21T15:03Z D1 out"
        ),
    ),
    Case(
        "C21",
        title="Same, calling about D1",
        number="+12125550123",
        profiles="us_regf",
        zones="America/New_York",
        now="2026-11-23T15:00Z",
        not_before="2026-11-29T13:00Z",
        reasons="cooloff",
        history="conversation 2026-11-22T20:00Z D1 in",
        debt="D1",
    ),
    Case(
        "C23",
        title="Massachusetts overlay: third contact in 7 days",
        number="+16175550123",
        profiles="us_regf us_ma_debt",
        zones="America/New_York",
        now="2026-11-24T15:00Z",
        not_before="2026-11-28T13:00Z",
        reasons="cap:two_in_seven",
        history="contact 2026-11-21T15:00Z D1 out; contact 2026-11-23T15:00Z D1 out",
    ),
    Case(
        "C25",
        title="Australia: ANZAC Day on a Sunday",
        number="+61370101234",
        profiles="au_rg96_phone",
        zones="Australia/Melbourne",
        now="2027-04-24T11:00Z",
        not_before="2027-04-25T21:30Z",
        reasons="outside_window holiday",
    ),
    Case(
        "C27",
        title="Ontario Sunday 12:59",
        number="+14165550123",
        profiles="ca_on_debt",
        zones="America/Toronto",
        now="2026-11-22T17:59Z",
        not_before="2026-11-22T18:00Z",
        reasons="outside_window",
    ),
    Case(
        "C29",
        title="Vancouver, winter 2026: permanent UTC-7 in tzdata 2026f",
        number="+16045550123",
        profiles="ca_bc_debt",
        zones="America/Vancouver",
        now="2026-11-24T04:30Z",
        not_before="2026-11-24T14:00Z",
        reasons="outside_window",
    ),
    Case(
        "C31",
        title="Sao Paulo, Black Awareness Day (Fri 20 Nov, national since 2024)",
        number="+5511987654321",
        profiles="br_sp",
        zones="America/Sao_Paulo",
        now="2026-11-20T13:00Z",
        not_before="2026-11-21T11:00Z",
        reasons="holiday",
    ),
    Case(
        "C33",
        title="Colombia Saturday 15:00",
        number="+573001234567",
        profiles="co_ley2300",
        zones="America/Bogota",
        now="2026-11-21T20:00Z",
        not_before="2026-11-23T12:00Z",
        reasons="outside_window",
    ),
    Case(
        "C35",
        title="Chile: one call a week",
        number="+56961234567",
        profiles="cl_ley21320",
        zones="America/Santiago",
        now="2026-11-27T13:00Z",
        not_before="2026-11-30T11:00Z",
        reasons="cap:one_call_or_visit_week",
        history="contact 2026-11-23T13:00Z D1 out",
    ),
    Case(
        "C37",
        title="Operator 09-18 Rome, consumer in Los Angeles: one hour a day",
        number="+14155550123",
        profiles="us_regf",
        zones="America/Los_Angeles",
        now="2026-11-23T15:30Z",
        not_before="2026-11-23T16:00Z",
        reasons="outside_window",
        operator=ROME_DESK,
    ),
    Case(
        "C39",
        title="Week when Europe left DST and the US had not: two hours a day",
        number="+14155550123",
        profiles="us_regf",
        zones="America/Los_Angeles",
        now="2026-10-26T15:30Z",
        not_before="2026-10-26T15:30Z",
        reasons="",
        operator=ROME_DESK,
    ),
    Case(
        "C41",
        title="England: breathing space registered 12 Nov 2026 (60 days, first day counted)",
        number="+442079460018",
        profiles="uk_conc7",
        zones="Europe/London",
        now="2026-11-23T10:00Z",
        not_before="2027-01-11T09:00Z",
        reasons="moratorium",
        subdivision="ENG",
        moratorium_until="2027-01-11T00:00Z",
    ),
    Case(
        "C43",
        title="Cairo: the day begins at 01:00 after a midnight that is missing",
        number="+201001234567",
        profiles="test_open",
        zones="Africa/Cairo",
        now="2027-04-29T20:45Z",
        not_before="2027-04-29T22:00Z",
        reasons="cap:conv_day",
        history="conversation 2027-04-29T20:30Z D1 out",
    ),
]


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def event(text: str) -> rules.Event:
    kind, at, debt, direction = text.split()
    return rules.Event(kind, instant(at), direction=direction, debts=(debt,))


def verdict_of(case: Case) -> rules.Verdict:
    known = rules.load_profiles() | {"test_open": ALWAYS_OPEN}
    profiles = [known[key] for key in case.profiles.split()]
    until = case.moratorium_until
    region = normalise(case.number, None).region
    facts = rules.Facts(
        zones=tuple(case.zones.split()),
        countries=(region,) if region else (),
        subdivision=case.subdivision,
        stops=(rules.Stop("moratorium", ends_at=instant(until)),) if until else (),
        operator=case.operator,
    )
    return rules.decide(
        rules.Request("voice", min(profiles[0].purposes), (case.debt,) if case.debt else ()),
        facts=facts,
        history=[event(text) for text in case.history.split("; ") if text],
        profiles=profiles,
        calendars=rules.PublicDays(),
        now=instant(case.now),
    )


class TestDecide:
    @pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.id} {case.title}")
    def test_answers_the_worked_case(self, case: Case) -> None:
        verdict = verdict_of(case)

        assert verdict.not_before == instant(case.not_before)
        assert verdict.decision == ("defer" if case.reasons else "allow")
        assert set(case.reasons.split()) <= {reason.code for reason in verdict.reasons}
        assert bool(case.reasons) == bool(verdict.reasons)


class TestToldOf:
    @pytest.mark.parametrize(
        ("parties", "paid_on", "why"),
        [
            ("B2C", "2026-06-30", "Nothing of this kind is asked of consumers"),
            ("B2B", "2026-03-31", "Paid by the due date: nothing is late. Rule: D.Lgs."),
            ("B2B", "2026-06-30", "Fixed sums, one for each invoice: 40.00 EUR. Rule: D.Lgs."),
        ],
    )
    def test_says_why_a_claim_comes_to_what_it_does(
        self, parties: str, paid_on: str, why: str
    ) -> None:
        inputs = {
            "country": "IT", "parties": parties, "currency": "EUR", "principals": ["1000.00"],
            "due_on": "2026-03-31", "paid_on": paid_on,
        }  # fmt: skip

        told = rules.told_of(rules.reckon("late_interest", inputs))

        assert told["why"][-1]["en"].startswith(why)
