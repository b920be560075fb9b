"""The command line `carecredit`; shells join it by the entry points `carecredit.commands`."""

import sys
from importlib.metadata import entry_points

import rich_click as click
from sqlalchemy.exc import DBAPIError, IntegrityError

from carecredit.cli.again import CARE_REPORTS
from carecredit.cli.arrangements import payment_plan, promise
from carecredit.cli.case import case
from carecredit.cli.case_time import COMMANDS as CASE_TIME
from carecredit.cli.contact import contact, timeline
from carecredit.cli.context import complain
from carecredit.cli.customer import customer
from carecredit.cli.customer_holds import COMMANDS as HOLDS
from carecredit.cli.doctor import doctor
from carecredit.cli.duplicates import duplicates
from carecredit.cli.knowledge import COMMANDS as KNOWLEDGE
from carecredit.cli.ledger import import_
from carecredit.cli.mandates import mandate
from carecredit.cli.movements import aging, cure, forecast, recovery, roll
from carecredit.cli.numbers import metric, parts
from carecredit.cli.people import IMPORTS, REPORTS
from carecredit.cli.plan import plan, worklist
from carecredit.cli.policy import policy
from carecredit.cli.policy_approvals import COMMANDS as APPROVALS
from carecredit.cli.policy_replay import COMMANDS as REPLAYS
from carecredit.cli.policy_week import calendar
from carecredit.cli.pulse import pulse
from carecredit.cli.receivables import ledger
from carecredit.cli.recording import COMMANDS as RECORDING
from carecredit.cli.reliefs import proof, reasons, relief
from carecredit.cli.reminders import REMINDERS
from carecredit.cli.report import report
from carecredit.cli.setup import client, db, key
from carecredit.cli.statement import statement
from carecredit.cli.sums import bi_role, sum_up, verify
from carecredit.cli.survey import survey
from carecredit.cli.task import next_, task
from carecredit.cli.team import COMMANDS as TEAM
from carecredit.kernel.errors import CareCreditError, Misconfigured

FAILED, MISUSED, MISCONFIGURED = 1, 2, 3
_OTHERS_FIRST = "another process wrote the same at the same moment; run the command again"
SHELLS = "carecredit.commands"


class Commands(click.RichGroup):
    """Our commands, and those of the shells, loaded only when they are asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name every command."""
        return sorted({*super().list_commands(ctx), *entry_points(group=SHELLS).names})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Find a command, in a shell's package where it is not ours."""
        ours = super().get_command(ctx, cmd_name)
        found = entry_points(group=SHELLS, name=cmd_name)
        if ours is not None or not found:
            return ours
        command: click.Command = next(iter(found)).load()
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="carecredit")
def carecredit() -> None:
    """Customer care and gentle credit collection in one system.

    Set CARECREDIT_DATABASE_URL and CARECREDIT_SECRET_KEY first (`carecredit doctor` looks), or try
    `carecredit demo`. Exit codes: 0 done, 1 refused or failed, 2 misused, 3 misconfigured.
    """


for command in (db, client, mandate, key, import_, ledger, pulse, plan, worklist):
    carecredit.add_command(command)
for command in (report, statement, customer, contact, timeline, survey, task, next_):
    carecredit.add_command(command)
for command in (promise, payment_plan, relief, proof, reasons):
    carecredit.add_command(command)
for command in (case, policy, doctor, duplicates):
    carecredit.add_command(command)
for command in (*TEAM, *KNOWLEDGE):
    carecredit.add_command(command)
for command in REMINDERS:
    promise.add_command(command)
for command in HOLDS:
    customer.add_command(command)
for command in RECORDING:
    ledger.add_command(command)
for command in CASE_TIME:
    case.add_command(command)
for command in IMPORTS:
    import_.add_command(command)
for command in (*REPORTS, metric, parts, aging, roll, cure, recovery, forecast, *CARE_REPORTS):
    report.add_command(command)


for command in (sum_up, bi_role):
    db.add_command(command)
report.add_command(verify)
for command in (calendar, *APPROVALS, *REPLAYS):
    policy.add_command(command)


def main() -> None:
    """Run the command line; errors are told in plain words on standard error."""
    try:
        carecredit(standalone_mode=True)
    except Misconfigured as error:
        complain(error.code, error.message)
        sys.exit(MISCONFIGURED)
    except CareCreditError as error:
        complain(error.code, error.message)
        sys.exit(FAILED)
    except DBAPIError as error:
        if isinstance(error, IntegrityError) or _others_first(error):
            complain("others_first", _OTHERS_FIRST)
            sys.exit(FAILED)
        complain("database", _database_trouble(error))
        sys.exit(MISCONFIGURED)
    except OSError as error:
        complain("system", f"{error.strerror or error}: {error.filename or ''}".rstrip(": "))
        sys.exit(FAILED)


def _others_first(error: DBAPIError) -> bool:
    return getattr(error.orig, "sqlstate", None) == "40001"  # could not serialize access


def _database_trouble(error: DBAPIError) -> str:
    said = " ".join(str(error.orig).split())
    return (
        f"the database cannot be used: {said}\nCheck CARECREDIT_DATABASE_URL, that the server "
        "runs and that its disk has room; `carecredit doctor` looks at the whole set-up"
    )
