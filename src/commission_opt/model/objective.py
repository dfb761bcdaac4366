"""Objectives as coefficients of columns."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.errors import ModelError, Problem
from commission_opt.model.model import MAX_MIN, Model
from commission_opt.model.worst_off import WorstOff, add_worst_off
from commission_opt.place.names import FloatArray, IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.base import Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import value_of_columns, yardsticks

OBJECTIVE_WORDS: dict[str, Words] = {
    "objective.level": Words(
        price="one more {unit} brought to {neighbourhood} from outside",
        demand="the level of {neighbourhood} is what is gained there for each of its people",
    ),
    "objective.worst": Words(
        price="one more {unit} by which {neighbourhood} is ahead of the worst-off",
        demand="nobody is worse off than the worst-off, {neighbourhood} neither",
    ),
    "objective.below": Words(
        price="one more {unit} by which {neighbourhood} may be behind unnoticed, for the {rank} levels that are lowest",
        demand="what {neighbourhood} lacks counts for the {rank} levels that are lowest",
    ),
    "objective.lowest": Words(
        price="one more {unit} for the {rank} groups that are worst off together",
        demand="the {rank} groups that are worst off have at least {bound} together, as they could",
    ),
    "objective.weighted_outcomes": Words(
        price="one more {unit} of outcomes that an earlier objective keeps",
        demand="outcomes stay worth {bound} or more, as an earlier objective has it",
    ),
    "objective.net_value": Words(
        price="one more {unit} of outcomes less spend that an earlier objective keeps",
        demand="outcomes less spend stay worth {bound} or more, as an earlier objective has it",
    ),
    "objective.least_cost": Words(
        price="{unit} less that may be spent, as an earlier objective has it",
        demand="spending stays as low as an earlier objective has made it",
    ),
    "objective.own": Words(
        price="one more {unit} of what agencies of kind {kind} value themselves, kept by an earlier objective",
        demand="what agencies of kind {kind} value themselves stays worth {bound} or more, as it could be",
    ),
}
"""What the price and the demand of every row mean that an objective adds."""


@dataclass(frozen=True, eq=False)
class Goals:
    """Objectives in order: name and (n,) objective units per unit of the column; and where levels are for max_min."""

    objectives: tuple[tuple[str, FloatArray], ...]
    worst_off: WorstOff | None


def add_goals(draft: Draft, model: Model) -> Goals:
    r"""Return what is maximised, in order of priority.

    .. math:: \sum_o w_o \sum_{n g} q_n \sum_t d_t \, outcome_{o n g t} - penalties - recouped

    What the weights count as public money saved, and rules bring back to be spent, is counted once: as what it buys.

    Parameters
    ----------
    draft : Draft
        With all its rules' columns.
    model : Model
        Whose objective is meant.

    Returns
    -------
    Goals
        One objective, or several for a lexicographic one. What ``max_min`` leaves open is decided by weighted outcomes.
    """
    names = model.objective.order if model.objective.kind == "lexicographic" else (model.objective.kind,)
    worst = None
    if MAX_MIN in names:
        if draft.planners.alone or draft.apart:
            who = "Clusters that decide" if draft.apart else "Agencies that plan"
            draft.notes.append(f"{who} alone have not agreed to level up; each values its own outcomes.")
            names = tuple(name for name in names if name != MAX_MIN)
        else:
            worst = add_worst_off(draft, model.objective.by, model.objective.per)
        if not names or names[-1] == MAX_MIN:
            names = (*names, "weighted_outcomes")
    return Goals(tuple((name, _coefficients(draft, name, worst)) for name in names), worst)


def keep(program: LinearProgram, name: str, goal: FloatArray, least: float) -> LinearProgram:
    """Return a program in which an objective that has been reached is kept."""
    family, _, kind = name.partition(":")
    keys = Keys.of((Names("kind", (kind,)), np.zeros(1, dtype=np.int64))) if kind else Keys((), ())
    unit = "money" if family == "least_cost" else "units of value"
    return program.with_row(f"objective.{family}", goal, least, unit, keys)


def valued_outcomes(draft: Draft, name: str) -> tuple[tuple[FloatArray, FloatArray], ...]:
    """Return what an objective values of outcomes (P, O), with what that counts for in each area (N,)."""
    if name in ("weighted_outcomes", "net_value"):
        return tuple(yardsticks(draft))
    if name.startswith("own:"):
        return ((_own_weight(draft, name.removeprefix("own:")), draft.area_weight),)
    return ()


def spend_of_columns(draft: Draft, discounted: bool) -> FloatArray:
    """Return (n,) money spent by one unit of every column, over all years."""
    worth = draft.arrays.discount if discounted else np.ones(draft.years)
    return draft.spending.of_columns(draft.builder.column_count, worth)


def _coefficients(draft: Draft, name: str, worst: WorstOff | None) -> FloatArray:
    if worst is not None and name == MAX_MIN:
        return np.where(np.arange(draft.builder.column_count) == worst.column, 1.0, 0.0)
    if name in ("weighted_outcomes", "net_value"):
        valued = [value_of_columns(draft, weight, area_weight) for weight, area_weight in yardsticks(draft)]
        counted = valued[0] if len(valued) == 1 else np.asarray(np.sum(valued, axis=0))
        if draft.penalties or draft.at_risk:
            counted = counted - _lost(draft, [*draft.penalties, *draft.at_risk])
        # Net of all spending, money that comes back and is spent again adds nothing, so nothing is counted twice.
        if name == "net_value":
            return np.asarray(counted - spend_of_columns(draft, discounted=True))
        if draft.recouped.entries:
            counted = counted - draft.recouped.of_columns(len(counted), draft.area_weight)
        return counted
    if name == "least_cost":
        return -spend_of_columns(draft, discounted=True) - _lost(draft, draft.penalties)
    return value_of_columns(draft, _own_weight(draft, name.removeprefix("own:")), draft.area_weight)


def _lost(draft: Draft, charges: list[tuple[IntArray, FloatArray]]) -> FloatArray:
    """Return (n,) the value lost by one unit of every column."""
    lost = np.zeros(draft.builder.column_count)
    for column, value in charges:
        lost[column] += value
    return lost


def _own_weight(draft: Draft, kind: str) -> FloatArray:
    """Return (P, O) what agencies of a kind value themselves, whoever plans."""
    agencies = draft.arrays.place.tables["agencies"].set_index("agency")["kind"]
    labels = draft.arrays.names.agency.labels
    meant = [code for code, label in enumerate(labels) if str(agencies[label]).casefold() == kind.casefold()]
    if not meant:
        kinds = ", ".join(sorted(set(agencies)))
        message = f"this place has no agency of kind '{kind}'."
        raise ModelError([Problem("objective", message, f"Kinds here: {kinds}.", column="order")])
    weight = draft.arrays.own_weight[meant].sum(axis=0)
    return np.repeat(weight[None, :], len(draft.planners.weight), axis=0)
