"""What a browser carries: a signed session and the token of a form; neither is stored.

A session names a key and when it began. It ends by itself, and with the key.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import UTC, datetime, timedelta
from uuid import UUID

from carecredit.kernel.ids import KeyId
from carecredit.settings import Settings

LIFE = timedelta(hours=10)
"""One working day."""
_ID, _STAMP, _NONCE, _MARK = 16, 8, 16, 32
_LENGTH = _ID + _STAMP + _NONCE + _MARK


class Sessions:
    """Makes and reads the cookies of the pages."""

    def __init__(self, settings: Settings) -> None:
        self.secure = settings.public_url.startswith("https://")
        # A browser takes __Host- only over TLS; without TLS there is loopback alone.
        prefix = "__Host-" if self.secure else ""
        self.cookie = f"{prefix}carecredit"
        self.form_cookie = f"{prefix}carecredit_form"
        self._key = hmac.digest(settings.secret(), b"carecredit:session", "sha256")

    def opened(self, key_id: KeyId, *, now: datetime) -> str:
        """Make the value of a session's cookie."""
        stamp = int(now.timestamp()).to_bytes(_STAMP, "big", signed=True)
        told = key_id.bytes + stamp + secrets.token_bytes(_NONCE)
        return base64.urlsafe_b64encode(told + self._mark(b"session", told)).decode()

    def key_in(self, value: str, *, now: datetime) -> KeyId | None:
        """Read which key a session stands for; one that is forged or over stands for none."""
        try:
            raw = base64.b64decode(value.encode("ascii"), altchars=b"-_", validate=True)
        except ValueError:
            return None
        told, mark = raw[:-_MARK], raw[-_MARK:]
        if len(raw) != _LENGTH or not hmac.compare_digest(mark, self._mark(b"session", told)):
            return None
        stamp = int.from_bytes(told[_ID : _ID + _STAMP], "big", signed=True)
        began = datetime.fromtimestamp(stamp, UTC)
        return KeyId(UUID(bytes=told[:_ID])) if began <= now < began + LIFE else None

    def form_token(self, nonce: str, session: str) -> str:
        """Make the token that a form of this browser and session carries."""
        return self._mark(b"form", f"{nonce}:{session}".encode()).hex()

    def form_is_ours(self, token: str, *, nonce: str, session: str) -> bool:
        """Say whether a form came from a page that we gave this browser."""
        wanted = self.form_token(nonce, session)
        return bool(nonce) and hmac.compare_digest(token.encode(), wanted.encode())

    def _mark(self, purpose: bytes, told: bytes) -> bytes:
        return hmac.new(self._key, purpose + b":" + told, hashlib.sha256).digest()
