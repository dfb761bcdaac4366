"""Master: the small program of whole numbers alone, in which cuts stand for everything else."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.place.names import FloatArray, Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.duality import proving_prices, reduced_costs, worth_of_bounds
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import Limits
from commission_opt.solvers.highs import HighsSolver

SIZE = 1e4
"""What worths are scaled to: HiGHS stops at an absolute gap of a millionth."""

TRUST = 1e-7
"""Share of the worth by which HiGHS's bound may be too low for its tolerances: added to it."""

ROUNDING = 1e-15
"""Share of their size by which terms that cancel may add up to too little: added to what is left."""


@dataclass(frozen=True, eq=False)
class Cut:
    """The worth of whole numbers y (w,), times ``worth``, 1 or 0, is at most ``constant`` plus ``slope`` (w,) y."""

    constant: float
    slope: FloatArray
    worth: float


class Master:
    r"""Which whole numbers are worth most, as far as the cuts found by now can tell.

    .. math:: \max\; \theta \quad\text{s.t.}\quad \theta \le \beta_i + \gamma_i^T y \;\forall i, \quad
        0 \le \beta_k + \gamma_k^T y \;\forall k, \quad y \in Y \cap \mathbb{Z}^w

    where Y is what bounds and rows of whole numbers alone allow. Every cut is what prices of the program's rows prove,
    whatever the whole numbers: of its objective, or of an objective of nothing, which no choice that leaves the rest a
    solution can be worth less than. So the best worth bounds every plan's.

    Parameters
    ----------
    program : LinearProgram
        With whole numbers (w).
    """

    def __init__(self, program: LinearProgram) -> None:
        self._program = program
        whole, width = program.whole, len(program.whole)
        here = sparse.csr_array(program.matrix[:, whole])
        entries = np.bincount(program.matrix.indices, minlength=program.shape[0])
        own = np.flatnonzero((entries > 0) & (np.diff(here.indptr) == entries))
        self._rows = here[own]
        self._row_bounds = program.row_lower[own], program.row_upper[own]
        self.lower, self.upper = program.lower[whole], program.upper[whole]
        self._cuts: list[Cut] = []
        self._most = np.inf
        labels = tuple(program.column_label(int(at)) for at in whole)
        self._blocks = (
            Block("decision", Keys.of((Names("decision", labels), np.arange(width))), "whole numbers", 0),
            Block("worth", Keys((), ()), "objective", width),
        )

    def add(self, prices: FloatArray) -> None:
        """Add the cut that prices (m,) of the program's rows prove."""
        cut = self._cut(self._program, prices, 1.0)
        most = cut.constant + float(np.maximum(cut.slope * self.lower, cut.slope * self.upper).sum())
        self._most = min(self._most, most)
        self._cuts.append(cut)

    def forbid(self, prices: FloatArray) -> None:
        """Add the cut that prices (m,) prove of choices that leave the rest of the program no solution."""
        nothing = self._program.with_objective(np.zeros(self._program.shape[1]))
        self._cuts.append(self._cut(nothing, prices, 0.0))

    def _cut(self, program: LinearProgram, prices: FloatArray, worth: float) -> Cut:
        price = proving_prices(program, prices)
        reduced = reduced_costs(program, price)
        rows, columns = worth_of_bounds(program, price, reduced)
        columns[program.whole] = 0.0
        return Cut(float(rows.sum() + columns.sum()), reduced[program.whole], worth)

    def centre(self, limits: Limits) -> FloatArray | None:
        """Return numbers (w,), not whole, as far from all bounds as can be, in parts of each range; None for none."""
        span = np.maximum(self.upper - self.lower, 0.0)
        size = np.asarray(abs(self._rows) @ span)
        rows = sparse.vstack([self._rows, self._rows, sparse.eye_array(len(span)), sparse.eye_array(len(span))])
        room = np.concatenate([size, -size, span, -span])
        none = np.full(len(size), np.inf)
        low, high = self._row_bounds
        bounds = (
            np.concatenate([-none, low, np.full(len(span), -np.inf), self.lower]),
            np.concatenate([high, none, self.upper, np.full(len(span), np.inf)]),
        )
        matrix = sparse.hstack([rows, sparse.csr_array(room[:, None])])
        answer = HighsSolver(limits).solve(self._build(sparse.csr_array(matrix), bounds, whole=False, most=1.0))
        return answer.x[:-1] if answer.has_solution else None

    def best(self, limits: Limits) -> tuple[float, FloatArray] | None:
        """Return the best worth that cuts allow, an upper bound, and whole numbers (w,) that may have it.

        None where cuts leave no choice, or none was found in the time.
        """
        cuts = [self._tightened(cut) for cut in self._cuts]
        scale = max(max(abs(cut.constant) for cut in cuts if cut.worth), 1e-300) / SIZE
        sizes = [scale if cut.worth else max(float(np.abs(cut.slope).max()), 1e-300) for cut in cuts]
        slopes = np.array([-cut.slope / size for cut, size in zip(cuts, sizes, strict=True)])
        worths = np.array([cut.worth for cut in cuts])
        most = np.array([cut.constant / size for cut, size in zip(cuts, sizes, strict=True)])
        own = sparse.hstack([self._rows, sparse.csr_array((self._rows.shape[0], 1))])
        rows = sparse.vstack([own, sparse.csr_array(np.column_stack([slopes, worths]))])
        low, high = self._row_bounds
        bounds = np.append(low, np.full(len(most), -np.inf)), np.append(high, most)
        answer = HighsSolver(limits).solve(self._build(sparse.csr_array(rows), bounds, whole=True))
        if not answer.has_solution or answer.bound is None:
            return None
        self._most = min(self._most, (answer.bound + TRUST * SIZE) * scale)
        return self._most, np.rint(answer.x[:-1]) + 0.0  # for -0 and 0 are one choice

    def _tightened(self, cut: Cut) -> Cut:
        r"""Return a cut that says the same of whole numbers without slopes larger than there is worth to tell apart.

        .. math:: \beta + \gamma^T y = \beta' + \sum_j |\gamma_j| z_j, \quad
            \text{which}\; \beta' + \sum_j \min(|\gamma_j|, U - \beta') z_j \;\text{stands for}

        with z_j the whole distance of y_j from the end of its range at which the cut allows least, and U a bound on the
        worth: one step from there may allow U, and needs no more. Prices of rows that leave no room have no limit, and
        a slope of 1e17 would allow a choice that is off by HiGHS's tolerance for whole numbers any worth.
        """
        least = np.where(cut.slope > 0, self.lower, self.upper)
        terms = cut.slope * least
        lowest = cut.constant + float(terms.sum()) + ROUNDING * (abs(cut.constant) + float(np.abs(terms).sum()))
        room = max((self._most if cut.worth else 0.0) - lowest, 0.0)
        slope = np.clip(cut.slope, -room, room)
        return Cut(lowest - float((slope * least).sum()), slope, cut.worth)

    def _build(
        self, rows: sparse.csr_array, bounds: tuple[FloatArray, FloatArray], whole: bool, most: float = np.inf
    ) -> LinearProgram:
        """Return the program over the whole numbers and one column more, which is worth its size."""
        width = len(self.lower)
        label = Keys.of((Names("row", tuple(map(str, range(rows.shape[0])))), np.arange(rows.shape[0])))
        return LinearProgram(
            name=f"{self._program.name}: whole numbers",
            objective=np.append(np.zeros(width), 1.0),
            matrix=sparse.csc_array(rows),
            lower=np.append(self.lower, -np.inf if whole else 0.0),
            upper=np.append(self.upper, most),
            row_lower=bounds[0],
            row_upper=bounds[1],
            columns=self._blocks,
            rows=(Block("master", label, "objective", 0),),
            whole=np.arange(width) if whole else np.zeros(0, dtype=np.int64),
        )
