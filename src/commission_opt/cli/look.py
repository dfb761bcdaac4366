"""``places``, ``models``, ``check`` and ``format``: looking before solving."""

from __future__ import annotations

import click

from commission_opt.cli.completion import complete_model
from commission_opt.cli.inputs import load_place, place_argument
from commission_opt.cli.output import Output, output_options
from commission_opt.shipped import shipped_models, shipped_places


@click.command()
@output_options
def places(output: Output) -> None:
    """List the places that ship."""
    from commission_opt.place.read import read_settings
    from commission_opt.reports.listing import list_parts

    found = {name: read_settings(path) for name, path in shipped_places().items()}
    output.show(*list_parts({name: (settings.title, settings.description) for name, settings in found.items()}))
    output.document(
        {
            "places": [
                {
                    "name": name,
                    "title": settings.title,
                    "description": settings.description,
                    "years": list(settings.years),
                    "currency": settings.currency,
                    "money_unit": settings.money_unit,
                    "source": settings.source,
                }
                for name, settings in found.items()
            ]
        }
    )


@click.command()
@click.argument("name", required=False, shell_complete=complete_model)
@output_options
def models(name: str | None, output: Output) -> None:
    """List the models that ship, or explain the model NAME (a name or a file) in words and algebra."""
    from commission_opt.model.read import read_model
    from commission_opt.reports.listing import list_parts, model_document, model_parts

    if name is not None:
        model = read_model(name)
        output.show(*model_parts(model))
        output.document(model_document(model))
        return
    found = {key: read_model(path) for key, path in shipped_models().items()}
    output.show(*list_parts({key: (model.title, model.description) for key, model in found.items()}))
    output.document(
        {
            "models": [
                {"name": key, "title": model.title, "description": model.description, "source": model.source}
                for key, model in found.items()
            ]
        }
    )


@click.command()
@place_argument
@output_options
def check(place: str, output: Output) -> None:
    """Check PLACE: every problem and oddity, totals by agency, and how far apart its figures are."""
    from commission_opt.analysis.ranges import figure_ranges, program_ranges
    from commission_opt.analysis.totals import agency_totals
    from commission_opt.model.formulate import formulate_arrays
    from commission_opt.model.read import read_model
    from commission_opt.place.arrays import compile_place
    from commission_opt.reports.checked import CheckUp, check_parts

    with output.progress("Reading the place") as tell:
        data = load_place(place)
        tell("Adding up")
        arrays = compile_place(data)
        program = formulate_arrays(arrays, read_model("aligned")).program
        found = CheckUp(data, agency_totals(arrays), figure_ranges(data), program_ranges(program), program.shape)
    output.show(*check_parts(found))
    output.document(found.document())


@click.command(name="format")
@output_options
def format_(output: Output) -> None:
    """Print what the tables of a place hold: every column with its unit; with --json as a JSON Schema."""
    from commission_opt.place.schema import format_markdown, json_schema

    output.text(format_markdown())
    output.document(json_schema())
