"""An operator before a browser: pages opened, forms found and sent as a browser does."""

import re
from html import unescape
from typing import Any

from centre import Centre

API = "/api/v1"
HTML = {"Accept": "text/html"}
BROWSER = HTML | {"Origin": "http://testserver.local"}


def sign_in(centre: Centre, key: str) -> None:
    """Open the pages with the key of a role."""
    centre.http.cookies.clear()
    page = centre.http.get("/sign-in", headers=HTML).text
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found
    data = {"key": centre.keys[key], "csrf": found[1], "next": "/"}
    assert centre.http.post("/sign-in", data=data, follow_redirects=False).status_code == 303


class Desk:
    """An operator before a browser."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.whose = f"/people/{centre.ours.customer_id}"
        sign_in(centre, "operator")

    def see(self, path: str = "", **query: str) -> str:
        """Open a page: the person's, where none is named."""
        asked = {"client": "ACQ", "lang": "en"} | query
        shown = self.centre.http.get(path or self.whose, params=asked, headers=HTML)
        assert shown.status_code == 200, shown.text
        return str(shown.text)

    def form(self, page: str, action: str, having: str = "") -> tuple[str, dict[str, Any]]:
        """Find a form by its address, with all that stands hidden in it."""
        for form in re.findall(r"<form.*?</form>", page, re.DOTALL):
            address = unescape(re.search(r'action="([^"]*)"', form)[1])  # type: ignore[index]
            if address.partition("?")[0].endswith(action) and having in form:
                return address, dict(
                    re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
                )
        raise AssertionError(f"no form {action} on the page")

    def send(self, action: str, *, page: str | None = None, having: str = "", **typed: Any) -> Any:
        """Fill a form of the page in and send it."""
        address, hidden = self.form(page or self.see(), action, having)
        return self.centre.http.post(
            address, data=hidden | typed, headers=BROWSER, follow_redirects=False
        )

    def begin(self) -> str:
        """Have a contact in hand, with the right person confirmed."""
        assert self.send("/contact", channel="voice", topic="wrong_amount").status_code == 303
        facts = {"identified_by": ["customer_number", "tax_code"], "found": "confirmed"}
        assert self.send("/right-party", **facts).status_code == 303
        return self.see()

    def story(self) -> list[str]:
        """List what happened, by code."""
        whose = f"{API}/customers/{self.centre.ours.customer_id}/timeline?client=ACQ"
        return [line["code"] for line in self.centre.get(whose).json()["items"]]
