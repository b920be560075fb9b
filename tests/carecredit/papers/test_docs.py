"""What the page on papers shows is so."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


def test_the_examples_on_papers_run_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    result = doctest.testfile(str(ROOT / "docs" / "papers.md"), module_relative=False)

    assert result.attempted >= 20
    assert result.failed == 0
