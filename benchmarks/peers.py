"""The same algebra built by this package and by five modelling layers, each the way that its users write programs.

Every builder takes the algebra (ours the place) and returns HiGHS holding the program. Layers without arrays write a
term at a time; those with arrays take all areas at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from typing import Any

import highspy
import numpy as np
from scipy import sparse

from benchmarks.algebra import Algebra, Joint
from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place

INFINITY = highspy.kHighsInf


def ours(place: Place) -> highspy.Highs:
    """Compile, formulate, and hand the arrays over whole."""
    program = formulate_arrays(compile_place(place), read_model("aligned")).program
    columns = -program.objective, program.lower, program.upper
    return hand_over(program.matrix, columns, (program.row_lower, program.row_upper))


def hand_over(matrix: sparse.csc_array, columns: tuple, rows: tuple) -> highspy.Highs:
    """Hand a minimisation to HiGHS as arrays: objective and bounds of columns, bounds of rows."""
    highs = highspy.Highs()
    highs.silent()
    height, width = matrix.shape
    kinds = int(highspy.MatrixFormat.kColwise), int(highspy.ObjSense.kMinimize)
    starts = matrix.indptr[:-1].astype(np.int32, copy=False)
    whole = np.zeros(width, dtype=np.int32)
    highs.passModel(width, height, matrix.nnz, *kinds, 0.0, *columns, *rows, starts, matrix.indices, matrix.data, whole)
    return highs


def _terms(algebra: Algebra, joint: Joint) -> list[tuple[tuple[int, int, int], float]]:
    """Return the volumes (branch, area, year) of a row on money or staff, with what a unit of each counts for."""
    weight = algebra.cost_factor if joint.by_cost else np.ones(algebra.areas)
    return [
        ((b, n, t), amount * weight[n])
        for s, t, amount in joint.services
        for b in algebra.branches_of(s)
        for n in range(algebra.areas)
    ]


def _gaining(algebra: Algebra, key: tuple[int, int]) -> list[tuple[int, int, float]]:
    """Return the branches that add to an outcome: branch, year, amount per unit."""
    return [
        (b, t, amount * algebra.effectiveness[b]) for s, t, amount in algebra.gains[key] for b in algebra.branches_of(s)
    ]


def pulp(algebra: Algebra) -> highspy.Highs:
    """PuLP with ``LpVariable.dicts`` and ``lpSum`` over products, as in its own examples."""
    lp = import_module("pulp")
    return _pulp(algebra, lambda terms: lp.lpSum(c * v for v, c in terms))


def pulp_pairs(algebra: Algebra) -> highspy.Highs:
    """PuLP by its fast path: expressions made from lists of pairs at once."""
    lp = import_module("pulp")
    return _pulp(algebra, lp.LpAffineExpression)


def _pulp(algebra: Algebra, total: Any) -> highspy.Highs:
    lp = import_module("pulp")
    problem = lp.LpProblem("aligned", lp.LpMaximize)
    cells = list(np.ndindex(algebra.most.shape))

    def name(letter: str, codes: tuple[int, ...]) -> str:
        return f"{letter}_{'_'.join(map(str, codes))}"

    x = {cell: lp.LpVariable(name("x", cell), 0, algebra.most[cell]) for cell in cells}
    z = {
        (*key, n): lp.LpVariable(name("z", (*key, n)), 0, ceiling[n])
        for key, ceiling in algebra.ceiling.items()
        for n in range(algebra.areas)
    }
    y = [lp.LpVariable(f"y_{at}", 0, upper) for at, (upper, _) in enumerate(algebra.others)]
    problem += total([(z[*key, n], value[n]) for key, value in algebra.value.items() for n in range(algebra.areas)])
    for key in algebra.gains:
        gaining = _gaining(algebra, key)
        for n in range(algebra.areas):
            problem += total([(z[*key, n], 1.0), *((x[b, n, t], -c) for b, t, c in gaining)]) <= 0
    for (d, t), (areas, bounds) in algebra.covered.items():
        meeting = algebra.branches_for(d)
        for n, bound in zip(areas, bounds, strict=True):
            problem += total([(x[b, n, t], 1.0) for b in meeting]) <= bound
    for (d, t), (areas, bounds) in algebra.owed.items():
        meeting = algebra.branches_for(d)
        for n, bound in zip(areas, bounds, strict=True):
            problem += total([(x[b, n, t], 1.0) for b in meeting]) >= bound
    for row in algebra.joint:
        left = total([*((x[cell], c) for cell, c in _terms(algebra, row)), *((y[at], c) for at, c in row.others)])
        problem += (left == row.upper) if row.lower == row.upper else (left <= row.upper)
    solver = lp.HiGHS(msg=False)
    solver.createAndConfigureSolver(problem)
    solver.buildSolverModel(problem)
    return problem.solverModel


def pyomo(algebra: Algebra) -> highspy.Highs:
    """Pyomo: a concrete model with indexed variables, ``quicksum`` and rules, and its own HiGHS interface."""
    py = import_module("pyomo.environ")
    model = py.ConcreteModel()
    most, counted = algebra.most, [(*key, n) for key in algebra.ceiling for n in range(algebra.areas)]
    model.x = py.Var(list(np.ndindex(most.shape)), bounds=lambda _, b, n, t: (0, float(most[b, n, t])))
    model.z = py.Var(counted, bounds=lambda _, o, t, n: (0, float(algebra.ceiling[o, t][n])))
    model.y = py.Var(range(len(algebra.others)), bounds=lambda _, at: (0, algebra.others[at][0]))
    model.value = py.Objective(
        expr=py.quicksum(float(algebra.value[o, t][n]) * model.z[o, t, n] for o, t, n in counted), sense=py.maximize
    )
    gaining = {key: _gaining(algebra, key) for key in algebra.gains}
    meeting = {d: algebra.branches_for(d) for d in range(int(algebra.need_of.max()) + 1)}
    covered = {(d, t, int(n)): float(c) for (d, t), pair in algebra.covered.items() for n, c in zip(*pair, strict=True)}
    owed = {(d, t, int(n)): float(c) for (d, t), pair in algebra.owed.items() for n, c in zip(*pair, strict=True)}

    def counts(m: Any, o: int, t: int, n: int) -> Any:
        return m.z[o, t, n] <= py.quicksum(float(c) * m.x[b, n, u] for b, u, c in gaining[o, t])

    def limits(m: Any, at: int) -> Any:
        row = algebra.joint[at]
        left = py.quicksum(float(c) * m.x[cell] for cell, c in _terms(algebra, row))
        left = left + py.quicksum(c * m.y[of] for of, c in row.others)
        return (left == row.upper) if row.lower == row.upper else (left <= row.upper)

    model.ceilings = py.Constraint(counted, rule=counts)
    model.coverage = py.Constraint(
        list(covered), rule=lambda m, d, t, n: py.quicksum(m.x[b, n, t] for b in meeting[d]) <= covered[d, t, n]
    )
    model.duty = py.Constraint(
        list(owed), rule=lambda m, d, t, n: py.quicksum(m.x[b, n, t] for b in meeting[d]) >= owed[d, t, n]
    )
    model.joint = py.Constraint(range(len(algebra.joint)), rule=limits)
    solver = import_module("pyomo.contrib.appsi.solvers").Highs()
    solver.set_instance(model)
    return solver._solver_model


def highs_expressions(algebra: Algebra) -> highspy.Highs:
    """HiGHS's own expressions: ``addVariable``, ``qsum`` and ``addConstr``."""
    highs = highspy.Highs()
    highs.silent()
    x = {cell: highs.addVariable(0, algebra.most[cell]) for cell in np.ndindex(algebra.most.shape)}
    z = {
        (*key, n): highs.addVariable(0, ceiling[n])
        for key, ceiling in algebra.ceiling.items()
        for n in range(algebra.areas)
    }
    y = [highs.addVariable(0, upper) for upper, _ in algebra.others]
    for key in algebra.gains:
        gaining = _gaining(algebra, key)
        for n in range(algebra.areas):
            highs.addConstr(z[*key, n] - highs.qsum(c * x[b, n, t] for b, t, c in gaining) <= 0)
    for (d, t), (areas, bounds) in algebra.covered.items():
        meeting = algebra.branches_for(d)
        for n, bound in zip(areas, bounds, strict=True):
            highs.addConstr(highs.qsum(x[b, n, t] for b in meeting) <= bound)
    for (d, t), (areas, bounds) in algebra.owed.items():
        meeting = algebra.branches_for(d)
        for n, bound in zip(areas, bounds, strict=True):
            highs.addConstr(highs.qsum(x[b, n, t] for b in meeting) >= bound)
    for row in algebra.joint:
        terms = [c * x[cell] for cell, c in _terms(algebra, row)] + [c * y[at] for at, c in row.others]
        left = highs.qsum(terms)
        highs.addConstr(left == row.upper if row.lower == row.upper else left <= row.upper)
    value = [v[n] * z[*key, n] for key, v in algebra.value.items() for n in range(algebra.areas)]
    highs.setMaximize()
    highs.setObjective(highs.qsum(value), highspy.ObjSense.kMaximize)
    return highs


