"""`carecredit statement`: a customer's account, to print or to send."""

from pathlib import Path

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import desk, out
from carecredit.metrics.numerals import LANGUAGES, Language
from carecredit.metrics.rules.dates import parse_known, parse_span
from carecredit.papers.facade import spoken_by
from carecredit.papers.statement_json import statement_json


@click.command()
@click.option("--client", "code", required=True, help="Client company on whose behalf.")
@click.option("--customer", "number", required=True, help="Number of the customer.")
@click.option("--as-of", help="At the end of this day, or month for its end (default: today).")
@click.option("--since", help="Tell movements from this day on (default: three months before).")
@click.option("--known-at", help="As known at the end of a day, or at an instant.")
@click.option("--lang", type=click.Choice(LANGUAGES), help="Default: the customer's language.")
@click.option(
    "--out", "file", type=click.Path(dir_okay=False, path_type=Path),
    help="File to write, .pdf, .html or .json (default: JSON on standard output).",
)  # fmt: skip
def statement(
    code: str,
    number: str,
    as_of: str | None,
    since: str | None,
    known_at: str | None,
    lang: str | None,
    file: Path | None,
) -> None:
    """Write a customer's statement of account: what is open, what came in, how to pay."""
    papers = desk().papers
    found = papers.statement(
        client=code,
        customer=number,
        as_of=parse_span(as_of).last if as_of else None,
        since=parse_span(since).first if since else None,
        known_at=parse_known(known_at) if known_at else None,
    )
    language: Language | None = spoken_by(lang) if lang else None
    if file is None:
        click.echo(statement_json(found))
        return
    papers.write_statement(found, file, language=language)
    out.print(f"The statement of {escape(found.customer)} is in {escape(str(file))}.")
