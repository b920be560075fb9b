"""Files come with their type, a lasting address and the headers that keep a page to itself."""

import re
from importlib import resources
from xml.etree import ElementTree as ET

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from carecredit_api.console.assets import SECURITY_HEADERS, asset_path, assets

FOLDER = resources.files("carecredit_api.console")
STYLE = (FOLDER / "static" / "console.css").read_text(encoding="utf-8")
MORE = (FOLDER / "static" / "finance.css").read_text(encoding="utf-8")
TEMPLATES = "".join(file.read_text(encoding="utf-8") for file in (FOLDER / "templates").iterdir())


class TestServeAsset:
    @pytest.mark.parametrize(
        ("name", "media_type"),
        [
            ("console.css", "text/css; charset=utf-8"),
            ("icons.svg", "image/svg+xml"),
            ("inter-latin-wght-normal.woff2", "font/woff2"),
        ],
    )
    def test_gives_the_right_type_for_ever(
        self, client: TestClient[Litestar], name: str, media_type: str
    ) -> None:
        answer = client.get(asset_path(name))

        assert answer.headers["content-type"] == media_type
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["x-content-type-options"] == "nosniff"

    def test_answers_an_old_address_with_the_present_file_unkept(
        self, client: TestClient[Litestar]
    ) -> None:
        answer = client.get("/static/0123456789abcdef/console.css")

        assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")

    def test_does_not_send_what_the_browser_has(self, client: TestClient[Litestar]) -> None:
        etag = client.get(asset_path("mark.svg")).headers["etag"]

        answer = client.get(asset_path("mark.svg"), headers={"if-none-match": etag})

        assert (answer.status_code, answer.content) == (304, b"")

    @pytest.mark.parametrize("name", ["pages.py", "..%2Fpages.py", "console.css%00", "nothing"])
    def test_knows_only_its_own_files(self, client: TestClient[Litestar], name: str) -> None:
        assert client.get(f"/static/x/{name}").status_code == 404


class TestSecurityHeaders:
    def test_go_with_every_page(self, client: TestClient[Litestar]) -> None:
        for path in ("/", "/sign-in", "/docs", "/nowhere"):
            headers = client.get(path).headers

            sent = {name: headers.get(name) for name in SECURITY_HEADERS}
            assert sent == dict(SECURITY_HEADERS)
            assert headers["cache-control"] == "no-store"

    def test_allow_no_script_and_no_inline_style(self) -> None:
        policy = SECURITY_HEADERS["Content-Security-Policy"]

        assert "script-src 'none'" in policy
        assert "unsafe" not in policy


class TestFiles:
    def test_keep_within_their_budget(self) -> None:
        sizes = {name: len(file.body) for name, file in assets().items()}

        assert sizes["console.css"] <= 20_200
        assert sizes["finance.css"] <= 8_000
        assert sizes["icons.svg"] <= 18_000
        assert sizes["inter-latin-wght-normal.woff2"] <= 49_000

    def test_name_no_other_origin_in_the_style(self) -> None:
        addresses = re.findall(r'url\("?([^")]+)', STYLE)

        assert addresses == ["inter-latin-wght-normal.woff2"]
        assert "@import" not in STYLE + MORE
        assert "url(" not in MORE

    def test_have_their_licences_beside_them(self) -> None:
        assert b"SIL OPEN FONT LICENSE" in assets()["inter.LICENSE.txt"].body
        assert b"ISC License" in assets()["icons.LICENSE.txt"].body

    def test_hold_the_icons_that_are_used_and_no_others(self) -> None:
        sprite = ET.fromstring(assets()["icons.svg"].body)
        drawn = {symbol.get("id") for symbol in sprite}
        quoted = set(re.findall(r'"([a-z0-9-]+)"', TEMPLATES))

        asked = set(re.findall(r'icon\("([a-z0-9-]+)"\)', TEMPLATES))
        assert asked <= drawn
        assert drawn <= quoted


def _token(name: str, theme: int) -> tuple[int, int, int]:
    found = re.search(rf"--{name}: light-dark\(#(\w{{6}}), #(\w{{6}})\)", STYLE)
    assert found, name
    red, green, blue = bytes.fromhex(found[theme + 1])
    return red, green, blue


def _luminance(colour: tuple[int, int, int]) -> float:
    """Relative luminance, WCAG 2.2."""
    linear = [
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4
        for part in colour
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


TEXT = [
    ("ink", "surface"),
    ("ink", "canvas"),
    ("muted", "surface"),
    ("muted", "canvas"),
    ("muted", "sunken"),
    ("brand", "surface"),
    ("brand", "canvas"),
    ("brand-strong", "brand-soft"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("ok", "surface"),
    ("ok", "ok-soft"),
    ("warm", "surface"),
    ("warm", "warm-soft"),
    ("ink", "warm-soft"),
    ("info", "info-soft"),
    ("plum", "plum-soft"),
    ("stop", "surface"),
    ("series-1", "surface"),
    ("series-2-text", "surface"),
]
SHAPES = [
    ("line-strong", "surface"),
    ("focus", "surface"),
    ("focus", "canvas"),
    ("series-2", "surface"),
    ("reference", "surface"),
]


class TestTokens:
    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize(("front", "back"), TEXT)
    def test_let_text_be_read(self, front: str, back: str, theme: int) -> None:
        assert _contrast(_token(front, theme), _token(back, theme)) >= 4.5

    @pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
    @pytest.mark.parametrize(("front", "back"), SHAPES)
    def test_let_shapes_be_seen(self, front: str, back: str, theme: int) -> None:
        assert _contrast(_token(front, theme), _token(back, theme)) >= 3

    def test_let_the_letters_of_a_mark_be_read(self) -> None:
        tints = re.findall(r"\.tint-\w+\{background: #(\w{6})\}", STYLE)

        assert len(tints) == 9
        for tint in tints:
            red, green, blue = bytes.fromhex(tint)
            assert _contrast((red, green, blue), (255, 255, 255)) >= 4.5

    def test_are_all_known_where_they_are_used(self) -> None:
        used = set(re.findall(r"var\(--([\w-]+)\)", STYLE + MORE))
        told = set(re.findall(r"^--([\w-]+):", STYLE, re.MULTILINE))

        assert used <= told