def linopy(algebra: Algebra) -> highspy.Highs:
    """Linopy: labelled arrays of variables, all areas at once; a loop only over outcomes, needs and rows on money."""
    lp, xr = import_module("linopy"), import_module("xarray")
    model = lp.Model()
    most = xr.DataArray(algebra.most, dims=("branch", "area", "year"))
    keys = list(algebra.ceiling)
    ceiling = xr.DataArray(np.stack([algebra.ceiling[key] for key in keys]), dims=("counted", "area"))
    value = xr.DataArray(np.stack([algebra.value[key] for key in keys]), dims=("counted", "area"))
    upper = xr.DataArray([upper for upper, _ in algebra.others], dims="other")
    x = model.add_variables(lower=xr.zeros_like(most), upper=most, name="x")
    z = model.add_variables(lower=xr.zeros_like(ceiling), upper=ceiling, name="z")
    y = model.add_variables(lower=xr.zeros_like(upper), upper=upper, name="y")

    def along(values: Iterable[float], dimension: str) -> Any:
        return xr.DataArray(list(values), dims=dimension)

    for at, key in enumerate(keys):
        branch, year, amount = zip(*_gaining(algebra, key), strict=True)
        part = x.isel(branch=along(branch, "pair"), year=along(year, "pair"))
        model.add_constraints(z.isel(counted=at) - (part * along(amount, "pair")).sum("pair") <= 0, name=f"ceiling{at}")
    for rows, name, sign in ((algebra.covered, "coverage", "<="), (algebra.owed, "duty", ">=")):
        for need in sorted({d for d, _ in rows}):
            bound = np.full((algebra.areas, algebra.years), np.nan)
            for (d, t), (areas, bounds) in rows.items():
                if d == need:
                    bound[areas, t] = bounds
            limit = xr.DataArray(bound, dims=("area", "year"))
            met = x.isel(branch=algebra.branches_for(need)).sum("branch")
            model.add_constraints(met, sign, limit.fillna(0.0), name=f"{name}{need}", mask=limit.notnull())
    _limit_in_linopy(model, algebra, x, y)
    model.add_objective((z * value).sum(), sense="max")
    return model.to_highspy()


