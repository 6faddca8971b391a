"""What came of deals: `outcomes`."""

import typer

from jobs.cli.terminal import print_json, print_table, say, texts

t = texts()
COLUMNS = (
    *(f"outcomes.column.{name}" for name in ("closed_on", "status", "title", "kind")),
    *("field.contract_sum", "field.technical_sum"),  # the sums below tell their money
    *(f"outcomes.column.{name}" for name in ("registration_numbers", "visits")),
)


def register(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("outcomes", help=t("cli.outcomes.help"))(outcomes)


def outcomes(
    year: int = typer.Option(0, "--year", help=t("cli.outcomes.year"), show_default=False),
    as_json: bool = typer.Option(False, "--json", help=t("cli.json")),
) -> None:
    """What came of the deals closed in a year, or ever: for the yearly report."""
    from core.money import money_text
    from jobs.cli.context import open_database
    from workflow.reports.outcomes import read_outcomes
    from workflow.users import OPERATOR

    with open_database() as database, database.reading() as session:
        found = read_outcomes(session, OPERATOR, year or None)
    if as_json:
        print_json(found.model_dump(mode="json"))
        return
    rows = [
        (
            str(line.closed_on),
            t(f"enum.DealStatus.{line.status}"),
            line.title,
            t(f"enum.ContractKind.{line.kind}") if line.kind else "",
            *(
                "" if amount is None else money_text(t, amount, line.currency)
                for amount in (line.contract_sum, line.technical_sum)
            ),
            line.registration_numbers,
            str(line.visits),
        )
        for line in found.lines
    ]
    if rows:
        print_table(COLUMNS, rows)
    else:
        say("list.nothing")
