"""Where a person may be: the address always counts, and so does every number beside it."""

import tomllib
from datetime import UTC, datetime
from importlib import resources

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecredit.contact_policy import rules
from carecredit.contact_policy.rules.places import country_zones
from carecredit.contact_policy.rules.regions import possible_subdivisions, region_zones
from carecredit.kernel.calendars import zone
from carecredit.kernel.public_days import subdivisions_of
from decisions import DEBT, HOUSE, at, codes, decide

NEW_YORK, LOS_ANGELES = "America/New_York", "America/Los_Angeles"
TABLE = tomllib.loads(
    resources.files("carecredit.contact_policy")
    .joinpath("region_zones.toml")
    .read_text(encoding="utf-8")
)
NUMBERS = {
    "US": (NEW_YORK, "America/Chicago", "Pacific/Honolulu"),
    "GB": ("Europe/London",),
    "IT": ("Europe/Rome", "Europe/Vatican"),
    "AU": ("Australia/Perth", "Australia/Sydney"),
}


def place(
    country: str, region: str | None = None, *zones: str, regions: tuple[str, ...] = ()
) -> rules.Place:
    return rules.place_of(country, region, number_zones=zones, number_regions=regions)


def facts_of(found: rules.Place) -> rules.Facts:
    return rules.Facts(
        zones=found.zones,
        countries=found.countries,
        subdivision=found.subdivision,
        subdivision_known=found.subdivision_known,
        other_subdivisions=found.other_subdivisions,
    )


def verdict(found: rules.Place, now: datetime) -> rules.Verdict:
    return decide(DEBT, facts=facts_of(found), profiles=(HOUSE,), now=now)


class TestAKnownRegion:
    @pytest.mark.parametrize(
        ("country", "region", "number", "zones"),
        [
            ("US", "CA", NEW_YORK, {LOS_ANGELES, NEW_YORK}),
            ("US", "California", NEW_YORK, {LOS_ANGELES, NEW_YORK}),
            ("US", "US-HI", NEW_YORK, {"Pacific/Honolulu", NEW_YORK}),
            ("BR", "AM", "America/Sao_Paulo", {
                "America/Manaus", "America/Eirunepe", "America/Sao_Paulo",
            }),
            ("AU", "WA", "Australia/Melbourne", {
                "Australia/Perth", "Australia/Eucla", "Australia/Melbourne",
            }),
            ("ID", "MA", "Asia/Jakarta", {"Asia/Jayapura", "Asia/Jakarta"}),
            ("ES", "CN", "Europe/Madrid", {"Atlantic/Canary", "Europe/Madrid"}),
        ],
    )  # fmt: skip
    def test_stays_among_the_zones_whatever_the_number_says(
        self, country: str, region: str, number: str, zones: set[str]
    ) -> None:
        assert set(place(country, region, number).zones) == zones

    def test_needs_no_number(self) -> None:
        assert "America/Vancouver" in place("CA", "BC").zones
        assert place("US", "CA").zones == (LOS_ANGELES,)

    def test_is_known_by_its_code_whatever_name_it_was_given(self) -> None:
        assert place("US", "Florida").subdivision == "FL"
        assert place("IT", "Roma").subdivision == "RM"

    def test_is_told_as_the_ground(self) -> None:
        assert place("US", "CA").notes[0] == "zone from region CA of US"
        assert place("US", "CA", NEW_YORK).notes[0] == "zone from region CA of US and number prefix"

    def test_keeps_a_call_from_five_in_the_morning(self) -> None:
        early = at("2026-11-24T09:05:00-05:00")

        found = verdict(place("US", "CA", NEW_YORK), early)

        assert codes(found) == ["outside_window"]
        assert found.not_before == at("2026-11-24T09:00:00-08:00")

    def test_of_an_unlisted_name_tells_nothing(self) -> None:
        assert region_zones("US", "Nowhere") == ()
        assert region_zones("IT", "MI") == ()
        assert region_zones("ES", "Nowhere") == ()
        assert region_zones("ES", "MD") == ("Europe/Madrid",)
        assert place("US", "Nowhere", NEW_YORK).zones == (NEW_YORK,)


