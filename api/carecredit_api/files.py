"""How a paper or a file leaves: its media type, its name, what a browser may do with it."""

from collections.abc import Mapping
from typing import Any

from litestar import Request, Response

from carecredit.papers import web
from carecredit_api.console.assets import SECURITY_HEADERS

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "html": "text/html",
    "pdf": "application/pdf",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "parquet": "application/vnd.apache.parquet",
}


def form_wanted(request: Request[Any, Any, Any], asked: str | None, forms: tuple[str, ...]) -> str:
    """Choose the form of an answer: what the address asks for, then what the Accept header does."""
    if asked is not None:
        return asked
    accepted = request.accept.best_match([MEDIA_TYPES[form] for form in forms], default=None)
    return next((form for form in forms if MEDIA_TYPES[form] == accepted), forms[0])


def paper_response(body: bytes, form: str, name: str) -> Response[Any]:
    """Answer with a paper: shown where a browser can, never kept, nothing fetched by it."""
    return _response(body, form, f'inline; filename="{name}.{form}"', Vary="Accept")


def table_response(body: bytes, form: str, name: str) -> Response[Any]:
    """Answer with a file to keep."""
    return _response(body, form, f'attachment; filename="{name}.{form}"')


def _response(body: bytes, form: str, disposition: str, **more: str) -> Response[Any]:
    headers = {
        **SECURITY_HEADERS,
        "Content-Security-Policy": web.policy(),
        "Content-Disposition": disposition,
        "Cache-Control": "no-store",
        **more,
    }
    return Response(body, media_type=MEDIA_TYPES[form], headers=headers)
