"""The elastic program: the rules of a program with levers by which they may give way, at the least change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from commission_opt.place.names import BoolArray, FloatArray
from commission_opt.plan.gates import Ways
from commission_opt.plan.levers import Lever
from commission_opt.plan.repair import Given
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.duality import proven_bound
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.base import PRIORITY, Standing
from commission_opt.solvers import Limits, make_solver

NOTHING = 1e-9
"""Part of its scale below which a change is the solver's rounding."""

SPARE = 8
"""Subjects, the least changed first, that are tried to be left out of a change."""

CLOSE = 1e-3
"""Part of itself by which a change in whole numbers may be larger than one in fractions without a further search."""

KEPT = 1e-11
"""Part of its least by which what was kept to the least first may rise afterwards: rounding."""


@dataclass(frozen=True, eq=False)
class Least:
    """The least change by which a plan is possible.

    Parameters
    ----------
    amount : (k,)
        What every column of a lever gives, in its unit.
    total : mapping of standing to float
        What each standing gives in all, in scales of its levers.
    gap : float
        How much less might do, as a share of the total: proven by prices, or claimed by the solver where decisions are
        yes or no.
    whole : (w,)
        The whole numbers of a plan with this change.
    """

    amount: FloatArray
    total: Mapping[Standing, float]
    gap: float
    whole: FloatArray


