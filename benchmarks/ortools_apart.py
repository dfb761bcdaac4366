"""Solve by OR-Tools in a process of its own: it holds a HiGHS of its own and cannot be loaded beside highspy."""

from __future__ import annotations

import sys

import numpy as np
from ortools.linear_solver.python.model_builder_helper import ModelBuilderHelper, ModelSolverHelper
from scipy import sparse


def main() -> None:
    """Read a program from one file of arrays, write columns and prices into another."""
    name, given, answer, seconds = sys.argv[1:]
    arrays = np.load(given)
    matrix = sparse.csr_matrix((arrays["data"], arrays["indices"], arrays["indptr"]), shape=tuple(arrays["shape"]))
    model, solver = ModelBuilderHelper(), ModelSolverHelper(name)
    bounds = [arrays[of] for of in ("lower", "upper", "cost", "row_lower", "row_upper")]
    model.fill_model_from_sparse_data(*bounds, matrix)
    solver.set_time_limit_in_seconds(float(seconds))
    solver.solve(model)
    held = solver.has_solution()
    x = np.array(solver.variable_values()) if held else np.zeros(0)
    prices = -np.array(solver.dual_values()) if held else np.zeros(0)
    np.savez(answer, x=x, prices=prices)


if __name__ == "__main__":
    main()
