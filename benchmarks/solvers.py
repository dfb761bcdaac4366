"""The same matrix solved by this package's method, by every method of HiGHS, and by other solvers.

Every solver takes the program in scaled units, which suits all of them, and returns claimed columns and prices: what
one more unit of a row's bound gains. Nobody's status is believed; the certificate says what the claim is worth.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.peers import hand_over
from commission_opt.place.names import FloatArray
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, make_solver

Claim = tuple[FloatArray, FloatArray]
"""Columns (n,) and prices (m,); empty where the solver has none."""

NOTHING: Claim = (np.zeros(0), np.zeros(0))

Solve = Callable[[LinearProgram, float], Claim]
"""Solves a program within so many seconds."""


def by_package(name: str) -> Solve:
    """Return a solver of this package."""

    def solve(program: LinearProgram, seconds: float) -> Claim:
        answer = make_solver(name, Limits(seconds=seconds)).solve(program)
        return answer.x, answer.prices

    return solve


def by_highs(options: dict[str, str | int | float]) -> Solve:
    """Return a method of HiGHS, which is always called as a minimisation."""

    def solve(program: LinearProgram, seconds: float) -> Claim:
        columns = -program.objective, program.lower, program.upper
        highs = hand_over(program.matrix, columns, (program.row_lower, program.row_upper))
        for option, value in {"threads": 1, "time_limit": seconds, **options}.items():
            highs.setOptionValue(option, value)
        highs.run()
        found = highs.getSolution()
        if not found.value_valid:
            return NOTHING
        prices = -np.array(found.row_dual) if found.dual_valid else np.zeros(program.shape[0])
        return np.array(found.col_value), prices

    return solve


def by_ortools(name: str) -> Solve:
    """Return a solver of OR-Tools, which runs in a process of its own."""

    def solve(program: LinearProgram, seconds: float) -> Claim:
        matrix = sparse.csr_matrix(program.matrix)
        with tempfile.TemporaryDirectory() as folder:
            given, answer = Path(folder) / "program.npz", Path(folder) / "answer.npz"
            np.savez(
                given,
                data=matrix.data,
                indices=matrix.indices,
                indptr=matrix.indptr,
                shape=np.array(matrix.shape),
                lower=program.lower,
                upper=program.upper,
                cost=-program.objective,
                row_lower=program.row_lower,
                row_upper=program.row_upper,
            )
            words = [sys.executable, "-m", "benchmarks.ortools_apart", name, given, answer, str(seconds)]
            subprocess.run(words, check=True, capture_output=True)
            found = np.load(answer)
            return found["x"], found["prices"]

    return solve


def by_clarabel(program: LinearProgram, seconds: float) -> Claim:
    """Solve by Clarabel, whose cones take every finite bound as a row: A x + s = b with s in a cone."""
    import clarabel

    rows, own = sparse.csc_matrix(program.matrix), sparse.identity(program.shape[1], format="csr")
    by_row = rows.tocsr()
    same = program.row_lower == program.row_upper
    above, below = np.isfinite(program.row_upper) & ~same, np.isfinite(program.row_lower) & ~same
    stacked = sparse.vstack([by_row[same], by_row[above], -by_row[below], own, -own], format="csc")
    right = [
        program.row_upper[same],
        program.row_upper[above],
        -program.row_lower[below],
        program.upper,
        -program.lower,
    ]
    cones = [clarabel.ZeroConeT(int(same.sum())), clarabel.NonnegativeConeT(sum(map(len, right[1:])))]
    settings = clarabel.DefaultSettings()
    settings.verbose, settings.time_limit, settings.max_threads = False, seconds, 1
    nothing = sparse.csc_matrix((program.shape[1], program.shape[1]))
    found = clarabel.DefaultSolver(nothing, -program.objective, stacked, np.concatenate(right), cones, settings).solve()
    of_rows, prices = np.array(found.z), np.zeros(program.shape[0])
    first, second = int(same.sum()), int(above.sum())
    prices[same] = of_rows[:first]
    prices[above] += of_rows[first : first + second]
    prices[below] -= of_rows[first + second : first + second + int(below.sum())]
    return np.array(found.x), prices


EXACT = {"primal_feasibility_tolerance": 1e-9, "dual_feasibility_tolerance": 1e-9}
"""What this package asks of HiGHS: it is not only more exact, its dual simplex method then takes another way."""

SOLVERS: dict[str, tuple[Solve, str]] = {
    "this package, area by area": (by_package("arrow"), "numba"),
    "HiGHS, dual simplex": (by_highs({"solver": "simplex"}), "highspy"),
    "HiGHS, dual simplex to 1e-9": (by_highs({"solver": "simplex", **EXACT}), "highspy"),
    "HiGHS, primal simplex": (by_highs({"solver": "simplex", "simplex_strategy": 4}), "highspy"),
    "HiGHS, IPX": (by_highs({"solver": "ipx", "run_crossover": "off"}), "highspy"),
    "HiGHS, IPX and crossover": (by_highs({"solver": "ipx"}), "highspy"),
    "HiGHS, HiPO": (by_highs({"solver": "hipo", "run_crossover": "off"}), "highspy_extras"),
    "HiGHS, PDLP": (by_highs({"solver": "pdlp", "run_crossover": "off"}), "highspy"),
    "HiGHS, HiPDLP": (by_highs({"solver": "hipdlp", "run_crossover": "off"}), "highspy"),
    "CBC through PuLP": (by_package("pulp:CBC"), "pulp"),
    "GLOP": (by_ortools("glop"), "ortools"),
    "PDLP": (by_ortools("pdlp"), "ortools"),
    "Clarabel": (by_clarabel, "clarabel"),
}
"""Each solver, and the package that has to be installed."""
