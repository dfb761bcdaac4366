"""What one plan gains on another, in the outcomes that count most."""

from __future__ import annotations

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray
from commission_opt.place.people import name_in_sentence
from commission_opt.plan.tables import outcome_amounts, outcome_values
from commission_opt.plan.words import list_text, number_text

NAMED, LEAST = 2, 0.1
"""Outcomes that are named at most, and the part of all change that each has to be."""


def gained_text(formulation: Formulation, before: FloatArray, after: FloatArray) -> str:
    """Return the outcomes that change most in value: ``years of care avoided (2.1 child-years more)``; blank if none.

    Parameters
    ----------
    formulation : Formulation
        What the columns mean.
    before, after : (n,)
        Values of the columns of two plans.
    """
    arrays = formulation.arrays
    amounts = [outcome_amounts(formulation, x) for x in (before, after)]
    values = [outcome_values(formulation, amount).sum(axis=(1, 2)) for amount in amounts]
    amount, value = (amounts[1] - amounts[0]).sum(axis=(1, 2)), values[1] - values[0]
    table = arrays.place.tables["outcomes"].set_index("outcome")["unit"]
    told = []
    for outcome in np.argsort(-np.abs(value), kind="stable")[:NAMED].tolist():
        if abs(value[outcome]) > LEAST * np.abs(value).sum():
            label = arrays.names.outcome.labels[outcome]
            side = "more" if amount[outcome] > 0 else "fewer"
            size = number_text(float(f"{abs(amount[outcome]):.3g}"))
            told.append(f"{name_in_sentence(arrays.place, 'outcome', label)} ({size} {table[label]} {side})")
    return list_text(told)
