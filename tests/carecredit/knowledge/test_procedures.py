"""Procedures in versions: as of any instant, in one language, found whatever the accents."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text

import worlds
from carecredit.knowledge import operations, queries
from carecredit.knowledge.rules import Text
from carecredit.mandates.queries import UnknownClient
from shelves import Shelf
from worlds import NOW

pytestmark = pytest.mark.usefixtures("chains_hold")
DAY = timedelta(days=1)
TODAY = date(2026, 6, 8)
BOTH = {
    "it": Text("Bolletta alta", "Verifichi la lettura.", ("consumo",), {"opening": "Capisco."}),
    "en": Text("High bill", "Check the reading.", (), {"opening": "I see."}, ("your fault",)),
}


def counts(shelf: Shelf, at: datetime, key: str = "late-bill") -> int | None:
    try:
        version: int = shelf.ask(queries.procedure, key=key, at=at).card.version
    except queries.UnknownProcedure:
        return None
    return version


def found(shelf: Shelf, words: str, *, at: datetime = NOW, **told: Any) -> list[str]:
    answer = shelf.ask(queries.search, text=words, at=at, **told)
    assert answer.count >= len(answer.items)
    return [each.key for each in answer.items]


class TestPublish:
    def test_keeps_all_that_was_written(self, shelf: Shelf) -> None:
        made = shelf.publish("high-bill", texts=BOTH, review_on=TODAY + 30 * DAY)

        assert (made.card.version, made.card.valid_from) == (1, TODAY)
        assert (made.card.language, made.card.languages) == ("it", ("en", "it"))
        assert (made.card.published_at, made.card.published_by) == (NOW, "Anna")
        assert (made.keywords, made.sentences, made.avoid) == (
            ("consumo",), {"opening": "Capisco."}, (),
        )  # fmt: skip
        english = shelf.ask(queries.procedure, key="high-bill", at=NOW, language="en")
        assert (english.body, english.avoid) == ("Check the reading.", ("your fault",))
        assert worlds.actions(shelf.store, shelf.ours)[-1] == "procedure.published"

    def test_leaves_the_version_before_as_it_was(self, shelf: Shelf) -> None:
        shelf.publish(body="Prima.")
        shelf.publish(body="Dopo.", supersedes=1, now=NOW + DAY)

        def body(**told: Any) -> str:
            read: str = shelf.ask(queries.procedure_version, key="late-bill", **told).body
            return read

        assert (body(version=1), body(version=2)) == ("Prima.", "Dopo.")
        assert counts(shelf, NOW) == 1
        assert counts(shelf, NOW + DAY) == 2
        assert counts(shelf, NOW - DAY) is None
        listed = shelf.ask(queries.versions_of, key="late-bill")
        assert [card.version for card in listed] == [1, 2]

    def test_refuses_who_did_not_see_the_latest(self, shelf: Shelf) -> None:
        for wrong in (1, 0):
            with pytest.raises(operations.ProcedureStale, match="no version yet"):
                shelf.publish(supersedes=wrong)
        shelf.publish()
        for wrong in (None, 2, 0):
            with pytest.raises(operations.ProcedureStale, match="at version 1"):
                shelf.publish(supersedes=wrong)

    def test_counts_from_the_day_it_is_valid_to_before_its_end(self, shelf: Shelf) -> None:
        shelf.publish()
        later = {"valid_from": TODAY + 2 * DAY, "valid_to": TODAY + 4 * DAY}
        shelf.publish(supersedes=1, **later)

        seen = [counts(shelf, NOW + days * DAY) for days in range(6)]

        # What was superseded does not come back when the notice that took its place is over.
        assert seen == [1, 1, 2, 2, None, None]

    def test_counts_never_before_it_was_published(self, shelf: Shelf) -> None:
        shelf.publish()
        shelf.publish(supersedes=1, valid_from=TODAY - 7 * DAY, now=NOW + DAY)

        assert (counts(shelf, NOW), counts(shelf, NOW + DAY)) == (1, 2)

    def test_counts_by_the_client_companys_own_midnight(self, shelf: Shelf) -> None:
        shelf.publish(valid_from=TODAY + DAY)
        midnight = datetime.fromisoformat("2026-06-08T22:00:00+00:00")

        assert counts(shelf, midnight - timedelta(seconds=1)) is None
        assert counts(shelf, midnight) == 1

    def test_wants_a_client_company_that_one_may_see(self, shelf: Shelf) -> None:
        with shelf.store.begin(worlds.only(shelf.ours)) as session, pytest.raises(UnknownClient):
            queries.procedures(session, client_id=shelf.theirs, at=NOW)


class TestProcedures:
    def test_are_listed_by_key_and_topic_a_page_at_a_time(self, shelf: Shelf) -> None:
        for key, topic in (("c", "late_bill"), ("a", "late_bill"), ("b", "plans")):
            shelf.publish(key, topic=topic)

        def keys(**told: Any) -> list[str]:
            return [each.key for each in shelf.ask(queries.procedures, at=NOW, **told)]

        assert keys() == ["a", "b", "c"]
        assert keys(limit=2) == ["a", "b"]
        assert keys(after="b") == ["c"]
        assert keys(topic="late_bill") == ["a", "c"]

    def test_about_a_topic_come_whole_for_whoever_speaks_now(self, shelf: Shelf) -> None:
        shelf.publish("high-bill", texts=BOTH, topic="high_bill")
        shelf.publish()

        (one,) = shelf.ask(queries.procedures_about, topic="high_bill", language="en", at=NOW)

        assert one.sentences == {"opening": "I see."}

    def test_that_are_unknown_are_said_to_be(self, shelf: Shelf) -> None:
        shelf.publish()
        for told in ({"key": "nothing"}, {"key": "late-bill", "version": 2}):
            read = queries.procedure_version if "version" in told else queries.procedure
            more = {} if "version" in told else {"at": NOW}
            with pytest.raises(queries.UnknownProcedure):
                shelf.ask(read, **told, **more)


class TestSearch:
    def test_search_perche_citta_finds_them_with_their_accents(self, shelf: Shelf) -> None:
        shelf.publish()

        assert found(shelf, "perche") == ["late-bill"]
        assert found(shelf, "citta") == ["late-bill"]
        assert found(shelf, "PERCHÉ CITTÀ") == ["late-bill"]
        assert found(shelf, "perche comune") == []

    def test_looks_in_title_keywords_and_body_of_every_language(self, shelf: Shelf) -> None:
        shelf.publish("high-bill", texts=BOTH)

        for words in ("bollette", "lettura", "consumi", "readings", "high bill"):
            assert found(shelf, words) == ["high-bill"], words
        (card,) = shelf.ask(queries.search, text="lettura", at=NOW, language="en").items
        assert card.title == "High bill"

    def test_puts_what_has_the_words_in_its_title_first(self, shelf: Shelf) -> None:
        shelf.publish("a", "Altro", "rateizzare la bolletta")
        shelf.publish("b", "Rateizzare la bolletta", "Altro.")

        assert found(shelf, "rateizzare bolletta") == ["b", "a"]
        answer = shelf.ask(queries.search, text="bolletta", at=NOW, limit=1)
        assert (answer.count, len(answer.items)) == (2, 1)

    def test_finds_only_the_version_that_counts(self, shelf: Shelf) -> None:
        shelf.publish(title="Prima")
        shelf.publish(title="Dopo", supersedes=1, now=NOW + DAY)

        assert (found(shelf, "prima"), found(shelf, "dopo")) == (["late-bill"], [])
        later = {"at": NOW + DAY}
        assert (found(shelf, "prima", **later), found(shelf, "dopo", **later)) == (
            [], ["late-bill"],
        )  # fmt: skip

    @pytest.mark.parametrize("words", ["100%", "a_b", "\\", "' OR 1=1 --", "/"])
    def test_takes_signs_for_what_they_are(self, shelf: Shelf, words: str) -> None:
        shelf.publish()
        if any(sign.isalnum() for sign in words):
            assert found(shelf, words) == []

    def test_counts_what_was_searched_for_in_vain_and_by_nobody(self, shelf: Shelf) -> None:
        for days, words in enumerate(("Voltura K-123", "voltura k-99", "subentro")):
            shelf.do(operations.count_vain_search, text=words, now=NOW + days * DAY)

        most, once = shelf.ask(queries.vain_searches)

        assert (most.words, most.times) == ("# k voltura", 2)
        assert (most.first_at, most.last_at) == (NOW, NOW + DAY)
        assert (once.words, once.times) == ("subentro", 1)
        with shelf.store.read(worlds.CENTRE_CALLER) as session:
            columns = session.execute(text("SELECT * FROM vain_searches")).keys()
        assert not {"by", "operator_id", "searched_by"} & set(columns)


class TestAnotherCompany:
    def test_operator_of_client_a_asks_for_a_procedure_of_client_b(self, shelf: Shelf) -> None:
        shelf.publish(of=shelf.theirs, title="Segreto del gas")
        shelf.do(operations.count_vain_search, of=shelf.theirs, text="segreto")

        assert found(shelf, "segreto") == []
        assert shelf.ask(queries.search, text="segreto", at=NOW).count == 0
        assert shelf.ask(queries.procedures, at=NOW) == []
        assert shelf.ask(queries.versions_of, key="late-bill") == []
        assert shelf.ask(queries.latest_version, key="late-bill") is None
        assert shelf.ask(queries.vain_searches) == []
        with shelf.store.read(worlds.only(shelf.ours)) as session:
            whose = {"client_id": shelf.theirs}
            assert queries.versions_of(session, key="late-bill", **whose) == []
            assert queries.vain_searches(session, **whose) == []
            with pytest.raises(queries.UnknownProcedure):
                queries.procedure_version(session, key="late-bill", version=1, **whose)

    def test_may_have_the_same_key(self, shelf: Shelf) -> None:
        shelf.publish(of=shelf.theirs)

        assert shelf.publish().card.version == 1
