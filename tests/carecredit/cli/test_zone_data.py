"""The machine's own zone files beside the pinned ones."""

import shutil
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

import pytest

from carecredit.cli import zone_data
from carecredit.cli.doctor import _zones
from carecredit.kernel.calendars import IANA_VERSION

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Zone files of the pinned release, as a machine would have them."""
    for key in ("Europe/Rome", "America/Vancouver"):
        (tmp_path / key).parent.mkdir(exist_ok=True)
        file = resources.files("tzdata.zoneinfo").joinpath(*key.split("/"))
        (tmp_path / key).write_bytes(file.read_bytes())
    (tmp_path / "tzdata.zi").write_text(f"# version {IANA_VERSION}\n", encoding="ascii")
    return tmp_path


class TestToldApart:
    def test_says_nothing_of_files_that_tell_the_same(self, folder: Path) -> None:
        assert zone_data.told_apart(folder, NOW) is None

    def test_names_a_zone_that_tells_other_hours(self, folder: Path) -> None:
        shutil.copy(folder / "Europe/Rome", folder / "America/Vancouver")

        told = zone_data.told_apart(folder, NOW)

        assert told is not None
        assert "in 1 zones (America/Vancouver)" in told

    def test_names_an_older_release_though_the_hours_agree(self, folder: Path) -> None:
        (folder / "tzdata.zi").write_text("# version 2020a\n", encoding="ascii")

        told = zone_data.told_apart(folder, NOW)

        assert told is not None
        assert "are 2020a beside the pinned IANA" in told

    def test_passes_over_files_that_cannot_be_read(self, folder: Path) -> None:
        (folder / "Europe/Rome").write_bytes(b"no zone")
        (folder / "tzdata.zi").unlink()

        assert zone_data.told_apart(folder, NOW) is None


class TestDoctor:
    def test_warns_where_the_machine_tells_other_hours(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(zone_data, "TZPATH", (str(folder / "missing"), str(folder)))
        assert _zones().state == "ok"

        (folder / "tzdata.zi").write_text("# version 2020a\n", encoding="ascii")
        assert _zones().state == "warning"

        monkeypatch.setattr(zone_data, "TZPATH", ())
        assert _zones().state == "ok"
