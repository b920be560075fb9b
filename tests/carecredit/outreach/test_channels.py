"""Mail out through a real server: taken, refused, put off, slow, and cut after the final dot."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email import policy
from email.parser import BytesParser

import msgspec
import pytest

import servers
from carecredit.kernel.errors import Misconfigured
from carecredit.outreach.channels.mail import MailServer, mail_server
from carecredit.outreach.rules import Message, Outcome

MESSAGE = Message(
    message_id="0190.1@example.org",
    sender_name="Acque & Città",
    sender="care@example.org",
    recipient="k1@example.org",
    subject="Acque & Città: un promemoria per Lei",
    text="Gentile Niccolò,\n\n.una riga che comincia con un punto\nperché così\n",
)
GREETING = ("220 here", "250 here", "250 sender", "250 recipient", "354 text")


@contextmanager
def scripted(*answers: str, pause: float = 0) -> Iterator[str]:
    """Run a mail server that says these lines, one to each thing it hears, and then hangs up."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener.accept()[0] as peer, peer.makefile("rb") as heard:
            for line in answers:
                time.sleep(pause)
                peer.sendall(line.encode() + b"\r\n")
                if line.startswith("354"):
                    while heard.readline() not in {b".\r\n", b""}:
                        pass
                elif not heard.readline():
                    return

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()
        thread.join(timeout=5)


def send(url: str, *, seconds: int = 2, message: Message = MESSAGE) -> tuple[Outcome, str]:
    return mail_server(url, timeout_seconds=seconds).send(message)


class TestMailServer:
    def test_hands_a_message_over_whole(self, smtp_sink: servers.MailSink) -> None:
        outcome, detail = send(smtp_sink.url)

        assert (outcome, detail) == (Outcome.ACCEPTED, "250")
        (envelope,) = smtp_sink.received
        assert (envelope.mail_from, envelope.rcpt_tos) == ("care@example.org", ["k1@example.org"])
        assert envelope.original_content is not None
        envelope.original_content.decode("ascii")
        mail = BytesParser(policy=policy.default).parsebytes(envelope.original_content)
        assert mail["Message-ID"] == "<0190.1@example.org>"
        assert mail["From"].addresses[0].display_name == "Acque & Città"
        assert mail["Subject"] == MESSAGE.subject
        assert mail.get_content().replace("\r\n", "\n") == MESSAGE.text

    @pytest.mark.parametrize(
        ("answer", "outcome"),
        [
            ("550 5.1.1 no such mailbox", Outcome.REFUSED),
            ("552 too full", Outcome.REFUSED),
            ("554 5.7.1 relay access denied", Outcome.NOT_SENT),
            ("450 4.2.0 greylisted", Outcome.NOT_SENT),
            ("421 closing", Outcome.NOT_SENT),
        ],
    )
    def test_tells_a_bad_address_from_a_server_that_does_not_want_us(
        self, smtp_sink: servers.MailSink, answer: str, outcome: Outcome
    ) -> None:
        smtp_sink.answers[MESSAGE.recipient] = answer

        found, detail = send(smtp_sink.url)

        assert found is outcome
        assert detail.startswith("recipient refused") is (outcome is Outcome.REFUSED)
        assert MESSAGE.recipient not in detail
        assert smtp_sink.received == []

    @pytest.mark.parametrize(
        ("answers", "outcome"),
        [
            (("554 no service",), Outcome.NOT_SENT),
            (("220 here", "250 here", "550 not you"), Outcome.NOT_SENT),
            (GREETING[:2], Outcome.NOT_SENT),
            (GREETING[:4], Outcome.NOT_SENT),
            ((*GREETING[:4], "451 later"), Outcome.NOT_SENT),
            (GREETING, Outcome.UNKNOWN),
            ((*GREETING, "451 later"), Outcome.NOT_SENT),
            ((*GREETING, "554 spam"), Outcome.REFUSED),
            ((*GREETING, "250 taken"), Outcome.ACCEPTED),
        ],
        ids=[
            "no-service", "sender-refused", "cut-before-sender", "cut-before-text", "no-text",
            "cut-after-the-dot", "put-off-after-the-dot", "refused-after-the-dot", "taken",
        ],
    )  # fmt: skip
    def test_never_merges_surely_not_sent_with_maybe_sent(
        self, answers: tuple[str, ...], outcome: Outcome
    ) -> None:
        with scripted(*answers) as url:
            assert send(url)[0] is outcome

    def test_does_not_know_what_became_of_a_text_that_was_never_answered(self) -> None:
        with scripted(*GREETING, "250 taken", pause=0.3) as url:
            outcome, detail = mail_server(url, timeout_seconds=10).send(MESSAGE)
        assert (outcome, detail) == (Outcome.ACCEPTED, "250")

        with scripted(*GREETING) as url:
            outcome, detail = send(url)
        assert outcome is Outcome.UNKNOWN
        assert "after the text" in detail

    def test_has_one_time_limit_for_all_its_steps(self) -> None:
        begun = time.monotonic()

        with scripted(*GREETING, "250 taken", pause=0.4) as url:
            outcome, _ = send(url, seconds=1)

        assert outcome is Outcome.NOT_SENT
        assert time.monotonic() - begun < 3

    def test_says_not_sent_where_nobody_listens(self) -> None:
        outcome, detail = send(f"smtp://127.0.0.1:{servers.free_port()}")

        assert outcome is Outcome.NOT_SENT
        assert "ConnectionRefusedError" in detail

    def test_never_raises_whatever_the_message_holds(self, smtp_sink: servers.MailSink) -> None:
        message = msgspec.structs.replace(MESSAGE, subject="two\nlines")

        outcome, _ = send(smtp_sink.url, message=message)

        assert outcome is Outcome.REFUSED
        assert smtp_sink.received == []


class TestMailServerAddress:
    def test_reads_host_port_security_and_who_we_are(self) -> None:
        found = mail_server("smtp+starttls://us%40here:p%3Aw@mail.example.org", timeout_seconds=3)

        assert found == MailServer(
            "mail.example.org", 587, "smtp+starttls", "us@here", "p:w", timeout_seconds=3
        )

    @pytest.mark.parametrize("url", ["mail.example.org", "http://x", "smtp://", "smtp://x:port"])
    def test_refuses_what_is_none_with_the_way_out(self, url: str) -> None:
        with pytest.raises(Misconfigured, match="smtp://host:port"):
            mail_server(url, timeout_seconds=3)
