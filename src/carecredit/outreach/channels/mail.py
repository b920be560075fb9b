"""E-mail out over SMTP: one message, one conversation, an honest outcome.

After the final dot the server may have accepted although we never hear of it (RFC 1047): such a
message is unknown and is never sent again by itself.
"""

import smtplib
import ssl
import time
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formataddr
from pathlib import Path
from urllib.parse import unquote, urlsplit

import msgspec

from carecredit.kernel.errors import Misconfigured
from carecredit.outreach.channels import Channel
from carecredit.outreach.rules import RECIPIENT_REFUSED, Message, Outcome

_PORTS = {"smtp": 25, "smtps": 465, "smtp+starttls": 587}
_START, _PERMANENT = 354, 500
_POLICY = b"5.7."
"""A refusal about us and not about the address (RFC 3463: security or policy)."""
_PLAIN = SMTP.clone(cte_type="7bit")
"""Seven bits pass every server; not each announces that it takes eight."""


class MailServer(msgspec.Struct, frozen=True):
    """Where mail goes: host, port, whether and how it is encrypted, who we are there."""

    host: str
    port: int
    security: str
    user: str | None
    password: str | None
    timeout_seconds: int

    def send(self, message: Message) -> tuple[Outcome, str]:
        """Hand one message over in the time there is; until the text leaves, surely not sent."""
        try:
            text = _dotted(_build(message))
        except ValueError as error:
            return Outcome.REFUSED, f"the message cannot be written down: {_told(error)}"
        deadline = time.monotonic() + self.timeout_seconds
        try:
            connection = self._connect(deadline)
        except (OSError, smtplib.SMTPException) as error:
            return Outcome.NOT_SENT, f"the mail server did not take us: {_told(error)}"
        try:
            return _hand_over(connection, message, text, deadline)
        finally:
            _leave(connection)

    def _connect(self, deadline: float) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self.security == "smtps":
            connection: smtplib.SMTP = smtplib.SMTP_SSL(
                self.host, self.port, timeout=self.timeout_seconds, context=context
            )
        else:
            connection = smtplib.SMTP(self.host, self.port, timeout=self.timeout_seconds)
        try:
            _hurry(connection, deadline)
            if self.security == "smtp+starttls":
                connection.starttls(context=context)
                _hurry(connection, deadline)
            connection.ehlo_or_helo_if_needed()
            if self.user:
                _hurry(connection, deadline)
                connection.login(self.user, self.password or "")
        except BaseException:
            connection.close()
            raise
        return connection


def way_out(url: str, *, timeout_seconds: int) -> Channel:
    """Choose the way out for e-mail by its address; with none set, nothing is ever sent."""
    if not url:
        return NoWay()
    if url.startswith("file://"):
        return MailFolder(Path(unquote(urlsplit(url).path)))
    return mail_server(url, timeout_seconds=timeout_seconds)


class NoWay(msgspec.Struct, frozen=True):
    """No mail server is set: messages wait, and say so."""

    def send(self, message: Message) -> tuple[Outcome, str]:  # noqa: ARG002 - the port's form
        """Send nothing."""
        return Outcome.NOT_SENT, "no mail server is set (CARECREDIT_SMTP_URL)"


class MailFolder(msgspec.Struct, frozen=True):
    """Writes messages down as files, for a demo or a rehearsal; nobody receives them."""

    folder: Path

    def send(self, message: Message) -> tuple[Outcome, str]:
        """Write one message; the same id is never written twice."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with (self.folder / f"{message.message_id}.eml").open("xb") as file:
                file.write(_build(message))
        except OSError as error:
            return Outcome.NOT_SENT, f"the folder takes no file: {_told(error)}"
        return Outcome.ACCEPTED, "written down"


def mail_server(url: str, *, timeout_seconds: int) -> MailServer:
    """Read a mail server's address; raises `Misconfigured` with the way out."""
    parts = urlsplit(url)
    try:
        host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
    except (KeyError, ValueError):  # no scheme of ours, or a port that is no number
        host = None
    if not host:
        raise Misconfigured(
            "CARECREDIT_SMTP_URL is no mail server: write smtp://host:port, "
            "smtp+starttls://user:password@host:587 or smtps://host:465",
            field="smtp_url",
        )
    return MailServer(
        host=host,
        port=port,
        security=parts.scheme,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        timeout_seconds=timeout_seconds,
    )


