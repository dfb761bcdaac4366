"""Every reported value of a unit more or less, and how far it holds, against re-solves that know nothing of it."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.model.read import read_model
from commission_opt.place.arrays import compile_place
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import answer_arrays
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits
from commission_opt.solvers.highs import HighsSolver
from tests.amount import drawn
from tests.random_places import random_place
from tests.varied_places import varied

MODELS = ("aligned", "section_75", "local_area_agreement", "total_place", "siloed", "cautious", "neighbourhood")
CHUNKS, EACH = drawn(50), 10
"""500 random places where every one is drawn."""

RULES = 2
"""Rules of each place whose figures are checked: the dearest, and others at random."""

NOISE, SEEN = 1e-6, 1e-10
"""Shares of the objective: what straightness may be missed by, and what has to be missing beyond an end."""


def best(program: LinearProgram, row: int, was: float, bound: float) -> float:
    """Return the best objective with one row's bound set anew, solved cold; minus infinity where there is no plan."""
    lower, upper = program.row_lower.copy(), program.row_upper.copy()
    lower[row] = bound if lower[row] == was else lower[row]
    upper[row] = bound if upper[row] == was else upper[row]
    if lower[row] > upper[row]:
        return -np.inf
    answer = HighsSolver(Limits(presolve=False)).solve(program.with_bounds(program.lower, program.upper, lower, upper))
    return program.value(answer.x) if answer.has_solution else -np.inf


def check_side(program: LinearProgram, row: int, told: dict[str, float], sign: float) -> int:
    """Check what one side of a rule says; return 1 where it has an end that was passed."""
    slope, end = (told["price_low"], told["valid_to"]) if sign > 0 else (told["price_high"], told["valid_from"])
    bound, now = told["bound"], told["now"]
    size, worth = max(abs(bound), 1.0), max(abs(now), 1.0)
    assert not np.isnan(slope)
    assert not np.isnan(end)
    if np.isinf(slope):
        assert best(program, row, bound, bound + sign * 1e-3 * size) == -np.inf
        return 0
    reach = end - bound if np.isfinite(end) else sign * 10 * size
    for part in (0.3, 1.0 - 1e-6):
        gained = best(program, row, bound, bound + part * reach) - now
        assert gained == pytest.approx(slope * part * reach, rel=1e-6, abs=NOISE * worth), (told, sign, part)
    if not np.isfinite(end):
        return 0
    beyond = reach + sign * 0.05 * max(abs(reach), 0.05 * size)
    assert best(program, row, bound, bound + beyond) - now < slope * beyond - SEEN * worth, (told, sign)
    return 1


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_values_and_ranges_equal_re_solves(chunk: int) -> None:
    """Straight up to the end, on either side, and less beyond it."""
    origin, passed = random_place(chunk), 0
    rng = np.random.default_rng(chunk)
    for at in range(EACH):
        place, model = varied(origin, 1000 * chunk + at), read_model(MODELS[(chunk + at) % len(MODELS)])
        plan = answer_arrays(Run(SolveOptions()), compile_place(place), model)
        program = plan.program  # with yes-or-no decisions as the plan has them: that is what its prices speak of
        labels = [program.row_label(row) for row in range(program.shape[0])]
        prices = plan.prices
        chosen = {0, *rng.choice(len(prices), min(RULES, len(prices)), replace=False).tolist()} if len(prices) else {}
        for told in prices.iloc[sorted(chosen)].to_dict("records"):
            for sign in (1.0, -1.0):
                passed += check_side(program, labels.index(told["label"]), {**told, "now": plan.objective}, sign)
    assert passed > EACH
