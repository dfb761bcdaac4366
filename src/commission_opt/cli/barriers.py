"""``barriers``: what lifting each rule that stands in the way is worth."""

from __future__ import annotations

import time
from typing import Any

import click

from commission_opt.cli.inputs import load, model_option, place_argument, set_option
from commission_opt.cli.output import Output, output_options
from commission_opt.cli.solve import say_infeasible
from commission_opt.errors import InfeasibleError


@click.command()
@place_argument
@model_option
@click.option("--top", default=12, show_default=True, type=click.IntRange(min=1), help="How many barriers to show.")
@set_option
@output_options
def barriers(place: str, model: str, top: int, changes: dict[str, str], output: Output) -> int:
    """Lift every ring fence, duty, limit and boundary of PLACE in turn, and rank what each is worth.

    Says what each is worth in outcomes, how much less money the same outcomes would take, who gains, and which two are
    worth more together than apart.

    Example: commission-opt barriers riverside --model aligned
    """
    from commission_opt.analysis.barriers import barriers as find_barriers
    from commission_opt.reports.barriers import barriers_document, barriers_parts

    started = time.perf_counter()
    with output.progress("Reading the place") as tell:
        data, rules = load(place, model, changes)
        timings = {"read": time.perf_counter() - started}
        try:
            found = find_barriers(data, rules, progress=tell)
        except InfeasibleError as error:
            return say_infeasible(output, (data, rules, timings), error)
        timings["barriers"] = time.perf_counter() - started - timings["read"]
        document: dict[str, Any] = barriers_document(found) if output.as_json else {}
        parts = () if output.as_json else barriers_parts(found, top)
    output.document(document | {"timings": timings})
    output.show(*parts)
    return 0
