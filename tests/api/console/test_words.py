"""Catalogues are complete in every language, and the reader's language is found."""

import re
from importlib import resources
from string import Formatter

import pytest

from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit_api.console.words import catalogue, language_of

GENTLE = re.compile(r"moros|insolven|sollecit|debitor|debtor|delinquen|dunning", re.IGNORECASE)


def _parts(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


class TestCatalogue:
    def test_names_the_same_sentences_in_every_language(self) -> None:
        assert catalogue("it").keys() == catalogue("en").keys()

    def test_gives_each_sentence_the_same_parts(self) -> None:
        for name, sentence in catalogue("it").items():
            assert _parts(sentence) == _parts(catalogue("en")[name]), name

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_leaves_no_sentence_empty_and_none_harsh(self, language: Language) -> None:
        for name, sentence in catalogue(language).items():
            assert sentence.strip(), name
            assert not GENTLE.search(sentence), name

    def test_holds_every_sentence_that_a_template_asks_for(self) -> None:
        folder = resources.files("carecredit_api.console") / "templates"
        asked = {
            name
            for file in folder.iterdir()
            for name in re.findall(r"""\bt\(["']([\w.]+)["'][,)]""", file.read_text("utf-8"))
        }

        assert asked
        assert asked <= catalogue("en").keys()


class TestLanguageOf:
    @pytest.mark.parametrize(
        ("asked", "header", "expected"),
        [
            ("it", "en", "it"),
            (None, "it-IT,it;q=0.9,en;q=0.8", "it"),
            (None, "fr,en;q=0.3,it;q=0.7", "it"),
            (None, "it;q=0,en;q=0.1", "en"),
            ("xx", "it", "it"),
            (None, None, "en"),
            (None, "", "en"),
            (None, "it;q=much,;;,", "en"),
        ],
    )
    def test_takes_the_address_then_the_browser_then_english(
        self, asked: str | None, header: str | None, expected: str
    ) -> None:
        assert language_of(asked, header) == expected
