"""`carecredit policy`: prove worked cases, reckon notices and late interest."""

import csv
import sys
from pathlib import Path
from typing import Any

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import Instant, desk, err, out, print_json, show_table
from carecredit.contact_policy import rules
from carecredit.contact_policy.views import Explanation
from carecredit.kernel.calendars import IANA_VERSION
from carecredit.kernel.errors import Invalid
from carecredit.kernel.phones import LIBRARY_VERSION
from carecredit.outreach.views import Simulation

FAILED = 1
_RESPECT = {"it": "Da rispettare allora:", "en": "To respect then:"}
FILE_MAX = 4 * 1024 * 1024
_JSON = click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
_LANGUAGE = click.option(
    "--language", type=click.Choice(["en", "it"]), default="en", show_default=True
)


@click.group()
def policy() -> None:
    """Ask the contact policy: may we, when, why; and prove its profiles with worked cases."""


@policy.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_JSON
def check(file: Path, as_json: bool) -> None:
    """Run a file of worked cases; print each difference, and exit with 1 on any.

    The file holds cases, term_cases and money_cases, and may bring profiles of its own, which
    count for it alone. No database is asked.
    """
    told = rules.read_cases(_text(file), file=file.name)
    found = rules.check_cases(told)
    if as_json:
        print_json({"passed": found.passed, **_builtins(found)})
    else:
        _show_differences(file, found)
    if not found.passed:
        sys.exit(FAILED)


@policy.command()
@click.option("--client", "code", required=True, help="Client company on whose behalf.")
@click.option("--customer", required=True, help="Number or id of the customer.")
@click.option(
    "--channel", type=click.Choice(sorted(rules.CHANNELS)), default="voice", show_default=True
)
@click.option(
    "--purpose",
    type=click.Choice(sorted(rules.PURPOSES)),
    help="Default: debt_collection once something is past due, else service.",
)
@click.option("--debt", "debts", multiple=True, help="About this invoice; may be repeated.")
@click.option("--requested", is_flag=True, help="The customer asked for this contact.")
@click.option("--promotion", is_flag=True, help="It also promotes something: marketing too.")
@click.option("--at", type=Instant(), help="As of this instant in place of the clock's.")
@_LANGUAGE
@_JSON
def explain(
    code: str,
    customer: str,
    language: str,
    as_json: bool,
    **asked: Any,
) -> None:
    """Say whether a customer may be contacted, when first, why, and what to respect then."""
    found = desk().policy.explain(client=code, customer=customer, **asked)
    if as_json:
        print_json(found)
        return
    _show_explanation(found, language)


@policy.command()
@click.option("--client", "code", required=True, help="Client company.")
@click.option("--days", type=click.IntRange(1, 366), default=30, show_default=True)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    help="Try this profile in place of those approved; may be repeated.",
)
@click.option("--csv", "as_csv", is_flag=True, help="Print a row for each reason as CSV.")
@_JSON
def simulate(code: str, days: int, profiles: tuple[str, ...], as_csv: bool, as_json: bool) -> None:
    """Say what these rules would have allowed and refused of the last days, by reason.

    Each attempt that was made and each touch that was planned is decided at its own time, on what
    had happened before it. Nothing is changed.
    """
    if as_csv and as_json:
        raise click.UsageError("choose one of --csv and --json")
    found = desk().policy.simulate(client=code, days=days, profiles=profiles)
    if as_json:
        print_json(found)
    elif as_csv:
        _write_simulation(found)
    else:
        _show_simulation(found)


@policy.command()
@click.argument("function", type=click.Choice(list(rules.FUNCTIONS)))
@click.argument("inputs", nargs=-1, metavar="[KEY=VALUE]...")
@_LANGUAGE
@_JSON
def reckon(function: str, inputs: tuple[str, ...], language: str, as_json: bool) -> None:
    """Reckon a formal notice's first lawful day, or late interest, as worked cases do.

    Such as: it_electricity_request received_on=2026-11-02 deadline_on=2026-11-17 reducible=true,
    or late_interest country=IT parties=B2B currency=EUR principals=1000.00 due_on=2026-03-31
    paid_on=2026-06-30. Several principals are written with commas.
    """
    answer = rules.reckon(function, _pairs(inputs), strict=False)
    if as_json:
        print_json(rules.told_of(answer))
        return
    for key, word in rules.words_of(answer).items():
        out.print(f"{key}: {word}", highlight=False)
    for sentence in rules.told_of(answer)["why"]:
        out.print(escape(sentence[language]), style="dim", highlight=False)


