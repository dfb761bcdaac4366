"""Repairs applied by hand: independent of the code that found them, to the program and to the place's tables."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from scipy.optimize import linprog

from commission_opt.errors import InfeasibleError
from commission_opt.model.formulate import formulate
from commission_opt.model.model import Model
from commission_opt.place import Place
from commission_opt.place.names import FloatArray
from commission_opt.plan.repair import Repair
from commission_opt.plan.solve import solve
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Status, make_solver

PLENTY = 1e9
"""More than any rule has to give."""

COLUMNS = {"pooling.minimum_contribution": "pooled", "pooling.poolable": "pooled", "pooling.carry_forward": "carry"}
"""Columns whose bounds some rules are."""


def refusal(place: Place, rules: Model) -> InfeasibleError:
    """Return why a place has no plan."""
    with pytest.raises(InfeasibleError) as caught:
        solve(place, rules)
    return caught.value


def repaired(place: Place, rules: Model, repair: Repair) -> LinearProgram:
    """Return the program with a repair: fences lifted in the place's tables, bounds set, money passed on."""
    lifted = {change.label.partition("[")[2].split(",")[0] for change in repair.changes if change.rule == "ring_fences"}
    if lifted:
        funding = place.table("funding")
        place = place.replace(
            funding=funding.assign(ring_fence=funding["ring_fence"].where(~funding["ring_fence"].isin(lifted), ""))
        )
    program = formulate(place, rules)
    bounds = [program.lower.copy(), program.upper.copy(), program.row_lower.copy(), program.row_upper.copy()]
    rows = {program.row_label(at): at for at in range(program.shape[0])}
    columns = {program.column_label(at): at for at in range(program.shape[1])}
    passed: list[tuple[int, int]] = []
    amounts: list[float] = []
    for change in repair.changes:
        family, _, names = change.label.partition("[")
        if family == "pooling.passed_on":
            giver, taker, year = names.removesuffix("]").split(",")
            passed.append((rows[f"pooling.stream[{giver},{year}]"], rows[f"pooling.stream[{taker},{year}]"]))
            amounts.append(change.amount)
        for label, bound in zip(change.rows, change.bounds, strict=True):
            side = 0 if change.side == "least" else 1
            if family in COLUMNS:
                bounds[side][columns[label.replace(family, COLUMNS[family])]] = bound
            else:
                bounds[2 + side][rows[label]] = bound
    ways = sparse.lil_array((program.shape[0], len(passed)))
    for way, (giver_row, taker_row) in enumerate(passed):
        ways[giver_row, way], ways[taker_row, way] = 1.0, -1.0
    block = Block("passed on", Keys((), ()), "money a year", program.shape[1])
    return program.with_bounds(*bounds).with_columns([block], sparse.csr_array(ways), np.array(amounts))


def possible(program: LinearProgram) -> bool:
    """Whether a program has any solution, asked of another solver than the one that found it."""
    status = make_solver("pulp:CBC").solve(program.with_objective(np.zeros(program.shape[1]))).status
    assert status in (Status.OPTIMAL, Status.INFEASIBLE)
    return status is Status.OPTIMAL


def least_of(program: LinearProgram, labels: set[str]) -> float:
    """Return the least by which some rows of a family have to give way: in money, or in shares of each.

    By SciPy's interior points; with yes-or-no decisions by CBC.
    """
    may = np.array([at for at in range(program.shape[0]) if program.row_label(at) in labels])
    worth = weights(program, next(iter(labels)).partition("[")[0])[may]
    rows, columns = program.shape
    side = np.where(np.isfinite(program.row_lower[may]), 1.0, -1.0)
    give = sparse.csr_array((side, (may, np.arange(len(may)))), shape=(rows, len(may)))
    if len(program.whole):
        block = Block("give way", Keys((), ()), "", columns)
        elastic = program.with_columns([block], give, np.full(len(may), PLENTY))
        answer = make_solver("pulp:CBC").solve(elastic.with_objective(np.append(np.zeros(columns), -worth)))
        return float(worth @ answer.x[columns:]) if answer.has_solution else np.inf
    matrix = sparse.csr_array(sparse.hstack([program.matrix, give]))
    below, above = (np.flatnonzero(np.isfinite(bound)) for bound in (program.row_upper, program.row_lower))
    limits = np.concatenate([program.row_upper[below], -program.row_lower[above]])
    ends = [*zip(program.lower, program.upper, strict=True), *[(0.0, None)] * len(may)]
    cost = np.concatenate([np.zeros(columns), worth])
    found = linprog(cost, sparse.vstack([matrix[below], -matrix[above]]), limits, bounds=ends, method="highs-ipm")
    return float(found.fun) if found.status == 0 else np.inf


def weights(program: LinearProgram, family: str) -> FloatArray:
    """Return (m,) what a unit of each row counts as: 1 for money, else its share of the row's bound."""
    bound = np.abs(np.where(np.isfinite(program.row_lower), program.row_lower, program.row_upper))
    money = any(block.unit.startswith("money") for block in program.rows if block.family == family)
    return np.ones(len(bound)) if money else 1.0 / np.where(bound > 0, bound, 1.0)


def size(program: LinearProgram, repair: Repair) -> float:
    """Return how large a repair of one kind is, counted as :func:`least_of` does."""
    (family,) = families(repair)
    weight = dict(zip(map(program.row_label, range(program.shape[0])), weights(program, family), strict=True))
    return sum(change.amount * weight[change.rows[0]] for change in repair.changes)


def cheaper(repair: Repair, part: float) -> Repair:
    """Return a repair whose every change gives only a part of its amount."""
    changes = []
    for change in repair.changes:
        sign = -1.0 if change.side == "least" else 1.0
        old = [bound - sign * change.amount / len(change.bounds) for bound in change.bounds]
        bounds = tuple(one + part * (new - one) for one, new in zip(old, change.bounds, strict=True))
        changes.append(replace(change, amount=part * change.amount, bounds=bounds))
    return replace(repair, changes=tuple(changes))


def families(repair: Repair) -> set[str]:
    """Return the kinds of rules that a repair changes."""
    return {change.label.partition("[")[0] for change in repair.changes}
