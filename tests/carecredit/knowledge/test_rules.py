"""What a procedure must be, how words are found whatever their accents, how a gap lives."""

import unicodedata
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from carecredit.kernel.errors import Invalid
from carecredit.knowledge.rules import (
    GapMoved,
    NewProcedure,
    Text,
    check_gap,
    check_move,
    check_procedure,
    chosen_language,
    fold,
    life,
    overdue_since,
    read_life,
    state_after,
    stems,
    vain_words,
)
from carecredit.knowledge.rules.gaps import LifeUnreadable
from worlds import NOW

TEXT = Text("Bolletta in ritardo", "Chieda la data di consegna.")
NEW = NewProcedure("late-bill", "late_bill", "Anna Bianchi", {"it": TEXT}, date(2026, 6, 1))
MOVES = st.lists(st.sampled_from(sorted(life().moves)), max_size=8)


def finds(query: str, text: str) -> bool:
    return all(f" {stem}" in fold(text) for stem in stems(query))


class TestFold:
    @pytest.mark.parametrize(
        ("query", "text"),
        [
            ("perche", "Perché la bolletta è alta"),
            ("citta", "Cambio di città"),
            ("perché", "perche no"),
            ("CITTÀ", "citta"),
            ("Straße", "strasse"),
            ("fatture", "una fattura"),
            ("invoices", "the invoice"),
            ("l'utenza", "l’utenza domestica"),
            ("bolletta alta", "alta, la bolletta"),
            ("øre", "Ore"),
            ("muller", "Herr Müller"),
            ("Müller", "herr muller"),
        ],
    )
    def test_finds_whatever_way_it_is_typed(self, query: str, text: str) -> None:
        assert finds(query, text)

    @pytest.mark.parametrize(
        ("query", "text"), [("gas", "gasolio no, biogas"), ("plans", "aeroplano"), ("è", "a")]
    )
    def test_finds_a_word_by_its_beginning_alone(self, query: str, text: str) -> None:
        assert finds(query, text) == any(word.startswith(query) for word in fold(text).split())

    @given(st.text())
    def test_is_the_same_twice_and_however_it_is_composed(self, text: str) -> None:
        assert fold(fold(text)) == fold(text)
        assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))

    @given(st.text(alphabet="abcdeèéàù LMN'-_%", min_size=1, max_size=60))
    def test_lets_every_text_find_itself(self, text: str) -> None:
        if fold(text).strip() and len(fold(text).split()) <= 12:
            assert finds(text, f"prima {text} dopo")

    @pytest.mark.parametrize("query", ["", " ?! ", "x" * 201, "a\0b", " ".join("abcdefghilmno")])
    def test_asks_for_something_to_search_for(self, query: str) -> None:
        with pytest.raises(Invalid):
            stems(query)

    def test_counts_no_number_of_anybody(self) -> None:
        assert vain_words("Bolletta K-12345 di Città") == "# bolletta citta di k"