class Elastic:
    """A program with columns by which rules may give way; asked again and again, and solved warm.

    Parameters
    ----------
    program : LinearProgram
        Which nothing can keep as it is.
    levers : sequence of Lever
        What may give way.
    ways : sequence of Ways
        The gates among the levers.
    limits : Limits
        Of a question about whole numbers.
    """

    def __init__(
        self, program: LinearProgram, levers: Sequence[Lever], ways: Sequence[Ways], limits: Limits | None = None
    ) -> None:
        self.levers = tuple(levers)
        self.base = program
        self._solver, self._whole_solver = make_solver("highs"), make_solver("highs", limits)
        self._columns(ways)
        self.program = self._extended(ways)

    def _columns(self, ways: Sequence[Ways]) -> None:
        """Give every lever its columns: one for rows that give way together, one for each way of a gate."""
        start = {id(found.block): 0 for found in ways}
        rows_levers = [at for at, lever in enumerate(self.levers) if lever.side]
        position = len(rows_levers)
        for found in ways:
            start[id(found.block)] = position
            position += len(found.block)
        lever, column = [np.array(rows_levers, dtype=np.int64)], [np.arange(len(rows_levers))]
        way = [np.full(len(rows_levers), -1)]
        for at, one in enumerate(self.levers):
            if not one.side:
                lever.append(np.full(len(one.at), at))
                column.append(one.at + start[id(one.block)])
                way.append(one.at)
        self.lever_of = np.empty(position, dtype=np.int64)
        self.lever_of[np.concatenate(column)] = np.concatenate(lever)
        self.way_of = np.empty(position, dtype=np.int64)
        self.way_of[np.concatenate(column)] = np.concatenate(way)
        self.of_standing = np.array([PRIORITY.index(one.standing) for one in self.levers], dtype=np.int64)
        self.scale = np.array([one.scale for one in self.levers])

    def _extended(self, ways: Sequence[Ways]) -> LinearProgram:
        """Return the program with the levers' columns, the caps of gates, and what each standing gives in all."""
        rows_levers = [lever for lever in self.levers if lever.side]
        row = np.concatenate([lever.at for lever in rows_levers] + [np.zeros(0, dtype=np.int64)]).astype(np.int64)
        column = np.repeat(np.arange(len(rows_levers)), [len(lever.at) for lever in rows_levers])
        signed = [lever.share if lever.side == "least" else -lever.share for lever in rows_levers]
        value = np.concatenate([*signed, np.zeros(0)])
        give = sparse.csr_array((value, (row, column)), shape=(self.base.shape[0], len(rows_levers)))
        self.most = np.concatenate([np.array([lever.most for lever in rows_levers]), *(found.most for found in ways)])
        count = self.base.shape[1]
        block = Block("give way", Keys((), ()), "", count)
        program = self.base.with_columns([block], sparse.hstack([give, *(found.matrix for found in ways)]), self.most)
        before = count + len(rows_levers)
        for found in ways:
            after = program.shape[1] - before - len(found.block)
            matrix = sparse.hstack(
                [
                    -found.spent,
                    sparse.csr_array((found.spent.shape[0], before - count)),
                    found.capped,
                    sparse.csr_array((found.spent.shape[0], after)),
                ]
            )
            program = program.with_rows([Block("give way", Keys((), ()), "", program.shape[0])], matrix, (-np.inf, 0.0))
            before += len(found.block)
        worth = np.where(np.arange(len(PRIORITY))[:, None] == self.of_standing[self.lever_of], self._worth(), 0.0)
        totals = sparse.hstack([sparse.csr_array((len(PRIORITY), count)), sparse.csr_array(worth)])
        blocks = [Block("give way in all", Keys((), ()), "", program.shape[0] + at) for at in range(len(PRIORITY))]
        return program.with_rows(blocks, totals, (-np.inf, np.inf))

    def _worth(self) -> FloatArray:
        """Return (k,) what a unit of each column counts as."""
        return np.asarray(1.0 / self.scale[self.lever_of])

    def least(
        self, allowed: BoolArray, of: Sequence[Standing] = PRIORITY, caps: Mapping[Standing, float] | None = None
    ) -> Least | None:
        """Return the least change of some standings with which the program has a solution, or None where there is none.

        Parameters
        ----------
        allowed : (L,) bool
            Which levers may be used.
        of : sequence of str
            Standings whose changes are added up and kept to the least.
        caps : mapping of standing to float
            The most that other standings may change in all.
        """
        counted = np.isin(self.of_standing, [PRIORITY.index(one) for one in of])
        return self._ask(allowed, np.where(counted, 1.0, 0.0), caps or {})

    def settled(self, least: Least, allowed: BoolArray) -> Least:
        """Return a change that is as small but touches few subjects: those behind which there is most, if need be."""
        caps = {standing: total * (1.0 + KEPT) for standing, total in least.total.items()}
        names, subject = np.unique(np.array([lever.subject for lever in self.levers]), return_inverse=True)
        size = np.bincount(subject, [lever.size for lever in self.levers])
        rank = np.empty(len(names))
        rank[np.argsort(-size, kind="stable")] = np.arange(len(names)) / len(names)
        tried: set[int] = set()
        trial = allowed
        while True:
            found = self._ask(trial, 1.0 + rank[subject], caps, least.whole)
            if found is not None:
                least, allowed = replace(least, amount=found.amount, whole=found.whole), trial
            amount = np.bincount(subject[self.lever_of], least.amount * self._worth(), len(names))
            used = [int(one) for one in np.argsort(amount, kind="stable") if amount[one] > 0 and one not in tried]
            if not used or len(tried) == SPARE or (amount > 0).sum() == 1:
                return least
            tried.add(used[0])
            trial = allowed & (subject != used[0])

    def in_order(self, allowed: BoolArray) -> Least | None:
        """Return the least change in order of priority: statutory rules give least, then money, then agreements."""
        caps: dict[Standing, float] = {}
        found, gap = None, 0.0
        for standing in reversed(PRIORITY):
            mine = self.of_standing == PRIORITY.index(standing)
            if not (allowed & mine).any():
                continue
            step = self.least(allowed, (standing,), caps)
            if step is None:
                break
            found, gap = step, max(gap, step.gap)
            caps[standing] = step.total[standing] * (1.0 + KEPT)
            allowed = allowed if step.total[standing] > NOTHING else allowed & ~mine
        return None if found is None else replace(found, gap=gap)

    def needed(self) -> BoolArray:
        """Return (L,) whether a lever takes part in the proof that nothing can be kept as it is.

        Without those that take part, the same prices prove that the others are of no use; all of them, where fractions
        are all that is wanting. To be asked first, with every lever in use, so that the solver's scales suit them all.
        """
        question = self._question(np.ones(len(self.levers), dtype=bool), np.ones(len(self.levers)), {})
        answer = self._solver.solve(_fixed(question, None))
        used = np.ones(len(self.levers), dtype=bool)
        if answer.has_solution and -proven_bound(question, answer.prices) > NOTHING:
            pull = np.abs(self.program.matrix.T @ answer.prices)[self.base.shape[1] :] * self.most
            used[:] = False
            used[self.lever_of[pull > NOTHING * pull.max(initial=0.0)]] = True
        return used

    def _question(self, allowed: BoolArray, factor: FloatArray, caps: Mapping[Standing, float]) -> LinearProgram:
        """Return the program that keeps the sum of levers, each times its factor (L,), to the least."""
        most = np.where(allowed[self.lever_of], self.most, 0.0)
        row_upper = self.program.row_upper.copy()
        for standing, cap in caps.items():
            row_upper[len(row_upper) - len(PRIORITY) + PRIORITY.index(standing)] = cap
        return replace(
            self.program,
            objective=np.concatenate([np.zeros(self.base.shape[1]), -self._worth() * factor[self.lever_of]]),
            upper=np.append(self.base.upper, most),
            row_upper=row_upper,
        )

    def _ask(
        self,
        allowed: BoolArray,
        factor: FloatArray,
        caps: Mapping[Standing, float],
        whole: FloatArray | None = None,
    ) -> Least | None:
        """Keep the sum of levers, each times its factor, to the least, and every standing within its cap.

        Whole numbers are sought, unless they are given.
        """
        question = self._question(allowed, factor, caps)
        answer = self._solver.solve(_fixed(question, whole))
        if not answer.has_solution:
            return None
        x, bound = answer.x, proven_bound(question, answer.prices)
        if len(question.whole) and whole is None:
            x, bound = self._whole(question, x, bound)
            if not len(x):
                return None
        count = self.base.shape[1]
        amount = np.clip(x[count:], 0.0, question.upper[count:])
        total = float(-question.objective[count:] @ amount)
        gap = max((bound + total) / total, 0.0) if total > NOTHING else 0.0
        amount = np.where(amount * self._worth() > NOTHING, amount, 0.0)
        given = np.bincount(self.of_standing[self.lever_of], self._worth() * amount, len(PRIORITY)).tolist()
        return Least(amount, dict(zip(PRIORITY, given, strict=True)), gap, x[question.whole])

    def _whole(self, question: LinearProgram, x: FloatArray, bound: float) -> tuple[FloatArray, float]:
        """Return the best answer in whole numbers that was found, empty for none, and the bound on all such answers.

        Rounding the answer in fractions is often good enough, and proven so; only else is a solver asked in full.
        """
        best, value = x[:0], -np.inf
        for rounding in (np.ceil, np.rint, np.floor):
            near = x.copy()
            near[question.whole] = np.clip(
                rounding(x[question.whole]), question.lower[question.whole], question.upper[question.whole]
            )
            answer = self._solver.solve(question.with_whole_fixed(near))
            if answer.has_solution and question.value(answer.x) > value:
                best, value = answer.x, question.value(answer.x)
        if bound - value > CLOSE * abs(value):
            answer = self._whole_solver.solve(question)
            if answer.has_solution and question.value(answer.x) > value:
                best = answer.x
            bound = bound if answer.bound is None or not np.isfinite(answer.bound) else min(bound, answer.bound)
        return best, bound

    def opened(self, base: LinearProgram, given: Sequence[Given]) -> LinearProgram:
        """Return a program with the rows of this one's base, and its gates open as far as is given; nothing is sought.

        The levers of rows stay shut: the base has the bounds that they give.
        """
        most = np.zeros(len(self.most))
        for one in given:
            if not one.lever.side:
                mine = np.flatnonzero(self.lever_of == self.levers.index(one.lever))
                most[mine] = np.bincount(np.searchsorted(self.way_of[mine], one.at), one.amount, len(mine))
        rows = self.base.shape[0]
        return replace(
            self.program,
            objective=np.zeros(self.program.shape[1]),
            upper=np.append(base.upper, most),
            row_lower=np.append(base.row_lower, self.program.row_lower[rows:]),
            row_upper=np.append(base.row_upper, self.program.row_upper[rows:]),
        )


def _fixed(question: LinearProgram, whole: FloatArray | None) -> LinearProgram:
    """Return a question without whole numbers: these fixed, or in fractions."""
    if whole is None:
        return replace(question, whole=question.whole[:0])
    x = np.zeros(question.shape[1])
    x[question.whole] = whole
    return question.with_whole_fixed(x)
