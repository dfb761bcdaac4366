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
from tests.amount import all_drawn, drawn
from tests.random_places import random_place
from tests.varied_places import varied

MODELS = ("aligned", "section_75", "local_area_agreement", "total_place", "siloed", "cautious", "neighbourhood")
CHUNKS, EACH = drawn(50), 10
"""500 random places where every one is drawn."""

RULES = 10_000 if all_drawn() else 2
"""Rules of each place whose figures are checked beside the dearest: two at random, or all where all is drawn."""

NOISE, SEEN = 1e-6, 1e-10
"""Shares of the objective: what straightness may be missed by, and what has to be missing beyond an end."""


BOUNDS = {
    "pooling.poolable": ("pooled", 1),
    "pooling.minimum_contribution": ("pooled", 0),
    "pooling.carry_forward": ("carry", 1),
}
"""Rules that the bounds of columns keep: of which, and whether it is their lower (0) or upper (1) bound."""


def moved(program: LinearProgram, label: str, was: float, bound: float) -> LinearProgram:
    """Return the program with a row's bound, or the bound of the column that a rule without a row speaks of, anew."""
    family, _, names = label.partition("[")
    columns, rows = (program.lower.copy(), program.upper.copy()), (program.row_lower.copy(), program.row_upper.copy())
    if family in BOUNDS:
        of, side = BOUNDS[family]
        labels = [program.column_label(column) for column in range(program.shape[1])]
        columns[side][labels.index(f"{of}[{names}")] = max(bound, 0.0) if side == 0 else bound
        return program.with_bounds(*columns, *rows)
    row = [program.row_label(row) for row in range(program.shape[0])].index(label)
    for side in rows:
        side[row] = bound if side[row] == was else side[row]
    return program.with_bounds(*columns, *rows)


def best(program: LinearProgram, label: str, was: float, bound: float) -> float:
    """Return the best objective with one rule's bound set anew, solved cold; minus infinity where there is no plan."""
    changed = moved(program, label, was, bound)
    if (changed.row_lower > changed.row_upper).any() or (changed.lower > changed.upper).any():
        return -np.inf
    answer = HighsSolver(Limits(presolve=False)).solve(changed)
    return program.value(answer.x) if answer.has_solution else -np.inf


def check_side(program: LinearProgram, label: str, told: dict[str, float], sign: float) -> int:
    """Check what one side of a rule says; return 1 where it has an end that was passed."""
    slope, end = (told["price_low"], told["valid_to"]) if sign > 0 else (told["price_high"], told["valid_from"])
    bound, now = told["bound"], told["now"]
    size, worth = max(abs(bound), 1.0), max(abs(now), 1.0)
    assert not np.isnan(slope)
    assert not np.isnan(end)
    if np.isinf(slope):
        assert best(program, label, bound, bound + sign * 1e-3 * size) == -np.inf
        return 0
    reach = end - bound if np.isfinite(end) else sign * 10 * size
    for part in (0.3, 1.0 - 1e-6):
        gained = best(program, label, bound, bound + part * reach) - now
        assert gained == pytest.approx(slope * part * reach, rel=1e-6, abs=NOISE * worth), (told, sign, part)
    if not np.isfinite(end):
        return 0
    # Slopes that differ by a millionth are told apart only further out.
    outside = [reach + sign * part * max(abs(reach), 0.05 * size) for part in (0.05, 0.25)]
    assert any(best(program, label, bound, bound + by) - now < slope * by - SEEN * worth for by in outside), told
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
        prices = plan.prices
        chosen = {0, *rng.choice(len(prices), min(RULES, len(prices)), replace=False).tolist()} if len(prices) else {}
        for told in prices.iloc[sorted(chosen)].to_dict("records"):
            for sign in (1.0, -1.0):
                passed += check_side(program, str(told["label"]), {**told, "now": plan.objective}, sign)
    assert passed > EACH
