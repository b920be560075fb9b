"""What every page of the console is sent with: its headers, its form's token, words for roles."""

import secrets
from typing import Any

from litestar import Request, Response
from litestar.datastructures import Cookie

from carecredit.metrics.numerals import Language
from carecredit_api.console.assets import PAGE_HEADERS
from carecredit_api.sessions import LIFE, Sessions

Page = Response[str]
ROLES: dict[Language, dict[str, str]] = {
    "it": {
        "operator": "Operatore",
        "finance": "Amministrazione",
        "integrator": "Integrazione",
        "admin": "Responsabile",
    },
    "en": {
        "operator": "Operator",
        "finance": "Finance",
        "integrator": "Integration",
        "admin": "Administrator",
    },
}


def role_of(role: str, language: Language) -> str:
    """Name a role as the pages do."""
    return ROLES[language][role]


def page_of(html: str, cookies: tuple[Cookie, ...] = (), status_code: int = 200) -> Page:
    """Answer with a page, which is kept nowhere."""
    return Response(
        html,
        status_code=status_code,
        media_type="text/html",
        headers=PAGE_HEADERS,
        cookies=list(cookies),
    )


def form_of(request: Request[Any, Any, Any]) -> tuple[str, tuple[Cookie, ...]]:
    """Make the token of a page's forms, with the cookie it is bound to."""
    sessions: Sessions = request.app.state.sessions
    session = request.cookies.get(sessions.cookie, "")
    known = request.cookies.get(sessions.form_cookie, "")
    if known:
        return sessions.form_token(known, session), ()
    nonce = secrets.token_urlsafe(24)
    cookie = cookie_of(sessions, sessions.form_cookie, nonce)
    return sessions.form_token(nonce, session), (cookie,)


def cookie_of(
    sessions: Sessions, name: str, value: str, *, seconds: int = int(LIFE.total_seconds())
) -> Cookie:
    """Make a cookie that only this site reads, and no script."""
    return Cookie(
        key=name,
        value=value,
        path="/",
        max_age=seconds,
        secure=sessions.secure,
        httponly=True,
        samesite="strict",
    )
