"""Files of worked cases: read, run against the profiles, or refused with their place."""

from datetime import UTC, datetime

import msgspec
import pytest

from carecredit.contact_policy import rules

HEAD = "schema_version = 1\n"
SATURDAY = """
[[cases]]
id = "S1"
title = "Saturday at 14:59"
number = "+393331234567"
profiles = ["it_debt_unirec"]
zones = ["Europe/Rome"]
now = 2026-11-21T13:59:00Z
expect = { decision = "allow", next = 2026-11-21T13:59:00Z, reasons = [] }
"""
TALKED = """
[[cases]]
id = "S2"
number = "+12125550123"
profiles = ["us_regf"]
zones = ["America/New_York"]
debt = "D1"
debts = ["D2"]
now = 2026-11-23T01:00:00Z
history = [{ kind = "conversation", at = 2026-11-16T15:00:00Z, debt = "D1", direction = "in" }]
expect = { decision = "deny", next = 2026-11-23T13:00:00Z, reasons = ["cooloff"] }
"""
DESK = """
[[cases]]
id = "S3"
number = "+390669812345"
profiles = ["it_debt_unirec"]
zones = ["Europe/Rome"]
now = 2026-11-23T08:30:00Z
operator = { zone = "Europe/Rome", window = ["10:00", "18:00"], calendar = "IT" }
expect = { decision = "deny", next = 2026-11-23T09:00:00Z, reasons = ["operator_closed"] }
"""
UNKNOWN = """
[[cases]]
id = "S4"
number = "1234"
profiles = ["atlantis"]
zones = ["Europe/Rome"]
purpose = "marketing"
not_before = 2026-11-24T10:00:00Z
now = 2026-11-23T10:00:00Z
expect = { decision = "deny", next = "never", reasons = ["profile_unknown"] }
"""
BOTH = """
[[cases]]
id = "S5"
profiles = ["it_debt_unirec", "it_marketing_code"]
zones = ["Europe/Rome"]
country = "IT"
now = 2026-11-23T10:00:00Z
expect = { decision = "allow", next = 2026-11-23T10:00:00Z }
"""
TERM = """
[[term_cases]]
id = "T1"
function = "it_electricity_request"
inputs = { received_on = 2026-11-02, deadline_on = 2026-11-17, reducible = true }
expect = { first_day = 2026-11-28 }

[[term_cases]]
id = "T2"
function = "ca_on_first_call"
inputs = { letter_sent_on = 2026-11-16, zone = "America/Toronto" }
expect = { first_instant = 2026-11-23T12:00:00Z }
"""
MONEY = """
[[money_cases]]
id = "M1"
function = "late_interest"
expect = { interest = "25.31", fixed = "40.00", currency = "EUR" }

[money_cases.inputs]
country = "IT"
parties = "B2B"
currency = "EUR"
principals = ["1000.00"]
due_on = 2026-03-31
paid_on = 2026-06-30
"""
OWN = """
[[cases]]
id = "S6"
profiles = ["ours"]
zones = ["Africa/Cairo"]
now = 2027-04-29T20:45:00Z
history = [{ kind = "conversation", at = 2027-04-29T20:30:00Z }]
expect = { decision = "deny", next = 2027-04-29T22:00:00Z, reasons = ["cap:a_day"] }

[profiles.ours]
title = "Always open, once a day"
jurisdiction = "*"
purpose = ["test"]
legal_force = "test"
channels = ["voice"]
windows = { any = true }
holidays = { policy = "none" }
sources = []
verified = false
confidence = 1.0

[[profiles.ours.caps]]
id = "a_day"
count = 1
window = { kind = "calendar_day", n = 1 }
scope = "per_person"
counts = "conversations"
"""
ALL = HEAD + SATURDAY + TALKED + DESK + UNKNOWN + BOTH + TERM + MONEY + OWN


def check(text: str) -> rules.Checked:
    return rules.check_cases(rules.read_cases(text, file="cases.toml"))


