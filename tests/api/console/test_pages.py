"""Pages through the real door: both languages, nothing unescaped, nothing from elsewhere."""

import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit_api.console.pages import render_problem, render_sign_in, render_today
from carecredit_api.console.views import Kpi, ProblemPage, SignIn, TodayPage

Day = Callable[[Language], TodayPage]

HOSTILE = "<script>alert(1)</script>\"'&{{7*7}}{0}{name}"
CODES = {"channel", "key", "currency", "aging_currency", "reason"}
VOID = {"meta", "link", "img", "input", "br"}


class Reader(HTMLParser):
    """Reads a page as a browser would, and keeps what the tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.opened.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.opened.pop() == tag

    def all(self, tag: str) -> list[dict[str, str]]:
        return [attributes for name, attributes in self.elements if name == tag]


def made_hostile(value: Any) -> Any:
    """Put a hostile sentence in every place for words, at any depth."""
    if isinstance(value, tuple):
        return tuple(made_hostile(each) for each in value)
    if not isinstance(value, msgspec.Struct):
        return value
    fields = {name: getattr(value, name) for name in value.__struct_fields__ if name not in CODES}
    return msgspec.structs.replace(
        value,
        **{
            name: HOSTILE if isinstance(each, str) else made_hostile(each)
            for name, each in fields.items()
        },
    )


def documents(day: Day, language: Language) -> list[str]:
    page, bare = day(language), day(language)
    bare = msgspec.structs.replace(
        bare, lines=(), lines_total=0, kpis=(Kpi("dso", (None,), None),), dso=(), aging=()
    )
    return [
        render_today(page, language=language),
        render_today(bare, language=language, theme="dark"),
        render_today(made_hostile(page), language=language),
        render_sign_in(SignIn(HOSTILE, HOSTILE, "unknown_key"), language=language),
        *(
            render_problem(ProblemPage(status, HOSTILE, HOSTILE), language=language)
            for status in (400, 403, 404, 409, 500, 503, 504)
        ),
    ]


class TestEveryPage:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_is_whole_has_one_h1_and_no_id_twice(self, day: Day, language: Language) -> None:
        for html in documents(day, language):
            page = Reader(html)

            ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
            assert page.opened == []
            assert page.all("html")[0]["lang"] == language
            assert len(page.all("h1")) == 1
            assert len(ids) == len(set(ids))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_names_what_it_refers_to(self, day: Day, language: Language) -> None:
        for html in documents(day, language):
            page = Reader(html)

            ids = {attributes.get("id") for _, attributes in page.elements}
            referred = " ".join(
                attributes.get("aria-labelledby", "") + " " + attributes.get("aria-describedby", "")
                for _, attributes in page.elements
            ).split()
            assert set(referred) <= ids

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_needs_no_script_and_no_style_of_its_own(self, day: Day, language: Language) -> None:
        for html in documents(day, language):
            page = Reader(html)

            assert page.all("script") == []
            assert page.all("style") == []
            names = {name for _, attributes in page.elements for name in attributes}
            assert not {name for name in names if name == "style" or name.startswith("on")}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_loads_nothing_from_elsewhere(self, day: Day, language: Language) -> None:
        for html in documents(day, language):
            for tag, attributes in Reader(html).elements:
                if tag != "a":
                    addresses = [attributes.get(name, "") for name in ("src", "href", "action")]
                    assert not re.search(r"(https?:)?//", " ".join(addresses))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_shows_hostile_words_as_words(self, day: Day, language: Language) -> None:
        html = render_today(made_hostile(day(language)), language=language)

        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
        assert "{{7*7}}{0}{name}" in html

    def test_skips_to_the_content_first(self, day: Day) -> None:
        links = Reader(render_today(day("it"), language="it")).all("a")

        assert links[0] == {"class": "skip", "href": "#content"}


class TestToday:
    def test_shows_who_why_what_when_and_how_much(self, client: TestClient[Litestar]) -> None:
        html = client.get("/", params={"lang": "it"}).text

        for shown in (
            "Oggi, martedì 1 dicembre",
            "Lucia Bianchi",
            "Ha chiesto di essere richiamata",
            "Richiamata chiesta",
            "In contestazione",
            "Scaduta da 27 gg",
            "Scaduta da 1 giorno",
            "14:00–17:00",
            "Ora, fino alle 12:30",
            "284,60\xa0€",
            "Non riguarda denaro",
        ):
            assert shown in html

    def test_says_whether_one_may_be_contacted_and_what_to_respect(self, day: Day) -> None:
        html = render_today(day("it"), language="it")

        summaries = [it["class"] for it in Reader(html).all("summary") if "class" in it]
        assert summaries == ["chip-ok", "chip-warm"]
        assert html.count("Da rispettare allora") == 2
        assert html.count("Perché non adesso") == 1
        assert "<li>Fuori orario.</li>" in html

    def test_says_what_the_measures_say(self, client: TestClient[Litestar]) -> None:
        html = client.get("/", params={"lang": "en"}).text

        for shown in (
            "−1.4 days vs October</b>, better",
            "−3.8% vs October</b>, better · 24% of total",
            "+2.8 points vs October</b>, better",
            "9.4 days fewer in 6 months",
            "The part over 90 days is down 31% in 11 months",
            "€1,026,000",
        ):
            assert shown in html

    def test_carries_the_same_numbers_in_the_table_as_in_the_chart(self, day: Day) -> None:
        html = render_today(day("it"), language="it")

        assert html.count("<td>47,2</td>") == 1
        assert "nov 2026: 47,2 giorni, DSO" in html

    def test_says_honestly_that_there_is_nobody(self, client: TestClient[Litestar]) -> None:
        html = client.get("/", params={"lang": "it", "empty": "1"}).text

        assert "Per oggi nessuno da sentire" in html
        assert '<details class="chooser">' not in html
        assert "Rispondi a nome di Acqua Serena" in html

    def test_says_that_an_undefined_measure_is_undefined(self, day: Day) -> None:
        page = msgspec.structs.replace(day("it"), kpis=(Kpi("dso", (50.0, None), None),))

        html = render_today(page, language="it")

        assert '<p class="change none">non calcolabile</p>' in html

    def test_says_worse_when_it_is_worse(self, day: Day) -> None:
        on = day("it").kpis[0].compared_on
        kpis = (Kpi("dso", (47.0, 49.5), on), Kpi("cei", (80.0, 78.0), on))

        html = render_today(msgspec.structs.replace(day("it"), kpis=kpis), language="it")

        assert "<b>+2,5 gg su ottobre</b>, peggio" in html
        assert "<b>−2,0 punti su ottobre</b>, peggio" in html

    def test_keeps_the_other_choices_when_one_is_changed(self, day: Day) -> None:
        page = msgspec.structs.replace(day("it"), client=day("it").clients[0])

        html = render_today(page, language="it", theme="dark")

        assert 'href="?client=acqua-serena&amp;lang=en&amp;theme=dark"' in html
        assert 'href="?client=luce-viva&amp;lang=it&amp;theme=dark"' in html

    def test_carries_the_token_where_something_is_sent(self, day: Day) -> None:
        page = Reader(render_today(day("it"), language="it"))

        assert [field["name"] for field in page.all("input")] == ["csrf"]


class TestSignIn:
    def test_posts_a_key_with_its_token(self, client: TestClient[Litestar]) -> None:
        page = Reader(client.get("/sign-in").text)

        assert page.all("form")[0] == {"method": "post", "action": "/sign-in"}
        assert [field["name"] for field in page.all("input")] == ["csrf", "next", "key"]

    def test_ties_the_mistake_to_its_field(self, client: TestClient[Litestar]) -> None:
        page = Reader(client.get("/sign-in", params={"reason": "unknown_key"}).text)

        key = page.all("input")[-1]
        assert key["aria-invalid"] == "true"
        assert "key-error" in key["aria-describedby"]


class TestProblem:
    def test_tells_a_missing_page_in_the_readers_language(
        self, client: TestClient[Litestar]
    ) -> None:
        answer = client.get("/nowhere", headers={"accept-language": "it-IT,it;q=0.9,en;q=0.5"})

        assert answer.status_code == 404
        assert "Questa pagina non c’è" in answer.text
        assert "018f-3c2a" in answer.text

    def test_borrows_the_words_of_its_class(self) -> None:
        html = render_problem(ProblemPage(502), language="en")

        assert "Something broke on our side" in html
        assert "Code 502" in html
