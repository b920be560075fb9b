"""Settings: where each comes from, and plain words when one cannot be had."""

from pathlib import Path

import pytest

from carecredit import settings
from carecredit.kernel.errors import Misconfigured

LONG = "k" * 32


class TestASetting:
    def test_comes_from_the_environment_before_the_file(self, tmp_path: Path) -> None:
        file = tmp_path / "carecredit.toml"
        file.write_text('mail_from = "file@example.org"\npool_size = 4\n', encoding="utf-8")
        environ = {"CARECREDIT_CONFIG": str(file), "CARECREDIT_MAIL_FROM": "env@example.org"}

        found = settings.load(environ)

        assert (found.mail_from, found.pool_size) == ("env@example.org", 4)

    def test_that_is_empty_counts_as_not_given(self) -> None:
        assert settings.load({"CARECREDIT_POOL_SIZE": ""}).pool_size == 16

    @pytest.mark.parametrize("name", ["DATABASE_URL", "SECRET_KEY", "SMTP_URL"])
    def test_that_is_secret_may_stand_in_a_file_of_its_own(self, tmp_path: Path, name: str) -> None:
        file = tmp_path / "secret"
        file.write_text("from the file\n", encoding="utf-8")

        found = settings.load({f"CARECREDIT_{name}_FILE": str(file)})

        assert getattr(found, name.lower()) == "from the file"

    def test_given_outright_goes_before_its_file(self) -> None:
        environ = {"CARECREDIT_SECRET_KEY": LONG, "CARECREDIT_SECRET_KEY_FILE": "/nowhere"}

        assert settings.load(environ).secret() == LONG.encode()

    @pytest.mark.parametrize(
        ("environ", "words"),
        [
            ({"CARECREDIT_SECRET_KEY_FILE": "/nowhere"}, "CARECREDIT_SECRET_KEY_FILE names"),
            ({"CARECREDIT_CONFIG": "/nowhere"}, "CARECREDIT_CONFIG names /nowhere"),
            ({"CARECREDIT_POOL_SIZE": "many"}, "pool_size"),
            ({"CARECREDIT_BROKER_URL": "kafka://x"}, "CARECREDIT_BROKER_URL starts with"),
        ],
    )
    def test_that_cannot_be_had_is_named(self, environ: dict[str, str], words: str) -> None:
        with pytest.raises(Misconfigured, match=words):
            settings.load(environ)

    @pytest.mark.parametrize(
        ("text", "words"), [("pool_size =", "is no TOML"), ("colour = 1", "colour")]
    )
    def test_file_that_makes_no_sense_is_named(self, tmp_path: Path, text: str, words: str) -> None:
        file = tmp_path / "carecredit.toml"
        file.write_text(text, encoding="utf-8")

        with pytest.raises(Misconfigured, match=words):
            settings.load({"CARECREDIT_CONFIG": str(file)})

    def test_that_is_misspelt_is_listed(self) -> None:
        environ = {
            "CARECREDIT_DATABSE_URL": "x",
            "CARECREDIT_SECRET_KEY_FILE": "x",
            "CARECREDIT_POOL_SIZE": "1",
            "CARECREDIT_TEST_AMQP_URL": "x",
            "PATH": "x",
        }

        assert settings.unknown_names(environ) == ["CARECREDIT_DATABSE_URL"]


class TestTheDatabaseAddress:
    def test_has_no_default(self) -> None:
        with pytest.raises(Misconfigured, match="set CARECREDIT_DATABASE_URL"):
            settings.load({}).database()

    def test_must_be_one_and_is_not_repeated_in_the_complaint(self) -> None:
        given = settings.Settings(database_url="not an address with:a-password")

        with pytest.raises(Misconfigured, match="names neither SQLite nor PostgreSQL") as caught:
            given.database()

        assert "a-password" not in str(caught.value)


class TestTheSecretKey:
    @pytest.mark.parametrize(("key", "words"), [("", "is missing"), ("k" * 31, "is too short")])
    def test_must_be_long_and_the_complaint_says_how_to_make_one(
        self, key: str, words: str
    ) -> None:
        with pytest.raises(Misconfigured, match=f"{words}.*openssl rand") as caught:
            settings.Settings(secret_key=key).secret()

        assert not key or key not in str(caught.value)
