"""What the page about customers who stay shows is so."""

import doctest
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_examples_of_the_page_run_as_they_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    result = doctest.testfile(str(ROOT / "docs" / "people.md"), module_relative=False)

    assert result.attempted >= 20
    assert result.failed == 0
