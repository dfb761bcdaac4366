"""``solve``: the certified plan of a place under a model."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commission_opt.cli.app import INFEASIBLE, STOPPED
from commission_opt.cli.inputs import (
    cluster_options,
    load,
    model_option,
    place_argument,
    require_areas,
    set_option,
    solver_options,
)
from commission_opt.cli.output import PREFIX, Output, output_options, print_error
from commission_opt.errors import InfeasibleError, StoppedError

if TYPE_CHECKING:
    from commission_opt.model.model import Model
    from commission_opt.place.place import Place
    from commission_opt.plan.plan import Plan
    from commission_opt.plan.run import Progress
    from commission_opt.reports.terminal import Part

STEPS = {
    "compile": "Preparing the figures",
    "formulate": "Writing down the rules",
    "solve": "Looking for the best plan",
    "certify": "Checking the answer",
    "explain": "Finding out which rules cannot hold together",
}
"""What the steps of a solve are called while they run."""


@click.command()
@place_argument
@model_option
@click.option(
    "--out",
    multiple=True,
    metavar="PATH",
    help="Write the plan: a folder of CSV tables, or a file that ends in .html, .xlsx or .json. May be repeated.",
)
@set_option
@solver_options
@cluster_options
@output_options
def solve(place: str, model: str, out: tuple[str, ...], changes: dict[str, str], output: Output, **how: Any) -> int:
    """Find the best plan of PLACE under a model, and prove it.

    Prints what the plan gains, who pays, what changes and what stands in the way.

    Examples: commission-opt solve riverside --model total_place --out plan.html
    """
    require_areas(how)
    writers = [(path, writer_of(path, how)) for path in out]
    started = time.perf_counter()
    with output.progress("Reading the place") as tell:
        data, rules = load(place, model, changes)
        timings = {"read": time.perf_counter() - started}
        try:
            plan = _solve(data, rules, lambda step: tell(STEPS.get(step, step)), how)
        except InfeasibleError as error:
            tell("Working out what would make a plan possible")
            return say_infeasible(output, (data, rules, timings), error)
        except StoppedError as error:
            return say_stopped(output, (data, rules, timings), error)
        for path, write in writers:
            tell(f"Writing {path}")
            write(plan, path)
        tell("Drawing up the tables")
        document, parts = _reported(output, plan, timings)
    output.document(document)
    output.show(*parts)
    for path, _ in writers:
        output.note(f"Written: {path}")
    return 0


def writer_of(path: str, how: dict[str, Any]) -> Callable[[Plan, str], object]:
    """Return what writes a plan to a path of this ending; how to solve is for what a page sets it beside."""
    ending = Path(path).suffix.casefold()
    writers: dict[str, Callable[[Plan, str], object]] = {
        ".html": lambda plan, to: _write_page(plan, to, how),
        ".xlsx": lambda plan, to: plan.to_excel(to),
        ".json": lambda plan, to: plan.to_json(to),
        "": lambda plan, to: plan.to_folder(to),
    }
    if ending not in writers:
        raise click.BadParameter(
            f"'{path}' ends in '{ending}'; name a folder, or a file that ends in .html, .xlsx or .json.",
            param_hint="--out",
        )
    return writers[ending]


def _write_page(plan: Plan, path: str, how: dict[str, Any]) -> None:
    """Write a plan as a page, beside today and silos where these take no longer than the plan itself did."""
    from commission_opt.analysis.ladder import beside_if_quick
    from commission_opt.reports.page import write_plan

    write_plan(plan, path, beside_if_quick(plan, **how))


def _solve(place: Place, model: Model, progress: Progress, how: dict[str, Any]) -> Plan:
    from commission_opt.plan.solve import solve as find_plan

    return find_plan(place, model, progress=progress, **how)


def _reported(output: Output, plan: Plan, timings: dict[str, float]) -> tuple[dict[str, Any], Sequence[Part]]:
    """Work out the plan's tables in the form that is asked for."""
    if not output.as_json:
        from commission_opt.reports.terminal import plan_parts

        return {}, plan_parts(plan)
    from commission_opt.reports.document import plan_document

    started = time.perf_counter()
    document = plan_document(plan)
    document["timings"] = {**timings, **document["timings"], "report": time.perf_counter() - started}
    return document, ()


def say_infeasible(output: Output, asked: tuple[Place, Model, dict[str, float]], error: InfeasibleError) -> int:
    """Say why there is no plan, and what would make one possible; return the exit code."""
    if not output.as_json:
        from commission_opt.reports.clinic import clinic_text

        print_error(clinic_text(error.conflict, error.repairs, PREFIX))
        return INFEASIBLE
    from commission_opt.reports.document import infeasible_document

    place, model, timings = asked
    started = time.perf_counter()
    document = infeasible_document(place, model, error)
    output.document(document | {"timings": {**timings, "repair": time.perf_counter() - started}})
    return INFEASIBLE


def say_stopped(output: Output, asked: tuple[Place, Model, dict[str, float]], error: StoppedError) -> int:
    """Say that a limit was reached before a plan was found; return the exit code."""
    if not output.as_json:
        raise error
    from commission_opt.reports.document import no_plan_document

    place, model, timings = asked
    output.document(no_plan_document(place, model, "stopped") | {"headline": str(error), "timings": timings})
    return STOPPED
