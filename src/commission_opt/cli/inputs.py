"""What commands are given: places, models, changes, and how to solve."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from commission_opt.cli.completion import complete_model, complete_place
from commission_opt.errors import SolverError

if TYPE_CHECKING:
    from commission_opt.model.model import Model
    from commission_opt.place.place import Place

Command = TypeVar("Command", bound=Callable[..., Any])

place_argument = click.argument("place", shell_complete=complete_place)
model_option = click.option(
    "--model",
    "-m",
    required=True,
    shell_complete=complete_model,
    help="A model file, or the name of a model that ships.",
)
set_option = click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="KEY=VALUE",
    callback=lambda _ctx, _param, given: _changes(given),
    help="Change a figure of the place or a setting of the model: budget.council=+5%, weight.reoffending=2, "
    "ring_fences.enabled=false. May be given several times.",
)


def solver_options(command: Command) -> Command:
    """Add the options that say how to solve; the command receives them as ``solver``, ``time_limit``, ``tolerance``."""
    for option in (
        click.option(
            "--tolerance",
            type=float,
            default=1e-6,
            show_default=True,
            callback=_positive,
            help="Largest breach of a rule, and largest proven distance from the best plan, that is accepted.",
        ),
        click.option("--time-limit", type=float, metavar="SECONDS", callback=_positive, help="Stop after this time."),
        click.option(
            "--solver",
            default="auto",
            show_default=True,
            callback=_solver,
            help="auto (by size and structure), arrow (area by area), highs, pulp:CBC, or pulp:NAME with any solver "
            "that PuLP knows.",
        ),
    ):
        command = option(command)
    return command


def cluster_options(command: Command) -> Command:
    """Add the options of large places; the command receives them as ``scheduler`` and ``checkpoint``."""
    for option in (
        click.option(
            "--checkpoint",
            default="",
            metavar="FOLDER",
            help="Keep the state of a solve area by area in FOLDER every few steps, and go on from what is kept there.",
        ),
        click.option(
            "--scheduler",
            default="",
            metavar="ADDRESS",
            help="Solve area by area on the Dask cluster at ADDRESS, such as tcp://10.0.0.1:8786.",
        ),
    ):
        command = option(command)
    return command


def require_areas(how: dict[str, Any]) -> None:
    """Refuse options of large places beside a solver that can do nothing with them."""
    from commission_opt.plan.run import SolveOptions

    try:
        SolveOptions(**how).require_areas()
    except SolverError as error:
        raise click.UsageError(str(error)) from error


def load_place(name: str) -> Place:
    """Read and check a place by folder or name."""
    from commission_opt.place.read import read_place

    return read_place(name)


def load(place: str, model: str, changes: dict[str, str]) -> tuple[Place, Model]:
    """Read a place and a model and make the changes asked for."""
    from commission_opt.analysis.changes import change
    from commission_opt.model.read import read_model

    chosen = read_model(model)
    return change(load_place(place), chosen, changes)


def _changes(given: tuple[str, ...]) -> dict[str, str]:
    changes: dict[str, str] = {}
    for text in given:
        key, equals, value = text.partition("=")
        if not equals or not key.strip():
            raise click.BadParameter(f"'{text}' is not KEY=VALUE, as in budget.council=+5%.")
        if key.strip() in changes:
            raise click.BadParameter(f"{key.strip()} is set twice.")
        changes[key.strip()] = value.strip()
    return changes


def _positive(_ctx: click.Context, _param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not (math.isfinite(value) and value > 0):
        raise click.BadParameter(f"{value:g} is not a number above 0.")
    return value


def _solver(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if value not in ("auto", "highs"):
        from commission_opt.solvers import make_solver

        try:
            make_solver(value)
        except SolverError as error:
            raise click.BadParameter(str(error)) from error
    return value
