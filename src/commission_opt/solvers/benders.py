"""Benders: whole numbers of a large program, decided by cuts, each from one linear program with these held."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy import sparse
from threadpoolctl import threadpool_limits

from commission_opt.halt import HALT
from commission_opt.place.names import FloatArray, Names
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers.answer import INTERRUPTED, Answer, Limits, Reached, Solver, Status
from commission_opt.solvers.dive import dive
from commission_opt.solvers.highs import HighsSolver
from commission_opt.solvers.master import Master

PART = 0.5
"""How far towards the numbers that the master wants a cut is looked for, from numbers that are known to be possible."""

INSIDE = 0.1
"""How far cuts are kept from numbers at which rules leave no room, towards those that the search began with."""

NEARER = 3
"""Times that the way is halved where the linear program cannot be solved so far out."""

FINE = 0.25
"""Gap of the linear programs at last, as a share of the gap that is asked for."""

FIRST, NEXT = 5e-3, 0.05
"""Gap of the first linear programs, and of later ones at most, as a share of the gap that there is: half of the steps
bring the last of it."""

ROUGH = 0.1
"""Gap of the master, as a share of the gap that there is."""

NOTHING = "no choice leaves the rest a solution"
"""Message of a search that found no plan."""

FINER = 4.0
"""How many times finer linear programs are after a round that brought nothing, and when a choice is tried again."""

TRIES = 12
"""Choices tried without any plan, after which a method that looks at all rules together is more likely to find one."""

AGAIN = 3
"""Rounds in a row that bring neither bound nor plan nearer, after which there is nothing more to be had."""

KEPT = "choices"
"""Folder, in that which was asked for, in which linear programs keep their state; it goes at the end of a search."""

PATIENCE = 1.0
"""Seconds of the master at least; it may take as long as the linear programs of a round."""


class BendersSolver:
    """Benders decomposition (1962) with cuts from within (Ben-Ameur and Neto 2007).

    Parameters
    ----------
    limits : Limits
        Time, gap of whole numbers, and whom to tell what is reached.
    linear : callable
        Makes, of limits, a solver for the linear programs that are left when whole numbers are held, at whole values
        or others.
    relaxes : bool
        Whether that solver also takes the program whose numbers need not be whole.
    """

    def __init__(self, limits: Limits, linear: Callable[[Limits], Solver], relaxes: bool) -> None:
        self.limits, self._linear, self._relaxes = limits, linear, relaxes

    def solve(self, program: LinearProgram) -> Answer:
        """Return the best plan found and the bound that cuts prove, once their distance is within the gap.

        Out of time or interrupted, the status is ``stopped``; it is ``failed`` where no numbers were found, not whole
        either, at which the rest of the program has a solution.
        """
        search = _Search(program, self.limits, self._linear)
        # Two linear programs are solved side by side: neither may change the other's number of threads.
        with HALT.heard(), threadpool_limits(limits=1, user_api="blas"), ThreadPoolExecutor(max_workers=1) as pool:
            if search.begin(self._relaxes):
                while not search.ended():
                    search.go_on(pool)
        if self.limits.checkpoint and not search.cut_short:
            shutil.rmtree(Path(self.limits.checkpoint) / KEPT, ignore_errors=True)
        return search.answer()


class _Search:
    """Where the search stands: the best plan, the bound, and numbers from which cuts are looked for."""

    def __init__(self, program: LinearProgram, limits: Limits, linear: Callable[[Limits], Solver]) -> None:
        self._program, self._limits, self._linear = program, limits, linear
        self._master, self._started = Master(program), time.perf_counter()
        self._core: FloatArray | None = None
        self._first = np.zeros(0)
        self._best: Answer | None = None
        self._value, self._bound = -np.inf, np.inf
        self._seen: dict[bytes, float] = {}
        self._idle, self._lasted, self._reason = 0, 0.0, ""

    @property
    def _gap(self) -> float:
        if self._best is None:
            return np.inf
        return (self._bound - self._value) / max(abs(self._value), 1e-300)

    def begin(self, relaxes: bool) -> bool:
        """Find numbers, not whole, at which the rest of the program has a solution; return whether it can have one.

        Best are those at which it is worth most, and those far from all bounds, to keep away from where it has no room.
        """
        self._master.add(np.zeros(self._program.shape[0]))
        if relaxes:
            relaxed = replace(self._program, whole=np.zeros(0, dtype=np.int64))
            answer = self._solve(relaxed)
            if answer.status is Status.INFEASIBLE:
                return False
            if answer.has_solution:
                self._core = self._first = answer.x[self._program.whole]
                self._master.add(answer.prices)
                self._dive(self._core)
        centre = self._master.centre(self._inner())
        if centre is not None and self._cut(centre):
            self._core, self._first = centre if self._core is None else self._core, centre
        return centre is not None

    def _dive(self, numbers: FloatArray) -> None:
        """Round the numbers of the best solution without whole ones, some at a time."""
        found = dive(self._program, numbers, self._solve)
        if found is not None:
            self._seen[found.x[self._program.whole].tobytes()] = self._aim
            self._take(found, found.x[self._program.whole])

    def ended(self) -> bool:
        """Whether the gap is reached, or the search has to stop; told each time where it stands."""
        seconds = time.perf_counter() - self._started
        if self._limits.tell is not None and np.isfinite(self._gap):
            self._limits.tell(Reached(seconds, self._bound, self._value, self._gap, 0.0))
        if self._gap <= self._limits.integer_gap:
            return True
        self._reason = self.cut_short
        if not self._reason and self._idle >= AGAIN:
            self._reason = "no further cut brings the bound nearer" if self._best else NOTHING
        if not self._reason and self._best is None and len(self._seen) >= TRIES:
            self._reason = f"none of {TRIES} choices leaves the rest a solution"
        return bool(self._reason)

    @property
    def cut_short(self) -> str:
        """Why there is no going on; blank where there is no such reason."""
        if HALT.wished:
            return INTERRUPTED
        return "time limit reached" if self._left is not None and self._left <= 0 else ""

    @property
    def _left(self) -> float | None:
        """Seconds that are left; None for any number."""
        if self._limits.seconds is None:
            return None
        return self._limits.seconds - (time.perf_counter() - self._started)

    def go_on(self, pool: ThreadPoolExecutor) -> None:
        """Take what the master wants: see what it is worth, and find a cut on the way there."""
        started, before = time.perf_counter(), (self._bound, self._value, self._seen.copy())
        wanted = self._wanted()
        if wanted is None or self._gap <= self._limits.integer_gap:
            self._idle = AGAIN
            return
        plan = None
        if self._seen.get(wanted.tobytes(), np.inf) > FINER * self._aim:
            self._seen[wanted.tobytes()] = self._aim
            plan = pool.submit(self._solve, self._program.with_whole_at(wanted))
            if self._best is None:
                wait([plan])
        self._cut_towards(wanted)
        if plan is not None:
            self._take(plan.result(), wanted)
        self._idle = self._idle + 1 if before == (self._bound, self._value, self._seen) else 0
        self._lasted = time.perf_counter() - started

    def _wanted(self) -> FloatArray | None:
        """Ask the master for a bound, and for whole numbers to try next."""
        limits = self._inner()
        allowed = max(PATIENCE, self._lasted)
        seconds = allowed if limits.seconds is None else min(allowed, limits.seconds)
        gap = max(FINE * self._limits.integer_gap, min(ROUGH * self._gap, ROUGH))
        limits = replace(limits, seconds=seconds, integer_gap=gap, small=0)
        found = self._master.best(limits)
        if found is None:
            return None
        self._bound = min(self._bound, found[0])
        return found[1]

    def _cut_towards(self, wanted: FloatArray) -> None:
        """Add a cut on the way to what is wanted, and look for the next from half as far on."""
        if self._core is None:
            return
        part = PART
        for _ in range(1 + (NEARER if self._best is not None else 0)):
            if self.cut_short:
                return
            between = self._core + part * (wanted - self._core)
            between += INSIDE * (self._first - between)
            if self._cut(between):
                self._core = self._core + PART * (between - self._core)
                return
            part /= 2

    def _cut(self, numbers: FloatArray) -> bool:
        """Add the cut of numbers (w,), not whole; return whether there is one."""
        answer = self._solve(self._program.with_whole_at(numbers))
        if answer.has_solution:
            self._master.add(answer.prices)
        elif answer.status is Status.INFEASIBLE:
            self._forbid(numbers)
        return answer.has_solution

    def _forbid(self, numbers: FloatArray) -> None:
        """Learn why numbers (w,), whole or not, leave the rest no solution; for no longer than the search has taken."""
        limits = self._inner()
        allowed = max(PATIENCE, time.perf_counter() - self._started)
        seconds = allowed if limits.seconds is None else min(allowed, limits.seconds)
        short = HighsSolver(replace(limits, method="simplex", seconds=seconds)).solve(
            _with_shortfall(self._program.with_whole_at(numbers))
        )
        if short.has_solution:
            self._master.forbid(short.prices)

    def _take(self, answer: Answer, whole: FloatArray) -> None:
        """Keep a plan that is better than all before; of a choice without one learn why there is none."""
        if answer.status is Status.OPTIMAL and answer.has_solution:
            self._master.add(answer.prices)
            value = self._program.value(answer.x)
            if value > self._value:
                self._best, self._value = answer, value
            if self._core is None:
                self._core = self._first = whole
        elif answer.status is not Status.STOPPED:
            self._forbid(whole)

    def _solve(self, program: LinearProgram) -> Answer:
        return self._linear(self._inner()).solve(program)

    def _inner(self) -> Limits:
        """Return the limits of a linear program: what is left of the time, and a gap finer than that of the whole."""
        limits, left = self._limits, self._left
        seconds = None if left is None else max(left, 1e-3)
        kept = str(Path(limits.checkpoint) / KEPT) if limits.checkpoint else ""
        return replace(limits, seconds=seconds, gap=self._aim, checkpoint=kept, tell=None)

    @property
    def _aim(self) -> float:
        """Gap of the linear programs: the nearer bound and plan are, and the less a round brought, the finer."""
        least = max(self._limits.gap, FINE * self._limits.integer_gap)
        return max(least, min(FIRST, NEXT * self._gap) * FINER**-self._idle)

    def answer(self) -> Answer:
        """Return what was found."""
        best, closed = self._best, self._gap <= self._limits.integer_gap
        status = Status.OPTIMAL if closed else Status.STOPPED if best is not None or self.cut_short else Status.FAILED
        return Answer(
            status=status,
            x=np.zeros(0) if best is None else best.x,
            prices=np.zeros(0) if best is None else best.prices,
            solver=f"Benders decomposition, commission-opt {version('commission-opt')}",
            message=f"{len(self._seen)} choices tried" if closed else self._reason or self.cut_short or NOTHING,
            seconds=time.perf_counter() - self._started,
            bound=None if best is None else max(self._bound, self._value),
            priced=True,
            corner=False,
        )


def _with_shortfall(program: LinearProgram) -> LinearProgram:
    """Return the program that is worth what its rows fall short of their bounds, of their own size, at least."""
    size = program.sizes(np.maximum(np.abs(program.lower), np.abs(program.upper))[:, None])[:, 0]
    size = np.where((size > 0) & np.isfinite(size), size, 1.0)
    low, high = np.flatnonzero(np.isfinite(program.row_lower)), np.flatnonzero(np.isfinite(program.row_upper))
    row = np.concatenate([low, high])
    missing = np.concatenate([size[low], -size[high]])
    matrix = sparse.csr_array((missing, (row, np.arange(len(row)))), shape=(program.shape[0], len(row)))
    names = Names("row", tuple(map(str, row.tolist())))
    block = Block("shortfall", Keys.of((names, np.arange(len(row)))), "of the row's size", program.shape[1])
    elastic = program.with_columns([block], matrix, np.full(len(row), np.inf))
    return elastic.with_objective(np.append(np.zeros(program.shape[1]), np.full(len(row), -1.0)))
