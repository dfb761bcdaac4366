"""A place and a model become a program: the table of contents of the formulation."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.errors import ModelError, Problem
from commission_opt.model.model import Model
from commission_opt.model.objective import add_goals, valued_outcomes
from commission_opt.model.worst_off import WorstOff
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.place.place import Place
from commission_opt.place.tables import TABLES
from commission_opt.program.linear import LinearProgram
from commission_opt.rules import FAMILIES
from commission_opt.rules.draft import Planners, add_volumes, start_draft
from commission_opt.rules.guarantees import Alone
from commission_opt.rules.money import Money
from commission_opt.rules.recouped import Recouped
from commission_opt.rules.volumes import Volumes
from commission_opt.rules.write_volumes import VolumeWriter


@dataclass(frozen=True, eq=False)
class Formulation:
    """A program together with what its columns mean to a plan.

    Parameters
    ----------
    arrays, model
        What was formulated.
    program : LinearProgram
        Its objective is the first of the objectives.
    objectives : tuple of (name, (n,))
        What is maximised, in order.
    worst_off : WorstOff or None
        Where the levels are that ``max_min`` raises.
    volumes, money, planners
        Where the program keeps volumes and money, and who decides.
    open : (S, T) columns
        Whether a service is open at all; -1 where no rule asks.
    fixed_cost : (S,) money a year
        What being open costs; 0 where no rule charges it.
    capped : (P, O) bool
        Outcomes whose value counts only up to their ceiling.
    yardsticks : tuple of ((P, O), (N,))
        What the last objective values of outcomes, with what that counts for in each area: the sum of all of them.
    alone : Alone or None
        What guarantees are measured against, where that was found by a plan.
    recouped : Recouped
        Value of outcomes that comes back as money or averted demand and is not counted a second time.
    notes : tuple of str
        What a reader of the plan has to know.
    """

    arrays: PlaceArrays
    model: Model
    program: LinearProgram
    objectives: tuple[tuple[str, FloatArray], ...]
    worst_off: WorstOff | None
    volumes: Volumes
    open: IntArray
    fixed_cost: FloatArray
    money: Money
    planners: Planners
    capped: BoolArray
    yardsticks: tuple[tuple[FloatArray, FloatArray], ...]
    alone: Alone | None
    recouped: Recouped
    notes: tuple[str, ...]

    @property
    def spend(self) -> FloatArray:
        """Money (n,) spent by one unit of every column, undiscounted, over all years: the first tie-break."""
        years = len(self.arrays.names.year)
        return self.money.lines.spending.of_columns(len(self.objectives[0][1]), np.ones(years))


def formulate(place: Place, model: Model) -> LinearProgram:
    """Return the program of a place under a model, as plain labelled arrays; guarantees without their bounds.

    Raises
    ------
    PlaceError
        When the place's figures do not fit a rule of the model.
    ModelError
        When the model lacks a rule that every model needs.
    """
    return formulate_arrays(compile_place(place), model).program


def formulate_arrays(arrays: PlaceArrays, model: Model, alone: Alone | None = None) -> Formulation:
    r"""Build the program of a compiled place under a model.

    .. math:: \max\; objective \quad \text{s.t. every enabled rule of the model}

    Each rule takes its three steps in the order of the registry: shape, columns, rows.

    Parameters
    ----------
    arrays, model
        What to formulate.
    alone : Alone or None
        What guarantees are measured against; without it their rows have no bound.
    """
    rules = [rule for rule in model.rules if rule.enabled]
    draft = start_draft(arrays)
    draft.alone = alone
    for rule in rules:
        rule.shape(draft)
    add_volumes(draft)
    for rule in rules:
        rule.columns(draft)
    for rule in rules:
        rule.rows(draft)
    if draft.money is None:
        remedy = "Add a [pooling] section: it says who may pay for what."
        raise ModelError([Problem(f"model {model.name}", "nothing is paid for.", remedy, column="pooling")])
    draft.builder.column_upper()  # bounds are held together, and those of each block no more, before the objective is
    goals = add_goals(draft, model)
    draft.builder.write_by(VolumeWriter(draft.volumes, draft.sorts, draft.uses))
    draft.uses.clear()
    program = draft.builder.build(f"{arrays.place.name} under {model.name}", goals.objectives[0][1])
    for change in draft.afterwards:
        program = change(program)
    return Formulation(
        arrays=arrays,
        model=model,
        program=program,
        objectives=tuple((name, _lengthened(goal, program.shape[1])) for name, goal in goals.objectives),
        worst_off=goals.worst_off,
        volumes=draft.volumes,
        open=draft.open,
        fixed_cost=draft.fixed_cost,
        money=draft.money,
        planners=draft.planners,
        capped=draft.capped,
        yardsticks=valued_outcomes(draft, goals.objectives[-1][0]),
        alone=alone,
        recouped=draft.recouped,
        notes=(*dict.fromkeys(draft.notes), *_unused(arrays.place, model)),
    )


def _lengthened(goal: FloatArray, count: int) -> FloatArray:
    """Return an objective of a program to which further columns may have been added, which are worth nothing."""
    return goal if len(goal) == count else np.concatenate([goal, np.zeros(count - len(goal))])


def _unused(place: Place, model: Model) -> list[str]:
    """Say which of the place's tables the model takes no notice of."""
    read = {table.partition(".")[0] for rule in model.rules if rule.enabled for table in FAMILIES[rule.kind].reads}
    always = {"agencies", "services", "outcomes", "effects", "areas", "demand", "baseline", "savings", "own_weights"}
    idle = [name for name in TABLES if name not in read | always and not place.tables[name].empty]
    if len(idle) < 2:
        return [f"The table {name} is not used by the model {model.name}." for name in idle]
    return [f"The tables {', '.join(idle)} are not used by the model {model.name}."]
