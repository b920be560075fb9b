"""The files of the pages: font, icons, style; served with an address that changes with them."""

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from carecredit_api.security import PUBLIC, needs

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every answer with a page or a file of it carries; no page needs a script."""

PAGE_HEADERS: Mapping[str, str] = {
    **SECURITY_HEADERS,
    "Cache-Control": "no-store",
    "Vary": "Accept-Language, Cookie",
}
"""The same for pages that show a session's data: they are not kept anywhere."""

TYPES = {
    ".css": "text/css",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".woff2": "font/woff2",
}
FOR_EVER = "public, max-age=31536000, immutable"


class Asset(NamedTuple):
    """One file, read once."""

    body: bytes
    media_type: str
    etag: str


@cache
def assets() -> Mapping[str, Asset]:
    """Read the files of the pages from the package."""
    folder = resources.files("carecredit_api.console") / "static"
    found = {}
    for file in folder.iterdir():
        suffix = "." + file.name.rpartition(".")[2]
        if suffix in TYPES:
            body = file.read_bytes()
            found[file.name] = Asset(body, TYPES[suffix], f'"{_digest(body)}"')
    return found


@cache
def release() -> str:
    """Give the digest of all files together; one file's change gives all a new address.

    The style sheet names the font by a relative address, so both must move as one.
    """
    return _digest(b"".join(name.encode() + file.body for name, file in sorted(assets().items())))


def asset_path(name: str) -> str:
    """Give the address of a file; asking for one that is not there is a mistake in a template."""
    assets()[name]
    return f"/static/{release()}/{name}"


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


@get(
    "/static/{digest:str}/{name:str}", sync_to_thread=False, include_in_schema=False,
    opt=needs(PUBLIC),
)  # fmt: skip
def serve_asset(
    request: Request[Any, Any, Any], digest: FromPath[str], name: FromPath[str]
) -> Response[bytes]:
    """Serve one file; under its present address it may be kept for ever, else it is asked anew."""
    asset = assets().get(name)
    if asset is None:
        raise NotFoundException
    headers = {
        **SECURITY_HEADERS,
        "Cache-Control": FOR_EVER if digest == release() else "no-cache",
        "ETag": asset.etag,
    }
    if asset.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=asset.media_type)
    return Response(asset.body, headers=headers, media_type=asset.media_type)
