"""``demo`` and ``compare``: the ladder of joint working."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commission_opt.cli.app import INFEASIBLE
from commission_opt.cli.completion import complete_models, complete_place
from commission_opt.cli.inputs import load_place, place_argument, set_option, solver_options
from commission_opt.cli.output import Output, output_options

if TYPE_CHECKING:
    from commission_opt.analysis.equal_outcomes import EqualOutcomes
    from commission_opt.analysis.ladder import Comparison
    from commission_opt.plan.run import Progress

REPORT = "commission-opt-report.html"


@click.command()
@click.argument("place", default="riverside", shell_complete=complete_place)
@click.option("--out", default=REPORT, show_default=True, metavar="FILE.html", help="Where to write the report page.")
@solver_options
@output_options
def demo(place: str, out: str, output: Output, **how: Any) -> int:
    """Solve PLACE under every step from today to a single pot, and show what pooling is worth.

    Prints the ladder and writes a report page.
    """
    from commission_opt.analysis.ladder import LADDER
    from commission_opt.reports.document import comparison_document
    from commission_opt.reports.files import write_text
    from commission_opt.reports.page import comparison_page

    if Path(out).suffix.casefold() != ".html":
        raise click.BadParameter(f"'{out}' does not end in .html.", param_hint="--out")
    with output.progress("Reading the place") as tell:
        data = load_place(place)
        comparison = _compare(data, LADDER, tell, how)
        tell("What the same outcomes would cost under a single pot")
        equal = _equal_outcomes(comparison, how)
        tell("Drawing up the report")
        write_text(out, comparison_page(comparison, equal))
        document = comparison_document(comparison) | {"equal_outcomes": _equal_document(equal), "report": out}
    output.document(document)
    if not output.as_json:
        _show(output, comparison, equal)
    output.text(f"\nReport: {Path(out).resolve()}\n")
    return _code(comparison)


@click.command()
@place_argument
@click.option(
    "--models",
    required=True,
    metavar="A,B,C",
    shell_complete=complete_models,
    help="Models to compare, in order: names or files.",
)
@click.option(
    "--out", multiple=True, metavar="PATH", help="Write the comparison: a folder, or an .html, .xlsx or .json file."
)
@set_option
@solver_options
@output_options
def compare(place: str, models: str, out: tuple[str, ...], changes: dict[str, str], output: Output, **how: Any) -> int:
    """Solve PLACE under several models and compare them on one yardstick.

    Example: commission-opt compare riverside --models siloed,aligned,single_pot
    """
    from commission_opt.analysis.changes import change
    from commission_opt.model.read import read_model
    from commission_opt.reports.document import comparison_document
    from commission_opt.reports.terminal import change_parts, comparison_parts

    writers = [(path, writer_of(path)) for path in out]
    names = list(dict.fromkeys(name.strip() for name in models.split(",") if name.strip()))
    if not names:
        raise click.BadParameter("name at least one model.", param_hint="--models")
    rules = [read_model(name) for name in names]
    with output.progress("Reading the place") as tell:
        data = load_place(place)
        changed = [change(data, model, changes) for model in rules]
        comparison = _compare(changed[0][0], [model for _, model in changed], tell, how)
        tell("Drawing up the tables")
        for path, write in writers:
            write(comparison, path)
        solved = comparison.solved
        parts = comparison_parts(comparison)
        if len(solved) > 1:
            parts += change_parts(solved[-1], comparison.step_from(solved[-1].model.name) or solved[0])
        document = comparison_document(comparison)
    output.show(*parts)
    output.document(document)
    for path, _ in writers:
        output.note(f"Written: {path}")
    return _code(comparison)


def writer_of(path: str) -> Callable[[Comparison, str], object]:
    """Return what writes a comparison to a path of this ending."""
    ending = Path(path).suffix.casefold()
    writers: dict[str, Callable[[Comparison, str], object]] = {
        ".html": lambda comparison, to: comparison.to_html(to),
        ".xlsx": lambda comparison, to: comparison.to_excel(to),
        ".json": lambda comparison, to: comparison.to_json(to),
        "": lambda comparison, to: comparison.to_folder(to),
    }
    if ending not in writers:
        raise click.BadParameter(
            f"'{path}' ends in '{ending}'; name a folder, or a file that ends in .html, .xlsx or .json.",
            param_hint="--out",
        )
    return writers[ending]


def _compare(place: Any, models: Any, tell: Progress, how: dict[str, Any]) -> Comparison:
    from commission_opt.analysis.ladder import compare as compare_models

    return compare_models(place, models, progress=lambda words: tell(f"Solving: {words}"), **how)


def _show(output: Output, comparison: Comparison, equal: EqualOutcomes | None) -> None:
    from commission_opt.reports.terminal import change_parts, comparison_parts, place_parts

    output.show(*place_parts(comparison.place), *comparison_parts(comparison, equal))
    pair = _pair(comparison)
    if pair is not None:
        output.show(*change_parts(*pair))


def _pair(comparison: Comparison) -> Any:
    """Return the single pot and aligned budgets, where both have a plan."""
    solved = {plan.model.name: plan for plan in comparison.solved}
    return (solved["single_pot"], solved["aligned"]) if {"single_pot", "aligned"} <= set(solved) else None


def _equal_outcomes(comparison: Comparison, how: dict[str, Any]) -> EqualOutcomes | None:
    from commission_opt.analysis.equal_outcomes import money_at_equal_outcomes

    pair = _pair(comparison)
    return money_at_equal_outcomes(pair[1], pair[0].model, **how) if pair is not None else None


def _equal_document(equal: EqualOutcomes | None) -> dict[str, Any] | None:
    if equal is None:
        return None
    return {
        "plan": equal.plan.model.name,
        "under": equal.cheapest.model.name,
        "spend": equal.plan.spend,
        "least_spend": equal.cheapest.spend,
        "saved": equal.saved,
    }


def _code(comparison: Comparison) -> int:
    return 0 if comparison.solved else INFEASIBLE
