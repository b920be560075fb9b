"""A client company, and its ledger brought in from files."""

from collections.abc import Callable
from pathlib import Path

import pytest

import worlds
from carecredit.intake.operations import ImportRefused
from carecredit.intake.views import Report
from carecredit.kernel.ids import ClientId
from carecredit.store.session import Store

Bring = Callable[..., Report]
Problems = Callable[..., list[tuple[str, int, str, str]]]


@pytest.fixture
def client_id(store: Store) -> ClientId:
    return worlds.found_client(store)


@pytest.fixture
def bring(store: Store, client_id: ClientId, tmp_path: Path) -> Bring:
    """Write a ledger and take it in; `into` is a folder for the bad rows."""

    def bring(into: Path | None = None, now: object = worlds.NOW, **files: worlds.Rows) -> Report:
        folder = tmp_path / f"ledger-{len(list(tmp_path.iterdir()))}"
        worlds.write_ledger(folder, **files)
        return worlds.bring(store, client_id, folder, rejects=into, now=now)

    return bring


@pytest.fixture
def problems(bring: Bring) -> Problems:
    """Bring in files that must be refused, and say where and why."""

    def problems(**files: worlds.Rows) -> list[tuple[str, int, str, str]]:
        with pytest.raises(ImportRefused) as refused:
            bring(**files)
        return [
            (one.file, one.line, one.column, one.value) for one in refused.value.report.problems
        ]

    return problems
