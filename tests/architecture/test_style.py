"""What the house agreed on and no linter of its own watches."""

import ast
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOTS = ("src", "api", "workers", "migrations")
GENERATED = ROOT / "migrations" / "carecredit_migrations" / "versions"
FILES = sorted(
    path for root in ROOTS for path in (ROOT / root).rglob("*.py") if GENERATED not in path.parents
)
LINES_MAX = 300
RUFF = Path(sys.executable).parent / "ruff"
PLANTED = "src/carecredit/receivables/planted.py"
NOT_OUR_WORDS = {"debtor", "delinquent", "dunning", "collector", "target", "lead"}
CLOCKS_AND_IDS = {
    "the system clock": "import datetime\nNOW = datetime.datetime.now(datetime.UTC)\n",
    "the naive clock": "import datetime\nNOW = datetime.datetime.utcnow()\n",
    "today": "import datetime\nTODAY = datetime.date.today()\n",
    "the clock of time": "import time\nNOW = time.time()\n",
    "an id of no order": "import uuid\nID = uuid.uuid4()\n",
    "the system's zones": "import zoneinfo\nROME = zoneinfo.ZoneInfo('Europe/Rome')\n",
    "a folder taken for a package": "import workers.carecredit_workers\n",
}
SILENCED = re.compile(r"#\s*(?:noqa\b|type:\s*ignore\b).*")
WITH_REASON = re.compile(
    r"# noqa: [A-Z]+[0-9]+(?:, [A-Z]+[0-9]+)* - \S.*|# type: ignore\[[a-z, -]+\] (?:#|-) ?\S.*"
)


def every(files: list[Path]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", files, ids=lambda path: str(path.relative_to(ROOT)))


def words_of(tree: ast.AST) -> set[str]:
    names = {
        name
        for node in ast.walk(tree)
        for field in ("id", "name", "arg", "attr")
        if isinstance(name := getattr(node, field, None), str)
        # What others named is theirs: `context.target`, `configure(target_metadata=...)`.
        and not isinstance(node, ast.keyword)
        and not (field == "attr" and isinstance(getattr(node, "ctx", None), ast.Load))
    }
    parts = (re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name) for name in names)
    return {part.lower() for found in parts for part in found}


class TestEveryModule:
    @every(FILES)
    def test_says_in_a_sentence_what_lives_in_it(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")

        assert not text.strip() or ast.get_docstring(ast.parse(text))

    @every(FILES)
    def test_is_short_enough_to_read_at_one_sitting(self, path: Path) -> None:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= LINES_MAX

    @every(FILES)
    def test_uses_none_of_the_words_that_are_not_ours(self, path: Path) -> None:
        tree = ast.parse(path.read_text(encoding="utf-8"))

        assert not words_of(tree) & NOT_OUR_WORDS

    @every(FILES)
    def test_silences_no_tool_without_saying_why(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        silenced = [found[0] for line in lines if (found := SILENCED.search(line))]

        assert [line for line in silenced if not WITH_REASON.fullmatch(line)] == []

    # The desk and the command line are edges: they read the clock where nobody gave an instant.
    @every([path for path in FILES if not {"desk", "cli", "kernel"} & set(path.parts)])
    def test_answers_nothing_of_its_own_to_a_missing_clock(self, path: Path) -> None:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]

        optional = [
            function.name
            for function in functions
            for argument, default in zip(
                function.args.kwonlyargs, function.args.kw_defaults, strict=True
            )
            if argument.arg in {"now", "today"} and default is not None
        ]

        assert optional == []


class TestRuff:
    @pytest.mark.parametrize("fault", CLOCKS_AND_IDS)
    def test_catches(self, fault: str) -> None:
        done = subprocess.run(
            [RUFF, "check", "--select", "TID251", "--no-cache", "--stdin-filename", PLANTED, "-"],
            cwd=ROOT,
            input=CLOCKS_AND_IDS[fault],
            capture_output=True,
            text=True,
            check=False,
        )

        assert "TID251" in done.stdout

    def test_selects_every_rule_and_each_exclusion_has_its_reason(self) -> None:
        text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
        section = text[text.index("[tool.ruff]") : text.index("[tool.ruff.lint.flake8-tidy")]

        bare = [
            line
            for line in section.splitlines()
            if re.search(r'^\s+"[A-Z]|^"\*\*/|^extend-exclude', line) and "  #" not in line
        ]

        assert tomllib.loads(text)["tool"]["ruff"]["lint"]["select"] == ["ALL"]
        assert bare == []
