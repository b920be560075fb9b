"""Every number has a name and a sentence in each language, and none is harsh."""

import re
import tomllib
from importlib import resources

import pytest

from carecredit.metrics.definitions import (
    definition,
    definitions,
    report_definitions,
    worded,
)
from carecredit.metrics.numerals import LANGUAGES, Language

GENTLE = re.compile(r"moros|insolven|sollecit|debitor|debtor|delinquen|dunning", re.IGNORECASE)
ALL = (*definitions(), *report_definitions())


class TestNames:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_are_there_for_all_and_no_two_the_same(self, language: Language) -> None:
        names = [each.name[language] for each in ALL]

        assert all(names)
        assert len(set(names)) == len(names)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_come_with_one_gentle_sentence(self, language: Language) -> None:
        for each in ALL:
            said = each.meaning[language]
            assert said[0].isupper(), each.id
            assert said.endswith("."), each.id
            assert ". " not in said, each.id
            assert not GENTLE.search(f"{each.name[language]} {said}"), each.id

    def test_are_not_the_same_in_both_languages(self) -> None:
        same = {each.id for each in ALL if each.name["it"] == each.name["en"]}

        assert same == set()
        assert not any(each.meaning["it"] == each.meaning["en"] for each in ALL)

    @pytest.mark.parametrize(
        ("metric_id", "name"),
        [
            ("cei.p1m", "Efficacia (CEI), 1 mese"),
            ("dso.simple.p6m", "DSO, 6 mesi"),
            ("dso.simple.45d", "DSO, 45 giorni"),
            ("aging.due.31_60", "Aperto per giorni oltre la scadenza, 31–60 giorni"),
            ("aging.due.91_plus", "Aperto per giorni oltre la scadenza, oltre 90 giorni"),
            ("aging.due.current", "Aperto per giorni oltre la scadenza, a scadere"),
            ("fcr.repeat.24h", "Risolti al primo contatto, 24 ore"),
            ("repeat.7d", "Contatti ripetuti"),
        ],
    )
    def test_say_the_window_or_the_bucket(self, metric_id: str, name: str) -> None:
        assert definition(metric_id).name["it"] == name

    def test_are_worked_out_in_words_of_each_language(self) -> None:
        for each in definitions():
            here, there = worded(each.id, "it"), worded(each.id, "en")
            assert (there.formula, there.convention) == (each.formula, each.convention)
            assert here.convention != there.convention, each.id
            assert here.convention.endswith("."), each.id
            assert not GENTLE.search(f"{here.formula} {here.convention} {here.given}"), each.id
            assert "House rule" not in here.source, each.id

    def test_stand_for_no_number_that_is_gone(self) -> None:
        folder = resources.files("carecredit.metrics")
        kept = tomllib.loads((folder / "definitions.toml").read_text("utf-8"))
        for language in LANGUAGES:
            said = tomllib.loads((folder / "meanings" / f"{language}.toml").read_text("utf-8"))
            assert said["family"].keys() == kept["family"].keys()
            assert said["report"].keys() == kept["report"].keys()