class TestCheckProcedure:
    def test_takes_what_can_be_read_and_found(self) -> None:
        check_procedure(NEW)

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"key": "Late Bill"}, "key"),
            ({"key": "search"}, "key"),
            ({"topic": "late bill"}, "topic"),
            ({"owner": " "}, "owner"),
            ({"valid_to": date(2026, 6, 1)}, "valid_to"),
            ({"texts": {}}, "texts"),
            ({"texts": {"Italian": TEXT}}, "texts"),
            ({"texts": {"it": replace(TEXT, title="")}}, "texts.it.title"),
            ({"texts": {"it": replace(TEXT, body=" ")}}, "texts.it.body"),
            ({"texts": {"it": replace(TEXT, body="x" * 50_001)}}, "texts.it.body"),
            ({"texts": {"it": replace(TEXT, keywords=("a,b",))}}, "texts.it.keywords"),
            ({"texts": {"it": replace(TEXT, keywords=("a",) * 51)}}, "texts.it.keywords"),
            ({"texts": {"it": replace(TEXT, avoid=("a\nb",))}}, "texts.it.avoid"),
            ({"texts": {"it": replace(TEXT, sentences={"First": "x"})}}, "texts.it.sentences"),
        ],
    )
    def test_names_the_field_at_fault(self, wrong: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as told:
            check_procedure(replace(NEW, **wrong))

        assert told.value.field == field


class TestChosenLanguage:
    @pytest.mark.parametrize(
        ("written", "asked", "chosen"),
        [
            ({"it", "en"}, "en", "en"),
            ({"it", "en"}, "de", "it"),
            ({"it", "en"}, None, "it"),
            ({"fr", "en"}, "de", "en"),
        ],
    )
    def test_is_the_one_asked_for_where_it_is_written(
        self, written: set[str], asked: str | None, chosen: str
    ) -> None:
        assert chosen_language(written, asked=asked, own="it") == chosen


class TestTheLifeOfAGap:
    def test_goes_from_raised_to_told(self) -> None:
        moves = ["raise", "send", "acknowledge", "agree", "publish", "tell"]

        states = [state_after(moves[: step + 1]) for step in range(len(moves))]

        assert states == ["open", "sent", "acknowledged", "agreed", "published", "told"]

    @pytest.mark.parametrize("name", sorted(life().moves))
    @pytest.mark.parametrize("state", sorted(life().states))
    def test_makes_no_move_that_is_not_in_the_data(self, state: str, name: str) -> None:
        move = life().moves[name]
        facts = {"why": "because", "procedure": "procedure" in move.needs}

        if state in move.froms:
            assert check_move(state, name, **facts) == move.to
        else:
            with pytest.raises(GapMoved, match="it can:"):
                check_move(state, name, **facts)

    def test_is_declined_for_a_reason_and_published_as_a_version(self) -> None:
        for name, state, told in (
            ("decline", "open", {"why": " ", "procedure": False}),
            ("publish", "agreed", {"why": "", "procedure": False}),
            ("send", "open", {"why": "", "procedure": True}),
            ("send", "open", {"why": "x" * 4_001, "procedure": False}),
        ):
            with pytest.raises(Invalid):
                check_move(state, name, **told)  # type: ignore[arg-type] # a table of facts
        with pytest.raises(Invalid, match="no move"):
            check_move("open", "forget", why="", procedure=False)

    @given(MOVES)
    def test_ends_told_or_goes_on(self, moves: list[str]) -> None:
        try:
            state = state_after(["raise", *moves])
        except GapMoved:
            return
        further = [name for name, move in life().moves.items() if state in move.froms]

        assert (further == []) == (state == "told")

    def test_begins_by_being_raised(self) -> None:
        for moves in ([], ["send"]):
            with pytest.raises(GapMoved):
                state_after(moves)

    def test_waits_so_long_for_its_acknowledgement(self) -> None:
        assert overdue_since(NOW) == NOW - timedelta(days=life().acknowledge_days)

    def test_has_words_in_both_languages_for_all_of_it(self) -> None:
        named = [*life().states.values(), *life().moves.values()]

        assert all(each.it and each.en for each in named)

    @pytest.mark.parametrize(
        ("told", "place"),
        [
            ("nonsense", "cannot be read"),
            ('from = ["lost"]\nto = "open"', "moves.raise: 'lost' is no state"),
            ('from = []\nto = "lost"', "moves.raise: 'lost' is no state"),
            ('from = []\nto = "open"\nneeds = ["luck"]', "moves.raise.needs: 'luck'"),
            ('from = ["open"]\nto = "open"', "every gap begins by it"),
            ('from = []\nto = "open"\nby = "x"', "cannot be read"),
        ],
    )
    def test_is_refused_with_the_place_where_its_file_is_wrong(self, told: str, place: str) -> None:
        start = 'version = 1\nacknowledge_days = 5\n[states.open]\nit = "A"\nen = "O"\n'
        move = f'[moves.raise]\nit = "S"\nen = "R"\n{told}\n'

        with pytest.raises(LifeUnreadable, match=place):
            read_life(start + move)


class TestCheckGap:
    @pytest.mark.parametrize(
        ("text", "topic", "field"),
        [
            (" ", "late_bill", "text"),
            ("x" * 4_001, "late_bill", "text"),
            ("a\0b", "late_bill", "text"),
            ("no way to split a bill", "Late Bill", "topic"),
        ],
    )
    def test_names_the_field_at_fault(self, text: str, topic: str, field: str) -> None:
        with pytest.raises(Invalid) as told:
            check_gap(text, topic)

        assert told.value.field == field
