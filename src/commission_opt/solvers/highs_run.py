"""How HiGHS is run: its options for a few steps, its clock, and how it is asked to stop."""

from __future__ import annotations

import math
from typing import Any

from commission_opt.halt import HALT

SIMPLEX_COLUMNS = 40_000
"""Up to here the dual simplex method is left to finish; above, interior points take over from it."""

SIMPLEX_SECONDS = 10.0
"""How long the dual simplex method may try a larger program: measured in benchmarks/test_methods.py."""

DUAL, PRIMAL = 1, 4
"""HiGHS's numbers of the dual and the primal simplex method."""

FEW_STEPS = 50
"""Steps that the primal simplex method may take where the objective alone has changed, which leaves the last values
allowed: for most changes of a weight that is enough, and quicker; where it is not, the dual one is."""

TRIAL = {
    "simplex_strategy": PRIMAL,
    "simplex_iteration_limit": FEW_STEPS,
    "primal_simplex_bound_perturbation_multiplier": 0.0,  # to undo it takes longer than the steps
}
"""HiGHS's options for that."""


def heed(event: Any) -> None:
    """Let HiGHS stop with what it has where that is wished."""
    event.data_in.user_interrupt = HALT.wished


def run_for(highs: Any, seconds: float | None) -> None:
    """Run for so long at most; HiGHS adds up the time of all runs of one object."""
    highs.setOptionValue("time_limit", math.inf if seconds is None else highs.getRunTime() + seconds)
    highs.run()
