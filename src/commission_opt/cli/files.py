"""``export``, ``convert``, ``template`` and ``synth``: files in, files out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from commission_opt.cli.completion import complete_place
from commission_opt.cli.inputs import load, load_place, model_option, place_argument, set_option
from commission_opt.cli.output import Output, output_options
from commission_opt.errors import PlaceError, Problem

Command = TypeVar("Command", bound=Callable[..., Any])


@click.command()
@place_argument
@model_option
@click.argument("out")
@set_option
@output_options
def export(place: str, model: str, out: str, changes: dict[str, str], output: Output) -> None:
    """Write the program of PLACE under a model to OUT, a file that ends in .mps or .lp, for any solver.

    A map of its short names to what they mean stands beside it.
    """
    from commission_opt.plan.solve import formulate
    from commission_opt.program.export import export_program

    with output.progress("Reading the place") as tell:
        data, rules = load(place, model, changes)
        tell("Writing down the rules")
        program = formulate(data, rules)
        tell("Writing the file")
        path, names = export_program(program, out)
    rows, columns = program.shape
    entries = int(program.matrix.nnz)
    output.show(f"Written: {path} ({columns:,} columns, {rows:,} rows, {entries:,} entries) and {names}")
    output.document(
        {
            "place": data.name,
            "model": rules.name,
            "file": str(path),
            "names": str(names),
            "columns": columns,
            "rows": rows,
            "entries": entries,
        }
    )


@click.command()
@place_argument
@click.argument("out")
@click.option("--parquet", is_flag=True, help="Write Parquet files instead of CSV.")
@output_options
def convert(place: str, out: str, parquet: bool, output: Output) -> None:
    """Write PLACE to OUT, a folder of CSV or Parquet files or a workbook (.xlsx), with nothing lost."""
    from commission_opt.place.read import find_place
    from commission_opt.place.write import write_place

    if parquet or not _is_workbook(out):
        _require_folder(out)
    if Path(out).exists() and Path(out).resolve() == find_place(place).resolve():
        raise PlaceError([Problem(out, "is the place itself.", "Choose another name.")])
    with output.progress("Reading the place") as tell:
        data = load_place(place)
        tell("Writing the place")
        written = write_place(data, out, "parquet" if parquet else "csv")
    rows = {name: len(table) for name, table in data.tables.items() if len(table)}
    output.show(f"Written: {written} ({len(rows)} tables, {sum(rows.values()):,} rows)")
    output.document({"place": data.name, "folder": str(written), "tables": rows})


@click.command()
@click.argument("out")
@click.option(
    "--from",
    "place",
    metavar="PLACE",
    shell_complete=complete_place,
    help="A place that fills it: a folder, a workbook or a name.",
)
@output_options
def template(out: str, place: str | None, output: Output) -> None:
    """Write a workbook (.xlsx) to fill in to OUT: a sheet for every table, with drop-downs, units and notes.

    Its cover says what to do in which order.
    """
    from commission_opt.place.place import PlaceSettings
    from commission_opt.place.write import write_workbook

    if not _is_workbook(out):
        raise PlaceError([Problem(out, "is no name of a workbook.", "Name a file that ends in .xlsx.")])
    if Path(out).exists():
        raise PlaceError([Problem(out, "is there already.", "Choose another name, or delete it first.")])
    with output.progress("Writing the workbook"):
        data = load_place(place) if place else None
        settings, tables = (data.settings, data.tables) if data else (PlaceSettings("", ()), {})
        written = write_workbook(settings, tables, Path(out))
    output.show(f"Written: {written}. Open it in your spreadsheet program and begin with the cover.")
    output.document({"file": str(written), "from": data.name if data else None})


def _sizes(command: Command) -> Command:
    """Add an option for each figure of a size, without defaults: those are the named size's."""
    for name, least, text in (
        ("cohorts", 1, "Cohorts, 1 to 3; with 1, demand is not divided."),
        ("tranches", 1, "Tranches of each service."),
        ("years", 1, "Number of years."),
        ("services", 1, "Number of services."),
        ("areas", 1, "Number of areas."),
        ("seed", 0, "The same seed, the same place."),
    ):
        command = click.option(f"--{name}", type=click.IntRange(min=least), help=f"{text}  [default: the size's]")(
            command
        )
    return command


@click.command()
@click.argument("out")
@click.option(
    "--size", default="place", show_default=True, help="A size that ships: borough, place, city_region, nation."
)
@_sizes
@click.option("--parquet", is_flag=True, help="Write Parquet files instead of CSV: for thousands of areas.")
@output_options
def synth(out: str, size: str, parquet: bool, output: Output, **figures: int | None) -> None:
    """Invent a place of any size and write it to the folder OUT: today's services balance, budgets bind.

    It is written a few hundred areas at a time, so that a whole nation fits in little memory. A figure that is given
    takes the place of the size's.
    """
    from dataclasses import asdict, replace

    from commission_opt.place.read_sizes import synthetic_size
    from commission_opt.place.synthetic import write_synthetic

    _require_folder(out)
    given = {name: figure for name, figure in figures.items() if figure is not None}
    known = synthetic_size(size)
    seed = given.pop("seed", known.seed)
    with output.progress("Inventing the place"):
        wanted = replace(known.size, **given)
        what = size if wanted == known.size else wanted
        rows = write_synthetic(out, what, seed, file_format="parquet" if parquet else "csv")
    output.show(f"Written: {out} ({len(rows)} tables, {sum(rows.values()):,} rows)")
    output.document({"folder": out, "seed": seed, **asdict(wanted), "tables": rows})


def _is_workbook(out: str) -> bool:
    return Path(out).suffix.casefold() == ".xlsx"


def _require_folder(out: str) -> None:
    """Refuse a path that can only be meant as a file."""
    if Path(out).suffix.casefold() in (".xlsx", ".xlsm", ".xls", ".ods", ".csv", ".parquet"):
        remedy = "Name a folder; --parquet writes Parquet files into it. convert also writes a workbook (.xlsx)."
        raise PlaceError([Problem(out, "is a file; a place is written to a folder.", remedy)])
