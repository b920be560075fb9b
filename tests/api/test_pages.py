"""The pages behind the door: who sees them, how one signs in and out, what they are sent with."""

import re
from typing import Any

import pytest

HTML = {"Accept": "text/html"}


def token_in(html: str) -> str:
    """Find the token that a page's form carries."""
    found = re.search(r'name="csrf" value="([^"]+)"', html)
    assert found
    return found[1]


def sign_in(centre: Any, key: str, **changes: Any) -> Any:
    """Open the sign-in page and send its form."""
    page = centre.http.get("/sign-in", headers=HTML)
    data = {"key": centre.keys.get(key, key), "csrf": token_in(page.text), "next": "/"}
    headers = {"Origin": "http://testserver.local", **changes.pop("headers", {})}
    return centre.http.post(
        "/sign-in", data=data | changes, headers=headers, follow_redirects=False
    )


class TestTheFirstPage:
    def test_sends_a_stranger_to_sign_in(self, centre: Any) -> None:
        answer = centre.http.get("/?client=ACQ", headers=HTML, follow_redirects=False)

        assert answer.status_code == 303
        assert answer.headers["location"] == "/sign-in?next=%2F"

    def test_shows_a_guest_todays_worklist_and_measures(self, guest_centre: Any) -> None:
        answer = guest_centre.http.get("/?lang=en", headers=HTML)

        assert answer.status_code == 200
        assert "Anna ACQ" in answer.text
        assert "Anna NRD" in answer.text
        assert "we ask whether it arrived" in answer.text
        assert "Measures of Acque ACQ" in answer.text
        assert answer.text.count("<svg") > 4

    def test_shows_one_company_where_one_is_chosen(self, guest_centre: Any) -> None:
        answer = guest_centre.http.get("/?client=NRD", headers=HTML)

        assert "Anna NRD" in answer.text
        assert "Anna ACQ" not in answer.text

    def test_shows_an_operator_no_measures_and_finance_no_worklist(self, centre: Any) -> None:
        sign_in(centre, "operator")
        seen_by_operator = centre.http.get("/?lang=en", headers=HTML).text
        sign_in(centre, "finance")
        seen_by_finance = centre.http.get("/?lang=en", headers=HTML).text

        assert "Anna ACQ" in seen_by_operator
        assert 'id="tile-dso"' not in seen_by_operator
        assert "Anna ACQ" not in seen_by_finance
        assert 'id="tile-dso"' in seen_by_finance

    @pytest.mark.parametrize(
        ("language", "now", "told"),
        [
            ("en", "2026-06-08T10:00:00+02:00", "Yes: may be contacted now."),
            ("it", "2026-06-08T10:00:00+02:00", "Sì: si può contattare adesso."),
            (
                "en",
                "2026-06-08T23:00:00+02:00",
                "Not now. First possible moment: Tuesday 09/06/2026 at 09:00 (Europe/Rome).",
            ),
            (
                "it",
                "2026-06-08T23:00:00+02:00",
                "Non adesso. Primo momento possibile: martedì 09/06/2026 alle 09:00 (Europe/Rome).",
            ),
        ],
    )
    def test_tells_the_verdict_beside_the_person(
        self, guest_centre: Any, language: str, now: str, told: str
    ) -> None:
        guest_centre.clock.write_text(now, encoding="ascii")

        html = guest_centre.http.get(f"/?client=ACQ&lang={language}", headers=HTML).text

        assert told in html
        respect = {"it": "accertare con chi si parla", "en": "Make sure who is speaking"}
        assert respect[language].lower() in html.lower()
        days = {"T10": ("lunedì 08", "Monday 08"), "T23": ("martedì 09", "Tuesday 09")}
        day = days[now[10:13]][language == "en"]
        margin = {"it": f"Non iniziare dopo {day}/06/2026 alle 19:50 (Europe/Rome)"}
        margin["en"] = f"Do not begin after {day}/06/2026 at 19:50 (Europe/Rome)"
        assert margin[language] in html
        opening = {
            "it": "chiamo per conto di Acque ACQ; parlo con Anna ACQ?",
            "en": "I am calling on behalf of Acque ACQ; am I speaking with Anna ACQ?",
        }
        assert opening[language] in html

    def test_may_be_kept_nowhere(self, guest_centre: Any) -> None:
        answer = guest_centre.http.get("/", headers=HTML)

        assert answer.headers["Cache-Control"] == "no-store"
        assert "script-src 'none'" in answer.headers["Content-Security-Policy"]

    def test_of_an_unknown_company_is_a_page_too(self, guest_centre: Any) -> None:
        answer = guest_centre.http.get("/?client=NOR", headers=HTML)

        assert answer.status_code == 404
        assert answer.headers["content-type"].startswith("text/html")