def _hand_over(
    connection: smtplib.SMTP, message: Message, text: bytes, deadline: float
) -> tuple[Outcome, str]:
    try:
        early = _envelope(connection, message, deadline)
    except (OSError, smtplib.SMTPException) as error:
        return Outcome.NOT_SENT, f"the mail server left before the text: {_told(error)}"
    if early is not None:
        return early
    try:
        connection.send(text)
        code, answer = connection.getreply()
    except (OSError, smtplib.SMTPException) as error:
        return Outcome.UNKNOWN, f"no answer after the text had left: {_told(error)}"
    if code < 300:  # noqa: PLR2004 - SMTP's 2xx: accepted
        return Outcome.ACCEPTED, f"{code}"
    if code >= _PERMANENT:
        return Outcome.REFUSED, f"the mail server refused the text: {code} {_text(answer)}"
    return Outcome.NOT_SENT, f"the mail server put it off: {code} {_text(answer)}"


def _envelope(
    connection: smtplib.SMTP, message: Message, deadline: float
) -> tuple[Outcome, str] | None:
    _hurry(connection, deadline)
    code, answer = connection.mail(message.sender)
    if code != 250:  # noqa: PLR2004 - SMTP's "requested action okay"
        return Outcome.NOT_SENT, f"the mail server refused the sender: {code} {_text(answer)}"
    _hurry(connection, deadline)
    code, answer = connection.rcpt(message.recipient)
    if code >= _PERMANENT and answer.startswith(_POLICY):
        return Outcome.NOT_SENT, f"the mail server does not take mail from us: {code}"
    if code >= _PERMANENT:
        return Outcome.REFUSED, f"{RECIPIENT_REFUSED}: {code}"
    if code not in {250, 251}:
        return Outcome.NOT_SENT, f"the mail server put the recipient off: {code}"
    _hurry(connection, deadline)
    code, answer = connection.docmd("DATA")
    if code != _START:
        return Outcome.NOT_SENT, f"the mail server wanted no text: {code} {_text(answer)}"
    _hurry(connection, deadline)
    return None


def _build(message: Message) -> bytes:
    mail = EmailMessage(policy=_PLAIN)
    mail["Message-ID"] = f"<{message.message_id}>"
    mail["From"] = formataddr((message.sender_name, message.sender))
    mail["To"] = message.recipient
    mail["Subject"] = message.subject
    mail["Auto-Submitted"] = "auto-generated"
    mail["List-Unsubscribe"] = f"<mailto:{message.sender}?subject=stop>"
    mail.set_content(message.text)
    return mail.as_bytes()


def _dotted(text: bytes) -> bytes:
    stuffed = text.replace(b"\r\n.", b"\r\n..")
    return stuffed + (b"" if stuffed.endswith(b"\r\n") else b"\r\n") + b".\r\n"


def _hurry(connection: smtplib.SMTP, deadline: float) -> None:
    """Give the next step what is left of the time; nothing left is a timeout."""
    left = deadline - time.monotonic()
    if left <= 0 or connection.sock is None:
        raise TimeoutError
    connection.sock.settimeout(left)


def _leave(connection: smtplib.SMTP) -> None:
    try:
        connection.quit()
    except (OSError, smtplib.SMTPException):
        connection.close()


def _told(error: BaseException) -> str:
    return type(error).__name__


def _text(answer: bytes) -> str:
    return answer.decode("ascii", "replace")[:100]
