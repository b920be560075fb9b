"""The place in a list as callers see it: opaque, signed, good for one client company's list."""

import base64
import hashlib
import hmac
from uuid import UUID

from carecredit.kernel.errors import Invalid

_ID, _MARK = 16, 16


class CursorInvalid(Invalid):
    """A cursor is not one that this list gave."""

    code = "cursor_invalid"


class Cursors:
    """Makes and reads cursors under the house's secret key."""

    def __init__(self, secret: bytes) -> None:
        self._key = hmac.digest(secret, b"carecredit:cursor", "sha256")

    def after(self, last: UUID, *, of: str) -> str:
        """Make the cursor of what comes after a row of a list."""
        return self.at(last.bytes, of=of)

    def read(self, text: str, *, of: str) -> UUID:
        """Read the row a cursor stands after; raises `CursorInvalid`."""
        return UUID(bytes=self.place(text, of=of, length=_ID))

    def at(self, place: bytes, *, of: str) -> str:
        """Make the cursor of what comes after a place in a list."""
        return base64.urlsafe_b64encode(place + self._mark(place, of)).decode()

    def place(self, text: str, *, of: str, length: int) -> bytes:
        """Read the place a cursor stands after; raises `CursorInvalid`."""
        try:
            raw = base64.b64decode(text.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            raw = b""
        told, mark = raw[:length], raw[length:]
        if len(raw) != length + _MARK or not hmac.compare_digest(mark, self._mark(told, of)):
            raise CursorInvalid("take the cursor from the answer before, unchanged", field="cursor")
        return told

    def _mark(self, told: bytes, of: str) -> bytes:
        return hmac.new(self._key, of.encode() + b":" + told, hashlib.sha256).digest()[:_MARK]