class TestCheckCases:
    def test_passes_what_comes_as_wanted(self) -> None:
        found = check(ALL)

        assert found.differences == ()
        assert (found.cases, found.passed) == (9, True)
        assert (found.brought, found.replaced) == (("ours",), ())

    def test_says_that_a_files_profile_stands_in_for_the_installed_one(self) -> None:
        assert check(HEAD + OWN.replace("ours", "house_gentle")).replaced == ("house_gentle",)

    @pytest.mark.parametrize(
        ("asked", "instead", "case", "what", "came"),
        [
            ('decision = "allow", next = 2026-11-21', 'decision = "deny", next = 2026-11-21',
             "S1", "decision", "allow"),
            ("next = 2026-11-23T13:00:00Z", "next = 2026-11-23T12:00:00Z", "S2", "next",
             "2026-11-23T13:00:00Z"),
            ("reasons = []", 'reasons = ["holiday"]', "S1", "reasons", "no reason"),
            ('["operator_closed"]', '["holiday"]', "S3", "reasons", "operator_closed"),
            ('next = "never"', "next = 2026-11-24T10:00:00Z", "S4", "next", "never"),
            ("first_day = 2026-11-28", "first_day = 2026-11-27", "T1", "first_day", "2026-11-28"),
            ("reducible = true", 'reducible = "perhaps"', "T1", "answer", "refused: it_elec"),
            ('interest = "25.31"', 'sum = "25.31"', "M1", "sum", "(no such answer)"),
            ('function = "late_interest"', 'function = "usury"', "M1", "answer", "refused: 'us"),
            ('zones = ["Africa/Cairo"]', "zones = []", "S6", "reasons", "zone_unknown"),
        ],
    )  # fmt: skip
    def test_tells_each_difference(
        self, asked: str, instead: str, case: str, what: str, came: str
    ) -> None:
        found = check(ALL.replace(asked, instead))

        differences = {(it.case, it.what): it.came for it in found.differences}
        assert differences[case, what].startswith(came)
        assert not found.passed

    def test_tells_a_case_that_nobody_can_decide(self) -> None:
        (case,) = rules.read_cases(HEAD + SATURDAY, file="cases.toml").cases
        beyond = msgspec.structs.replace(case, now=datetime(9999, 1, 1, tzinfo=UTC))

        (found,) = rules.check_cases(rules.CaseFile((beyond,), (), {})).differences

        assert (found.what, found.rules) == ("case", ("invalid",))
        assert found.came == "an instant from 1900 to 2999 is expected"

    def test_tells_a_desk_whose_holidays_nobody_knows(self) -> None:
        dst = 'window = ["10:00", "18:00"], calendar = "XX"'
        told = ALL.replace('window = ["10:00", "18:00"], calendar = "IT"', dst)

        found = check(told)

        assert [it.case for it in found.differences] == ["S3", "S3"]

    def test_refuses_days_out_of_the_calendar(self) -> None:
        (found,) = check(
            ALL.replace("deadline_on = 2026-11-17", "deadline_on = 9999-12-31")
        ).differences

        assert found.came == (
            "refused: it_electricity_request: a day from 1970-01-01 to 2199-12-31 is expected"
        )


class TestReadCases:
    @pytest.mark.parametrize(
        ("asked", "instead", "place"),
        [
            ('title = "Saturday', 'text = "Saturday', "cases.toml, line 5, cases 1, text"),
            ('kind = "conversation", at = 2026', 'kind = "chat", at = 2026', "cases 2, history"),
            ('decision = "allow", next = 2026-11-21', 'decision = "maybe", next = 2026-11-21',
             "cases 1, expect"),
            ('next = "never"', 'next = "soon"', "cases 4, expect: next must be an instant"),
            ('id = "T2"\nfunction', 'id = "T2"\nfunctions', "term_cases 2, functions"),
            ('id = "T2"\nfunction = "ca_on_first_call"', 'id = "T2"', "term_cases 2, function"),
            ('id = "S2"', 'id = "S1"', "two cases are called 'S1'"),
            ("schema_version = 1", "schema_version = 2", "line 1, schema_version"),
            ("[[money_cases]]", "[[cash_cases]]", "cash_cases"),
            ("windows = { any = true }", "windows = { any = 1 }", "ours"),
            ("zones = [", "zones = ", "cases.toml: "),
            (HEAD, HEAD + 'cases = "none"\n', "cases.toml: "),
        ],
    )  # fmt: skip
    def test_refuses_a_file_with_the_place(self, asked: str, instead: str, place: str) -> None:
        assert asked in ALL

        with pytest.raises(rules.CaseFileInvalid) as refused:
            rules.read_cases(ALL.replace(asked, instead, 1), file="cases.toml")

        assert place in refused.value.message

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            (HEAD, "0 cases; a file holds 1 to"),
            (HEAD + 'cases = "none"\n', "line 2, cases: write each as a table [[cases]]"),
            (HEAD + "profiles = 1\n" + SATURDAY, "profiles: write each as a table"),
            (HEAD + 'cases = ["x"]\n', "cases 1: "),
        ],
    )
    def test_refuses_what_is_no_table(self, text: str, said: str) -> None:
        with pytest.raises(rules.CaseFileInvalid) as refused:
            rules.read_cases(text, file="cases.toml")

        assert said in refused.value.message


class TestReckon:
    def test_refuses_a_function_that_is_not_there(self) -> None:
        with pytest.raises(rules.FunctionUnknown, match="it_gas_request"):
            rules.reckon("usury", {})

    def test_tells_how_a_notice_was_reached(self) -> None:
        answer = rules.reckon("it_water_notice", {"due_on": "2026-10-01"}, strict=False)

        told = rules.told_of(answer)

        assert told["first_reminder_day"] == "2026-10-12"
        assert "10 giorni" in told["why"][0]["it"]