class TestSigningIn:
    def test_opens_the_pages_and_not_the_api(self, centre: Any) -> None:
        answer = sign_in(centre, "operator")

        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert centre.http.get("/", headers=HTML).status_code == 200
        assert centre.http.get("/docs", headers=HTML).status_code == 200
        assert centre.http.get("/api/v1/clients").status_code == 401

    def test_asks_again_for_a_wrong_key(self, centre: Any) -> None:
        answer = sign_in(centre, "cc_wrong")

        assert answer.status_code == 401
        assert "cc_wrong" not in answer.text
        assert 'role="alert"' in answer.text

    @pytest.mark.parametrize(
        "changes",
        [
            {"csrf": "made-up"},
            {"headers": {"Origin": "https://elsewhere.example"}},
            {"headers": {"Origin": "null"}},
            {"headers": {"Sec-Fetch-Site": "cross-site"}},
        ],
    )
    def test_takes_no_form_from_elsewhere(self, centre: Any, changes: dict[str, Any]) -> None:
        answer = sign_in(centre, "operator", **changes)

        assert answer.status_code == 409
        assert answer.json()["code"] == "form_foreign"

    def test_takes_no_form_of_another_browser(self, centre: Any) -> None:
        token = token_in(centre.http.get("/sign-in", headers=HTML).text)
        centre.http.cookies.clear()

        answer = centre.http.post(
            "/sign-in", data={"key": centre.keys["operator"], "csrf": token, "next": "/"}
        )

        assert answer.status_code == 409

    @pytest.mark.parametrize(
        "way",
        ["//elsewhere.example", "https://elsewhere.example", "/\\elsewhere", "x", "/\r\nX: y"],
    )
    def test_leads_nowhere_else(self, centre: Any, way: str) -> None:
        assert sign_in(centre, "operator", next=way).headers["location"] == "/"

    def test_ends_by_itself_and_with_the_key(self, centre: Any) -> None:
        sign_in(centre, "operator")
        centre.clock.write_text("2026-06-08T20:01:00+00:00", encoding="ascii")

        over = centre.http.get("/", headers=HTML, follow_redirects=False)

        assert over.status_code == 303

    @pytest.mark.parametrize("value", ["", "x", "AAAA", "è", "A" * 96, "A" * 9_000])
    def test_cannot_be_forged(self, centre: Any, value: str) -> None:
        cookie = f"{centre.app.state.sessions.cookie}={value}"

        answer = centre.http.get(
            "/", headers=HTML | {"Cookie": cookie.encode()}, follow_redirects=False
        )

        assert answer.status_code == 303

    def test_takes_only_a_form(self, centre: Any) -> None:
        answer = centre.http.post("/sign-in", json={"key": "k", "csrf": "c"})

        assert answer.status_code == 415


class TestSigningOut:
    def test_closes_the_pages(self, centre: Any) -> None:
        sign_in(centre, "operator")
        token = token_in(centre.http.get("/", headers=HTML).text)

        answer = centre.http.post("/sign-out", data={"csrf": token}, follow_redirects=False)

        assert answer.headers["location"] == "/sign-in"
        again = centre.http.get("/", headers=HTML, follow_redirects=False)
        assert again.status_code == 303

    def test_needs_the_token_of_this_session(self, centre: Any) -> None:
        before = token_in(centre.http.get("/sign-in", headers=HTML).text)
        sign_in(centre, "operator")

        answer = centre.http.post("/sign-out", data={"csrf": before}, follow_redirects=False)

        assert answer.status_code == 409


class TestOverTls:
    def test_cookies_are_bound_to_the_host(self, sqlite_url: str, tmp_path: Any) -> None:
        from centre import opened  # noqa: PLC0415 - one test alone opens its own

        with opened(sqlite_url, tmp_path, public_url="https://care.example") as centre:
            answer = centre.http.get("/sign-in", headers=HTML)

        cookie = answer.headers["set-cookie"]
        assert cookie.startswith("__Host-carecredit_form=")
        assert "Secure" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


class TestTheReference:
    def test_lists_every_operation_without_a_script(self, guest_centre: Any) -> None:
        answer = guest_centre.http.get("/docs?lang=en", headers=HTML)

        assert answer.status_code == 200
        for summary in ("Take the next call", "Record a payment", "Read a series"):
            assert summary in answer.text
        assert "<script" not in answer.text
