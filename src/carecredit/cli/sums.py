"""`carecredit db sum-up`, `db bi-role` and `report verify`: the sums by day, and who reads them."""

import sys

import rich_click as click
from rich.markup import escape

from carecredit.cli.context import desk, err, out, print_json
from carecredit.mandates.queries import client_by_code
from carecredit.store.bi import role_statements

DIFFERENT = 1


@click.command("sum-up")
@click.option("--client", "code", help="Client company (default: each that has a tail).")
@click.option("--anew", is_flag=True, help="Forget the stored sums and add everything again.")
def sum_up(code: str | None, anew: bool) -> None:
    """Store the sums by day of what came in since the last time."""
    if anew:
        if code is None:
            raise click.UsageError("--anew is for one company: --client CODE")
        books = desk().finance.anew(client=code)
        out.print(f"{escape(code)}: {books} books summed anew.")
        return
    done = desk().finance.sum_up(client=code)
    for each in done:
        out.print(f"{escape(each.client)}: {each.books} books summed.")
    if not done:
        out.print("Nothing came in since the last time.")


@click.command()
@click.option("--client", "code", required=True, help="Client company whose book it is.")
@click.option("--json", "as_json", is_flag=True, help="Print the answer as JSON.")
def verify(code: str, as_json: bool) -> None:
    """Work out every sum anew from the entries and name each that is stored otherwise.

    Takes as long as reading the whole book does. Exit code 1 where one differs.
    """
    tail, wrong = desk().finance.tail(client=code), desk().finance.proof(client=code)
    if as_json:
        print_json({"client": code, "unsummed_books": tail, "differing": wrong})
    else:
        told = "differ from the entries" if wrong else "are what the entries say"
        out.print(f"{escape(code)}: the sums by day {told}; {tail} books are not stored yet.")
    for each in wrong:
        err.print(f"Differs: {escape(each)}")
    if wrong:
        err.print("`carecredit db sum-up --anew --client CODE` works them out again.")
        sys.exit(DIFFERENT)


@click.command("bi-role")
@click.argument("name")
@click.option("--client", "code", required=True, help="The one client company it may read.")
def bi_role(name: str, code: str) -> None:
    """Print the SQL that makes a read-only PostgreSQL role for the bi_ views.

    An administrator runs it, as the owner of the tables; nothing is run here.
    """
    with desk().store.read(desk().caller) as session:
        found = client_by_code(session, code=code)
    for statement in role_statements(name, found.id):
        click.echo(f"{statement};")
    err.print(f"Pipe this into psql, then give it a password there: \\password {escape(name)}")
