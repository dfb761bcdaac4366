"""Today's plan against today's promises: duties, limits, relations and scales that the baseline does not keep."""

from __future__ import annotations

import numpy as np

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.place.names import FloatArray
from commission_opt.plan.certificate import TOLERANCE, row_violations
from commission_opt.plan.words import amount_text, demand_text, rule_of
from commission_opt.program.blocks import block_at
from commission_opt.rules.duty import Duty
from commission_opt.rules.relations import Relations
from commission_opt.rules.scale import Scale

PROMISED = ("scale", "duty", "relations")
"""Rules of which a plan that nobody chose may break rows."""

NAMED = 5
"""Broken promises named one by one; the rest are counted."""


def broken_promises(formulation: Formulation, x: FloatArray) -> list[str]:
    """Return in words which duties, limits, relations and minimum scales a plan breaks that its model does not ask for.

    Parameters
    ----------
    formulation : Formulation
        A model that holds today's volumes.
    x : (n,)
        Its plan.

    Returns
    -------
    list of str
        Empty where today keeps all promises.
    """
    checked = _with_promises(formulation)
    x = _in_terms_of(checked, formulation, x)
    violations = row_violations(checked.program, x)
    place = formulation.arrays.place
    broken = [
        int(row)
        for row in np.flatnonzero(violations > TOLERANCE)
        if rule_of(block_at(checked.program.rows, int(row))) in PROMISED
    ]
    activity = checked.program.activity(x)
    found = []
    for row in broken[:NAMED]:
        block = block_at(checked.program.rows, row)
        stands = amount_text(float(activity[row]), block.unit, place.settings)
        found.append(f"Today breaks a promise: {demand_text(checked.program, block, row, place)}; today: {stands}.")
    if len(broken) > NAMED:
        found.append(f"Today breaks {len(broken) - NAMED} further promises.")
    return found


def _with_promises(formulation: Formulation) -> Formulation:
    """Return the model with every duty, relation and minimum scale of the place asked for."""
    model, source = formulation.model, "promises of the place"
    kept = {rule.kind for rule in model.rules if rule.enabled}
    promises = (Scale(source=source), Duty(source=source), Relations(source=source))
    asked = tuple(rule for rule in promises if rule.kind not in kept or isinstance(rule, Scale))
    others = tuple(rule for rule in model.rules if not isinstance(rule, Scale))
    return formulate_arrays(formulation.arrays, model.model_copy(update={"rules": (*asked, *others)}))


def _in_terms_of(checked: Formulation, formulation: Formulation, x: FloatArray) -> FloatArray:
    """Return the same plan in the columns of the model with promises: open is what delivers, and no bundle runs."""
    filled = np.zeros(checked.program.shape[1])
    for block in checked.program.columns:
        own = formulation.program.column_block(block.family)
        if own is not None and len(own) == len(block):
            filled[block.start : block.stop] = x[own.start : own.stop]
    delivered = np.zeros(checked.open.shape)
    volumes = checked.volumes
    np.add.at(delivered, (volumes.service, volumes.year), filled[volumes.column])
    asked = checked.open >= 0
    filled[checked.open[asked]] = (delivered > 0)[asked]
    return filled