def _show_explanation(found: Explanation, language: str) -> None:
    _say(getattr(found.summary, language), style="bold")
    _say(f"{found.channel}, {found.purpose}", style="dim")
    for reason in found.verdict.reasons:
        _say(f"- {getattr(reason.sentence, language)}")
        end = "" if reason.not_before is None else f", {reason.not_before.isoformat()}"
        _say(f"  {reason.code} ({reason.rule_id}{end})", style="dim")
        for evidence in reason.evidence:
            _say(f"  {evidence}", style="dim")
    if found.respect:
        _say(_RESPECT[language], style="bold")
    for duty in found.respect:
        _say(f"- {getattr(duty.sentence, language)}")
    versions = found.verdict.versions
    applied = ", ".join(f"{key} {version}" for key, version in versions.rules.items()) or "-"
    data = f"tzdata {versions.tzdata}, holidays {versions.holidays}"
    _say(f"{applied}; {data}, phonenumbers {versions.phonenumbers}", style="dim")
    _say(f"sha256 {found.verdict.inputs_hash}", style="dim")


_SIMULATED = ("source", "channel", "purpose", "decision", "reason", "rule", "contacts")


def _simulated(found: Simulation) -> list[tuple[str, ...]]:
    allowed = [each for each in found.decisions if each.decision == "allow"]
    return [
        *(
            (it.source, it.channel, it.purpose, it.decision, "", "", f"{it.contacts}")
            for it in allowed
        ),
        *(
            (it.source, it.channel, it.purpose, it.decision, it.code, it.rule_id, f"{it.contacts}")
            for it in found.reasons
        ),
    ]


def _write_simulation(found: Simulation) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerows([_SIMULATED, *_simulated(found)])


def _show_simulation(found: Simulation) -> None:
    profiles = ", ".join(found.profiles) or "none approved"
    _say(f"{found.client}, {found.since.date()} to {found.until.date()}, by {profiles}")
    total = sum(each.contacts for each in found.decisions)
    allowed = sum(each.contacts for each in found.decisions if each.decision == "allow")
    _say(f"{total} contacts: {allowed} allowed, {total - allowed} refused", style="bold")
    table = Table(box=None, pad_edge=False)
    for name in _SIMULATED:
        table.add_column(name, justify="right" if name == "contacts" else "left", no_wrap=True)
    for row in _simulated(found):
        table.add_row(*map(escape, row))
    show_table(table)
    if found.reasons:
        err.print("Note: a contact refused by two rules stands in both rows", highlight=False)


def _say(text: str, style: str | None = None) -> None:
    out.print(escape(text), style=style, highlight=False)


def _text(file: Path) -> str:
    if file.stat().st_size > FILE_MAX:
        raise Invalid(f"{file.name}: a file of cases holds at most {FILE_MAX} bytes", field="file")
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise Invalid(f"{file.name}: not UTF-8 at byte {error.start}", field="file") from error


def _pairs(inputs: tuple[str, ...]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for text in inputs:
        key, equals, value = text.partition("=")
        if not equals or key in found:
            raise click.UsageError(f"{text!r}: write each input once, as key=value")
        found[key] = value.split(",") if key == "principals" else value
    return found


def _show_differences(file: Path, found: rules.Checked) -> None:
    for key in found.replaced:
        note = f"Note: {key} is the file's own here; the installed one is not tried"
        err.print(escape(note), highlight=False)
    for each in found.differences:
        out.print(f"{escape(each.case)} {escape(each.title)}".rstrip(), highlight=False)
        out.print(
            f"  {each.what}: wanted {escape(each.wanted)}, came {escape(each.came)}",
            highlight=False,
        )
        for rule in each.rules:
            out.print(f"    {escape(rule)}", style="dim", highlight=False)
    wrong = len({each.case for each in found.differences})
    versions = (
        f"tzdata {IANA_VERSION}, holidays {rules.PublicDays.version}, "
        f"phonenumbers {LIBRARY_VERSION}"
    )
    told = f"{escape(file.name)}: {found.cases - wrong} of {found.cases} cases as wanted"
    out.print(f"{told} ({versions})", highlight=False)


def _builtins(found: rules.Checked) -> dict[str, Any]:
    return {
        "cases": found.cases,
        "differences": found.differences,
        "brought": found.brought,
        "replaced": found.replaced,
    }
