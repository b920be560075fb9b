"""The fixtures themselves: what they hand out is real, empty and nearby."""

import smtplib
import socket
from email.message import EmailMessage
from urllib.parse import urlsplit

import psycopg
import pytest
import redis

import servers
import worlds
from carecredit.mandates.queries import clients
from carecredit.store.session import Store


class TestAStore:
    @pytest.mark.parametrize("turn", [1, 2])
    def test_is_empty_at_every_turn(self, store: Store, turn: int) -> None:
        with store.read(worlds.CENTRE_CALLER) as session:
            assert clients(session) == [], turn

        client_id = worlds.found_client(store)
        customer_id = worlds.add_customer(store, client_id, email="anna@example.org")
        worlds.add_invoice(store, client_id, customer_id)

        with store.read(worlds.CENTRE_CALLER) as session:
            assert [client.id for client in clients(session)] == [client_id]

    def test_on_postgresql_belongs_to_a_role_that_no_row_level_rule_lets_by(
        self, postgres_url: str
    ) -> None:
        with psycopg.connect(postgres_url) as connection:
            found = connection.execute(
                "SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user"
            ).fetchone()

        assert found == (False, False)


class TestTheServers:
    def test_valkey_is_handed_out_empty(self, valkey_url: str) -> None:
        with redis.Redis.from_url(valkey_url) as client:
            assert client.dbsize() == 0
            client.set("left", "over")

    def test_valkey_is_empty_the_next_time_too(self, valkey_url: str) -> None:
        with redis.Redis.from_url(valkey_url) as client:
            assert client.dbsize() == 0
            client.set("left", "over")

    def test_the_mail_server_keeps_messages_and_refuses_as_told(
        self, smtp_sink: servers.MailSink
    ) -> None:
        message = EmailMessage()
        message["From"], message["To"] = "care@example.org", "anna@example.org"
        message.set_content("buongiorno")
        smtp_sink.answers["gone@example.org"] = "550 5.1.1 no such mailbox"
        at = urlsplit(smtp_sink.url)

        with smtplib.SMTP(at.hostname or "", at.port or 0) as client:
            refused = client.send_message(
                message, to_addrs=["anna@example.org", "gone@example.org"]
            )

        assert [envelope.rcpt_tos for envelope in smtp_sink.received] == [["anna@example.org"]]
        assert refused["gone@example.org"][0] == 550

    def test_nothing_beyond_this_machine_can_be_reached(self) -> None:
        with pytest.raises(PermissionError, match="only loopback"):
            socket.create_connection(("192.0.2.1", 80))