def _limit_in_linopy(model: Any, algebra: Algebra, x: Any, y: Any) -> None:
    """Add the rows on money and staff; those that differ in nothing but the year are one constraint."""
    xr = import_module("xarray")

    def along(values: Iterable[float], dimension: str) -> Any:
        return xr.DataArray(list(values), dims=dimension)

    weight = xr.DataArray(algebra.cost_factor, dims="area")
    alike: dict[tuple, list[tuple[int, Joint]]] = {}
    for row in algebra.joint:
        year = row.services[0][1] if row.services else -1
        services = tuple((s, amount) for s, _, amount in row.services)
        alike.setdefault((services, row.by_cost, row.lower == row.upper, len(row.others)), []).append((year, row))
    for at, ((services, by_cost, equal, terms), found) in enumerate(alike.items()):
        parts = []
        if services:
            pairs = [(b, amount) for s, amount in services for b in algebra.branches_of(s)]
            branch, amount = zip(*pairs, strict=True)
            part = x.isel(branch=along(branch, "pair"), year=along([year for year, _ in found], "row"))
            part = part * along(amount, "pair")
            parts.append((part * weight if by_cost else part).sum(["pair", "area"]))
        if terms:
            others = np.array([row.others for _, row in found])
            of = xr.DataArray(others[:, :, 0].astype(int), dims=("row", "term"))
            parts.append((y.isel(other=of) * xr.DataArray(others[:, :, 1], dims=("row", "term"))).sum("term"))
        bound = along([row.upper for _, row in found], "row")
        model.add_constraints(sum(parts[1:], parts[0]), "=" if equal else "<=", bound, name=f"joint{at}")


