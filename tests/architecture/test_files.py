"""What is committed, and what a wheel holds."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = {
    "src": "carecredit",
    "api": "carecredit_api",
    "workers": "carecredit_workers",
    "migrations": "carecredit_migrations",
}
# Put together here, so that this file does not name them itself.
DOWNLOAD_ADDRESSES = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("anaconda", "org"),
        ("npmjs", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
        ("cdnjs", "cloudflare"),
        ("deb", "debian"),
        ("archive", "ubuntu"),
        ("docker", "io"),
        ("ghcr", "io"),
        ("raw", "githubusercontent"),
    )
] + ["releases/" + "download", "--" + "index-url", "--" + "extra-index", "--" + "find-links"]


def files() -> list[str]:
    """List what is committed or about to be, by its path from the root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return sorted(name for name in listed.split("\0") if name and (ROOT / name).is_file())


class TestNoCommittedFile:
    @pytest.mark.parametrize("address", DOWNLOAD_ADDRESSES)
    def test_names_an_address_to_download_from(self, address: str) -> None:
        naming = [name for name in files() if address.encode() in (ROOT / name).read_bytes()]

        assert naming == []


class TestConstraints:
    def test_pin_exact_versions_and_nothing_else(self) -> None:
        lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if not line.startswith("#")]

        assert pins
        assert [pin for pin in pins if pin.count("==") != 1 or set(pin) & set(" ;@/*")] == []


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Build the wheel and list what is in it."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", target],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    (wheel,) = target.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


class TestTheWheel:
    def test_holds_every_file_of_the_four_packages(self, names: set[str]) -> None:
        prefixes = tuple(f"{root}/{package}/" for root, package in PACKAGES.items())
        ours = {name.split("/", 1)[1] for name in files() if name.startswith(prefixes)}

        assert ours <= names

    def test_holds_nothing_else(self, names: set[str]) -> None:
        tops = {name.split("/")[0] for name in names if ".dist-info/" not in name}

        assert tops == set(PACKAGES.values())

    @pytest.mark.parametrize("package", PACKAGES.values())
    def test_says_that_its_types_can_be_trusted(self, names: set[str], package: str) -> None:
        assert f"{package}/py.typed" in names