class TestANumberFromElsewhere:
    def test_leaves_every_zone_of_the_country_standing(self) -> None:
        found = place("US", None, "Europe/London", regions=("GB",))

        assert set(found.zones) == {*country_zones("US"), "Europe/London"}
        assert found.countries == ("US", "GB")
        assert found.notes[0] == "every zone of country US, and that of a number from elsewhere"
        assert not verdict(found, at("2026-11-24T09:05:00-05:00")).allowed

    def test_stands_beside_one_of_the_country(self) -> None:
        found = place("US", None, "Europe/London", NEW_YORK, regions=("GB", "US"))

        assert found.zones == (NEW_YORK, "Europe/London")

    def test_is_none_where_an_old_name_tells_of_a_clock_of_the_country(self) -> None:
        assert place("US", None, "US/Eastern").zones == ("US/Eastern",)
        assert place("US", None, "America/Toronto", regions=("CA",)).zones != ("America/Toronto",)


class TestAnUnknownRegion:
    @pytest.mark.parametrize(
        ("country", "key", "day"),
        [
            ("GB", "Europe/London", "2026-04-06T11:00:00+01:00"),  # Easter Monday, in England
            ("DE", "Europe/Berlin", "2026-06-04T11:00:00+02:00"),  # Corpus Christi, in six states
            ("ES", "Europe/Madrid", "2026-09-11T11:00:00+02:00"),  # in Catalonia
        ],
    )
    def test_has_the_holidays_of_every_region(self, country: str, key: str, day: str) -> None:
        found = verdict(place(country, None, key), at(day))

        assert codes(found) == ["holiday"]

    def test_has_those_of_the_right_one_once_it_is_known(self) -> None:
        easter_monday = at("2026-04-06T11:00:00+01:00")

        assert verdict(place("GB", "SCT"), easter_monday).allowed
        assert codes(verdict(place("GB", "ENG"), easter_monday)) == ["holiday"]

    def test_of_a_number_from_elsewhere_is_unknown_too(self) -> None:
        found = place("IT", "MI", "Europe/London", regions=("GB",))

        assert ("GB", "ENG") in found.other_subdivisions
        assert found.notes[-1] == "no region known in GB: the holidays of every region count"

    def test_has_the_national_days_alone_where_local_ones_are_of_towns(self) -> None:
        found = place("IT")

        assert found.other_subdivisions == ()
        assert found.notes[-1] == "no region known: national holidays only"
        assert verdict(found, at("2026-12-07T11:00:00+01:00")).allowed

    def test_of_a_country_that_nobody_knows_stays_unknown(self) -> None:
        assert possible_subdivisions("XX") == ()
        assert not place("XX").subdivision_known


class TestTheTable:
    def test_names_zones_that_exist(self) -> None:
        for country, told in TABLE["countries"].items():
            for keys in (*told["zones"].values(), told.get("rest", ())):
                assert all(zone(key) for key in keys), country

    @pytest.mark.parametrize("country", sorted(TABLE["countries"]))
    def test_leaves_no_region_out_that_the_calendar_knows(self, country: str) -> None:
        assert [code for code in subdivisions_of(country) if not region_zones(country, code)] == []

    def test_covers_every_wide_country_whose_calendar_has_regions(self) -> None:
        wide = {
            country
            for country in holidays.list_supported_countries()
            if len(country_zones(country)) > 1 and subdivisions_of(country)
        }

        assert wide - TABLE["countries"].keys() == set()


class TestOneMoreNumber:
    @settings(max_examples=60, deadline=None)
    @given(
        home=st.sampled_from(
            [("US", "CA"), ("US", "FL"), ("IT", "MI"), ("AU", "WA"), ("GB", "ENG")]
        ),
        numbers=st.lists(st.sampled_from(sorted(NUMBERS)), max_size=3),
        another=st.sampled_from(sorted(NUMBERS)),
        hour=st.integers(0, 24 * 366),
    )
    def test_never_makes_a_contact_earlier_where_the_address_is_known(
        self, home: tuple[str, str], numbers: list[str], another: str, hour: int
    ) -> None:
        now = datetime.fromtimestamp(1_767_225_600 + hour * 3_600, UTC)

        def first(own: list[str]) -> datetime | None:
            keys = [key for number in own for key in NUMBERS[number]]
            return verdict(place(*home, *keys, regions=tuple(own)), now).not_before

        before, after = first(numbers), first([*numbers, another])

        assert after is None or (before is not None and before <= after)