def cvxpy(algebra: Algebra) -> highspy.Highs:
    """CVXPY: matrices of variables by area and sparse matrices of coefficients; its cone form as arrays."""
    cp = import_module("cvxpy")
    branches, areas, years = algebra.most.shape
    upper = algebra.most.transpose(0, 2, 1).reshape(branches * years, areas)
    keys = list(algebra.ceiling)
    x = cp.Variable(upper.shape, bounds=[np.zeros_like(upper), upper])
    ceiling = np.stack([algebra.ceiling[key] for key in keys])
    z = cp.Variable(ceiling.shape, bounds=[np.zeros_like(ceiling), ceiling])
    most = np.array([upper for upper, _ in algebra.others])
    y = cp.Variable(len(most), bounds=[np.zeros_like(most), most])

    def matrix(rows: list[list[tuple[int, float]]], width: int) -> sparse.csr_array:
        found = [(at, column, amount) for at, row in enumerate(rows) for column, amount in row]
        row, column, amount = (np.array(part) for part in zip(*found, strict=True)) if found else ([], [], [])
        return sparse.csr_array((amount, (row, column)), shape=(len(rows), width))

    gains = matrix([[(b * years + t, c) for b, t, c in _gaining(algebra, key)] for key in keys], len(upper))
    constraints = [z - gains @ x <= 0]
    for rows, sign in ((algebra.covered, 1.0), (algebra.owed, -1.0)):
        meeting = [[(b * years + t, 1.0) for b in algebra.branches_for(d)] for d, t in rows]
        at = np.concatenate([np.full(len(area), k) for k, (area, _) in enumerate(rows.values())])
        area, bound = (np.concatenate(part) for part in zip(*rows.values(), strict=True))
        constraints.append(sign * (matrix(meeting, len(upper)) @ x)[at, area] <= sign * bound)
    for by_cost in (False, True):
        for equal in (False, True):
            chosen = [r for r in algebra.joint if r.by_cost == by_cost and (r.lower == r.upper) == equal]
            if chosen:
                services = [
                    [(b * years + t, c) for s, t, c in r.services for b in algebra.branches_of(s)] for r in chosen
                ]
                weight = algebra.cost_factor if by_cost else np.ones(areas)
                left = matrix(services, len(upper)) @ (x @ weight)
                left = left + matrix([r.others for r in chosen], len(most)) @ y
                right = np.array([r.upper for r in chosen])
                constraints.append(left == right if equal else left <= right)
    value = np.stack([algebra.value[key] for key in keys])
    problem = cp.Problem(cp.Maximize(cp.sum(cp.multiply(value, z))), constraints)
    data = problem.get_problem_data(cp.HIGHS)[0]
    rows = np.where(np.arange(len(data["b"])) < data["dims"].zero, data["b"], -INFINITY)
    lower, upper = data["lower_bounds"], data["upper_bounds"]
    return hand_over(sparse.csc_array(data["A"]), (data["c"], lower, upper), (rows, data["b"]))


PEERS = {
    "PuLP, lpSum": (pulp, "pulp"),
    "PuLP, pairs": (pulp_pairs, "pulp"),
    "Pyomo": (pyomo, "pyomo"),
    "linopy": (linopy, "linopy"),
    "CVXPY": (cvxpy, "cvxpy"),
    "highspy expressions": (highs_expressions, "highspy"),
}
"""Every peer with the package that it needs."""
