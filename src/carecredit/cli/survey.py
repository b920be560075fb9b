"""`carecredit survey`: what customers are asked about a contact, and what they answer."""

from datetime import datetime
from typing import Any
from uuid import UUID

import rich_click as click
from rich.markup import escape
from rich.table import Table

from carecredit.cli.context import Instant, desk, err, out, print_json, show_table
from carecredit.desk.quality import Asked
from carecredit.kernel.ids import SurveyId
from carecredit.quality.rules import SurveyKind

_CLIENT = click.option("--client", "code", required=True, help="Client company.")
_SURVEY = click.argument("survey_id", type=click.UUID)
_KIND = click.option("--kind", type=click.Choice([str(it) for it in SurveyKind]), required=True)


@click.group()
def survey() -> None:
    """What customers say of a contact: asked neutrally, seldom, never as a condition."""


@survey.command()
@_CLIENT
@_KIND
@click.option("--question-it", required=True, help="In Italian; one that steers is refused.")
@click.option("--question-en", required=True, help="In English.")
@click.option(
    "--sample",
    "sample_per_mille",
    type=int,
    default=200,
    show_default=True,
    help="Of a thousand contacts, so many are asked about.",
)
@click.option("--cap-days", type=int, default=90, show_default=True)
@click.option("--low-at-most", type=int, default=2, show_default=True)
@click.option("--answer-days", type=int, default=7, show_default=True)
def ask(code: str, **asked: Any) -> None:
    """Set what is asked from now on."""
    terms = desk().quality(client=code).ask(Asked(**asked))
    out.print(f"Version {terms.version} is asked from now on.")


@survey.command("list")
@_CLIENT
@click.option("--customer", help="Number of a customer.")
@click.option("--low", "low_only", is_flag=True, help="Low answers nobody has concluded.")
@click.option("--limit", type=click.IntRange(1, 200), default=50, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def list_(code: str, as_json: bool, **narrowed: Any) -> None:
    """List surveys, newest first."""
    found = desk().quality(client=code).surveys(**narrowed)
    if as_json:
        print_json(found)
        return
    table = Table(box=None, pad_edge=False)
    for name in ("id", "asked", "kind", "state", "why not", "score", "owner", "comment"):
        table.add_column(name, no_wrap=name != "comment")
    for it in found:
        score = "" if it.score is None else str(it.score)
        table.add_row(
            str(it.id), f"{it.asked_at:%Y-%m-%d}", it.kind, it.state, it.reason or "", score,
            escape(it.owner or ""), escape(it.comment),
        )  # fmt: skip
    show_table(table)
    if not found:
        err.print("No survey.")


@survey.command()
@_CLIENT
@_SURVEY
@click.argument("score", type=int)
@click.option("--comment", default="")
def answer(code: str, survey_id: UUID, score: int, comment: str) -> None:
    """Take an answer."""
    desk().quality(client=code).answer(SurveyId(survey_id), score=score, comment=comment)


@survey.command()
@_CLIENT
@_SURVEY
def sent(code: str, survey_id: UUID) -> None:
    """Write down that the question went out."""
    desk().quality(client=code).sent(SurveyId(survey_id))


@survey.command()
@_CLIENT
@_SURVEY
def refuse(code: str, survey_id: UUID) -> None:
    """Write down that the person would rather not answer."""
    desk().quality(client=code).refuse(SurveyId(survey_id))


@survey.command()
@_CLIENT
@_SURVEY
@click.option("--owner", required=True)
def own(code: str, survey_id: UUID, owner: str) -> None:
    """Give a low answer an owner."""
    desk().quality(client=code).own(SurveyId(survey_id), owner=owner)


@survey.command()
@_CLIENT
@_SURVEY
@click.option("--learnt", "conclusion", required=True, help="What was learnt, and what changes.")
def conclude(code: str, survey_id: UUID, conclusion: str) -> None:
    """Close a low answer with what was learnt."""
    desk().quality(client=code).conclude(SurveyId(survey_id), conclusion=conclusion)


@survey.command()
@_CLIENT
@_KIND
@click.option("--since", type=Instant(), required=True)
@click.option("--until", type=Instant(), required=True)
def scores(code: str, kind: str, since: datetime, until: datetime) -> None:
    """Count answers, with those who did not answer beside them."""
    print_json(desk().quality(client=code).scores(kind=kind, since=since, until=until))
