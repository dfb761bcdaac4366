"""``why``: why a service is or is not in the plan, and what would change that."""

from __future__ import annotations

import time
from pathlib import Path
from textwrap import fill
from typing import TYPE_CHECKING, Any

import click

from commission_opt.cli.app import INFEASIBLE
from commission_opt.cli.completion import complete_service
from commission_opt.cli.inputs import load, model_option, place_argument, set_option, solver_options
from commission_opt.cli.output import COLUMNS, PREFIX, Output, output_options, print_error
from commission_opt.cli.solve import STEPS, say_infeasible, say_stopped
from commission_opt.errors import InfeasibleError, StoppedError

if TYPE_CHECKING:
    from commission_opt.analysis.why import Why


@click.command()
@place_argument
@click.argument("service", shell_complete=complete_service)
@model_option
@click.option(
    "--force",
    type=float,
    metavar="VOLUME",
    help="Units a year, in the whole place, that the plan should deliver at least: shows what that displaces.",
)
@click.option("--out", metavar="FILE.json", help="Write the JSON document.")
@set_option
@solver_options
@output_options
def why(
    place: str,
    service: str,
    model: str,
    force: float | None,
    out: str | None,
    changes: dict[str, str],
    output: Output,
    **how: Any,
) -> int:
    """Explain why SERVICE is or is not in the best plan of PLACE, and what would change that.

    Takes the value of one more unit apart: what it gains, and what its money, staff and cases would gain elsewhere.

    Example: commission-opt why riverside housing_first --model aligned --force 100
    """
    from commission_opt.analysis.why import why as explain
    from commission_opt.reports.document import write_document
    from commission_opt.reports.why import why_document, why_parts

    if out is not None and Path(out).suffix.casefold() != ".json":
        raise click.BadParameter(f"'{out}' does not end in .json.", param_hint="--out")
    started = time.perf_counter()
    with output.progress("Reading the place") as tell:

        def progress(step: str) -> None:
            tell(STEPS.get(step, step))

        data, rules = load(place, model, changes)
        timings = {"read": time.perf_counter() - started}
        try:
            found = explain(data, rules, service, force, progress=progress, **how)
        except InfeasibleError as error:
            return say_infeasible(output, (data, rules, timings), error)
        except StoppedError as error:
            return say_stopped(output, (data, rules, timings), error)
        tell("Drawing up the tables")
        document = why_document(found) if output.as_json or out is not None else {}
        if out is not None:
            write_document(document, out)
    output.document(document)
    if out is not None:
        output.note(f"Written: {out}")
    return _end(output, found, why_parts(found))


def _end(output: Output, found: Why, parts: Any) -> int:
    """Show what was found, or why what was asked for cannot be; return the exit code."""
    from commission_opt.analysis.forced import Refused

    if not isinstance(found.forced, Refused):
        output.show(*parts)
        return 0
    if not output.as_json:
        from commission_opt.reports.clinic import clinic_text
        from commission_opt.reports.why import refused_sentence

        error = found.forced.error
        told = clinic_text(error.conflict, error.repairs, PREFIX)
        print_error(f"{told}\n{fill(refused_sentence(found.forced, found.plan.place.years), COLUMNS)}")
    return INFEASIBLE
