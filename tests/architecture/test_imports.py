"""The import rules hold, and each of them bites."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOTS = ("src", "api", "workers", "migrations")
CONTRACTS = 7
Lint = Callable[[], str]
FAULTS = {
    "a capability importing a higher one": (
        "src/carecredit/receivables/rules/kinds.py",
        "import carecredit.outreach",
        "Capabilities point downwards",
    ),
    "siblings importing each other": (
        "src/carecredit/worklist/__init__.py",
        "import carecredit.metrics",
        "Capabilities point downwards",
    ),
    "a package that was given no place": (
        "src/carecredit/gossip/__init__.py",
        "",
        "Capabilities point downwards",
    ),
    "a rule importing a model": (
        "src/carecredit/receivables/rules/kinds.py",
        "import carecredit.receivables.model",
        "Inside a capability",
    ),
    "a query importing an operation": (
        "src/carecredit/mandates/queries.py",
        "import carecredit.mandates.operations",
        "Inside a capability",
    ),
    "a rule importing SQLAlchemy": (
        "src/carecredit/receivables/rules/kinds.py",
        "import sqlalchemy",
        "Rules are pure",
    ),
    "the kernel writing a log": (
        "src/carecredit/kernel/money.py",
        "import logging",
        "Rules are pure",
    ),
    "the library importing Dramatiq": (
        "src/carecredit/schema.py",
        "import dramatiq",
        "The library knows no framework",
    ),
    "the API importing a model": (
        "api/carecredit_api/__init__.py",
        "import carecredit.mandates.model",
        "Shells never touch tables",
    ),
    "the workers importing a model": (
        "workers/carecredit_workers/__init__.py",
        "from carecredit.customers import model",
        "Shells never touch tables",
    ),
    "the workers importing the API": (
        "workers/carecredit_workers/__init__.py",
        "import carecredit_api",
        "Shells stand on the library, never on each other",
    ),
    "the library importing a shell": (
        "src/carecredit/schema.py",
        "import carecredit_migrations",
        "Shells stand on the library, never on each other",
    ),
    "a cycle": (
        "src/carecredit/kernel/errors.py",
        "import carecredit.kernel.money",
        "No cycles anywhere",
    ),
}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The four packages and their settings, to plant faults in."""
    target = tmp_path_factory.mktemp("house")
    for root in ROOTS:
        shutil.copytree(ROOT / root, target / root, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", target)
    return target


@pytest.fixture(scope="module")
def lint(copy: Path) -> Lint:
    """Run the import rules on the copy."""
    path = os.pathsep.join(str(copy / root) for root in ROOTS)

    def run() -> str:
        done = subprocess.run(
            [Path(sys.executable).parent / "lint-imports", "--no-cache"],
            cwd=copy,
            env=os.environ | {"PYTHONPATH": path, "NO_COLOR": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    return run


@pytest.fixture
def plant(copy: Path) -> Iterator[Callable[[str, str], None]]:
    """Add a line to a file of the copy, and take it back after the test."""
    before: dict[Path, str | None] = {}

    def add(name: str, line: str) -> None:
        path = copy / name
        before[path] = path.read_text(encoding="utf-8") if path.exists() else None
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{before[path] or ''}\n{line}\n", encoding="utf-8")

    yield add
    for path, text in before.items():
        if text is None:
            shutil.rmtree(path.parent)
        else:
            path.write_text(text, encoding="utf-8")


class TestTheImportRules:
    def test_hold(self, lint: Lint) -> None:
        assert f"Contracts: {CONTRACTS} kept, 0 broken." in lint()

    @pytest.mark.parametrize("fault", FAULTS)
    def test_catch(self, lint: Lint, plant: Callable[[str, str], None], fault: str) -> None:
        name, line, contract = FAULTS[fault]

        plant(name, line)

        assert f"{contract} BROKEN" in lint()

    def test_leave_the_kernel_light(self) -> None:
        code = (
            "import sys, carecredit.kernel.money\n"
            "print(sorted({'sqlalchemy', 'alembic', 'litestar', 'dramatiq'} & set(sys.modules)))"
        )

        loaded = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout

        assert loaded.strip() == "[]"
