"""Today's plan against today's promises: duties, limits and ratios that the baseline does not keep."""

from __future__ import annotations

import numpy as np

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.place.names import FloatArray
from commission_opt.plan.certificate import TOLERANCE, row_violations
from commission_opt.plan.words import amount_text, demand_text, rule_of
from commission_opt.program.blocks import block_at
from commission_opt.rules.duty import Duty
from commission_opt.rules.relations import Relations

NAMED = 5
"""Broken promises named one by one; the rest are counted."""


def broken_promises(formulation: Formulation, x: FloatArray) -> list[str]:
    """Return in words which duties, limits and ratios a plan breaks that its model does not ask for.

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
    model = formulation.model
    kept = {rule.kind for rule in model.rules if rule.enabled}
    promises = (Duty(source="promises of the place"), Relations(source="promises of the place"))
    asked = [rule for rule in promises if rule.kind not in kept]
    checked = formulate_arrays(formulation.arrays, model.model_copy(update={"rules": (*asked, *model.rules)}))
    violations = row_violations(checked.program, x)
    place = formulation.arrays.place
    broken = [
        int(row)
        for row in np.flatnonzero(violations > TOLERANCE)
        if rule_of(block_at(checked.program.rows, int(row))) in ("duty", "relations")
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
