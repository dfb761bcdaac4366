"""Objectives as coefficients of columns."""

from __future__ import annotations

import numpy as np

from commission_opt.errors import ModelError, Problem
from commission_opt.model.model import Model
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import value_of_columns


def objectives(draft: Draft, model: Model) -> tuple[tuple[str, FloatArray], ...]:
    r"""Return what is maximised, in order of priority.

    .. math:: \sum_o w_o \sum_{n g} q_n \sum_t d_t \, outcome_{o n g t} - penalties

    Parameters
    ----------
    draft : Draft
        With all its columns.
    model : Model
        Whose objective is meant.

    Returns
    -------
    tuple of (name, (n,) objective units per unit of the column)
        One, or several for a lexicographic objective.
    """
    names = model.objective.order if model.objective.kind == "lexicographic" else (model.objective.kind,)
    return tuple((name, _coefficients(draft, name)) for name in names)


def spend_of_columns(draft: Draft, discounted: bool) -> FloatArray:
    """Return (n,) money spent by one unit of every column, over all years."""
    _, _, year, column, amount = draft.spending.gathered()
    worth = amount * draft.arrays.discount[year] if discounted else amount
    return np.asarray(np.bincount(column, worth, minlength=draft.builder.column_count), dtype=float)


def _coefficients(draft: Draft, name: str) -> FloatArray:
    if name in ("weighted_outcomes", "net_value"):
        counted = value_of_columns(draft, draft.planners.weight) - _lost(draft, [*draft.penalties, *draft.at_risk])
        return counted - spend_of_columns(draft, discounted=True) if name == "net_value" else counted
    if name == "least_cost":
        return -spend_of_columns(draft, discounted=True) - _lost(draft, draft.penalties)
    return value_of_columns(draft, _own_weight(draft, name.removeprefix("own:")))


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
