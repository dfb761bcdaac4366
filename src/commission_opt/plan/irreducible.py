"""Irreducible sets of rules that cannot hold together, found by letting rules give way and checked by arithmetic."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.plan.words import standing_of, subject_text
from commission_opt.program.blocks import Block, Keys, block_at
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Answer, Solver

PROVEN = 1e-9
"""Relative amount by which the demands of a conflict have to exceed what is possible."""

ONE_BY_ONE = 60
"""Rows that are examined one by one; of more, whole subjects are."""


class Reducer:
    """A program whose rules cannot all hold, without its whole numbers, asked again and again and solved warm.

    Rows that only say what adds up to what are always kept, and never told.

    Parameters
    ----------
    program : LinearProgram
        The program.
    solver : Solver
        Who answers; it is asked about this program alone.
    """

    def __init__(self, program: LinearProgram, solver: Solver) -> None:
        self.program = replace(program, whole=np.zeros(0, dtype=np.int64), objective=np.zeros(program.shape[1]))
        self._solver = solver
        told = np.ones(program.shape[0], dtype=bool)
        for block in program.rows:
            told[block.start : block.stop] = standing_of(block) != "identity"
        self.told = np.flatnonzero(told)
        self._elastic = self._letting(self.told)
        if not self._ask(self.told).has_solution:
            self.told = np.arange(program.shape[0])
            self._elastic = self._letting(self.told)

    def rows(self) -> IntArray:
        """Return rows of which none can be left out without the others being possible; none where nothing is proven.

        Where there are very many, no subject of a kind of rule can be left out.
        """
        rows = self._support(self.told)
        names, size = np.unique(self._subjects(rows), return_counts=True)
        for name in names[np.argsort(-size, kind="stable")]:
            own = self._subjects(rows) == name
            if own.any() and not own.all():
                rest = self._support(rows[~own])
                rows = rest if len(rest) else rows
        return self._single(rows) if len(rows) <= ONE_BY_ONE else rows

    def excess(self, rows: IntArray, give: BoolArray) -> float:
        """Return by how much some of these rows must give way for all to hold, in their own unit; 0 if they cannot."""
        worth = np.zeros(self.program.shape[0])
        unit = float(self._worth[rows[give]].max(initial=0.0))
        worth[rows[give]] = unit
        answer = self._ask(rows, worth)
        return float(-self._objective(worth) @ answer.x) / unit if answer.has_solution else 0.0

    def _subjects(self, rows: IntArray) -> np.ndarray[tuple[int, ...], np.dtype[np.str_]]:
        return np.array([subject_text(block_at(self.program.rows, int(row)), int(row)) for row in rows], dtype=str)

    def _single(self, rows: IntArray) -> IntArray:
        """Drop rows, many at a time and then one by one, as long as the rest still cannot hold together."""
        size = max(1, len(rows) // 2)
        while len(rows) > 1:
            start = 0
            while start < len(rows):
                rest = np.delete(rows, np.arange(start, min(start + size, len(rows))))
                smaller = self._support(rest) if len(rest) else rest
                if len(smaller):
                    rows = smaller
                else:
                    start += size
            if size == 1:
                break
            size = max(1, min(size // 2, len(rows) // 2))
        return rows

    def _support(self, rows: IntArray) -> IntArray:
        """Return those of some rows that cannot hold together: the ones with a price; none where nothing is proven."""
        answer = self._ask(rows)
        if not answer.has_solution:
            return rows[:0]
        prices = np.array(answer.prices)
        inside = np.isin(np.arange(len(prices)), rows) | ~np.isin(np.arange(len(prices)), self.told)
        prices[~inside | (np.abs(prices) <= PROVEN * np.abs(prices).max(initial=0.0))] = 0.0
        return rows[prices[rows] != 0] if self._proven(prices) else rows[:0]

    def _proven(self, prices: FloatArray) -> bool:
        """Whether prices prove by arithmetic that the rows cannot hold together.

        They bound the objective zero from above by something negative (Farkas).
        """
        bound = np.where(prices > 0, self.program.row_upper, self.program.row_lower)
        scale = np.abs(np.where(np.isfinite(bound) & (prices != 0), bound, 0.0)) @ np.abs(prices)
        return proven_bound(self.program, prices) < -PROVEN * max(float(scale), 1e-300)

    def _ask(self, rows: IntArray, worth: FloatArray | None = None) -> Answer:
        """Let some rows give way at a price, keep that to the least, and leave out all other rows that are told."""
        kept = np.ones(self.program.shape[0], dtype=bool)
        kept[self.told] = False
        kept[rows] = True
        price = self._worth if worth is None else worth
        elastic = self._elastic
        give = self._elastic.upper[self.program.shape[1] :] * np.tile(price[self.told] > 0, 2)
        return self._solver.solve(
            replace(
                elastic,
                objective=self._objective(price),
                upper=np.append(self.program.upper, give),
                row_lower=np.where(kept, elastic.row_lower, -np.inf),
                row_upper=np.where(kept, elastic.row_upper, np.inf),
            )
        )

    def _objective(self, worth: FloatArray) -> FloatArray:
        return np.concatenate([np.zeros(self.program.shape[1]), -np.tile(worth[self.told], 2)])

    def _letting(self, told: IntArray) -> LinearProgram:
        """Return the program with columns by which each row that is told may pass its upper or its lower bound."""
        program, count = self.program, len(told)
        reach = abs(program.matrix) @ np.maximum(_finite(program.lower), _finite(program.upper))
        size = np.maximum(_finite(program.row_lower), _finite(program.row_upper))
        self._worth = 1.0 / np.where(reach + size > 0, reach + size, 1.0)
        one = sparse.csr_array((np.ones(count), (told, np.arange(count))), shape=(program.shape[0], count))
        most = (reach + size)[told]
        upper = [np.where(np.isfinite(bound[told]), most, 0.0) for bound in (program.row_upper, program.row_lower)]
        block = Block("give way", Keys((), ()), "", program.shape[1])
        return program.with_columns([block], sparse.hstack([-one, one]), np.concatenate(upper))


def _finite(bounds: FloatArray) -> FloatArray:
    return np.where(np.isfinite(bounds), np.abs(bounds), 0.0)
