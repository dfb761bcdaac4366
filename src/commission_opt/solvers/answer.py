"""What a solver returns: a claim, not yet a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

import numpy as np

from commission_opt.place.names import FloatArray
from commission_opt.program.linear import LinearProgram


class Status(StrEnum):
    """What a solver says of its answer."""

    OPTIMAL = "optimal"
    INFEASIBLE = "infeasible"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(frozen=True, eq=False)
class Answer:
    """A solver's claim about a program, in the place's own units.

    Parameters
    ----------
    status : Status
        What the solver says; the certificate decides.
    x : (n,)
        Values of the columns; empty where there are none.
    prices : (m,) objective units per unit of the row
        Value gained per unit rise of the row's bound; empty where there are none.
    solver : str
        Who answered, with version and method.
    message : str
        The solver's own word for the status.
    seconds : float
        Time taken by the solver alone.
    bound : float or None
        For programs with whole numbers, the solver's own upper bound on the objective; None for linear programs.
    priced : bool
        Of a program with whole numbers: whether the prices are those of what is left when these are held.
    precision : float
        Relative size below which a reduced cost may be nothing but the solver's rounding.
    corner: bool
        Whether the solution is a corner of what is allowed, as it is from simplex or after crossover: only from there
        can ties be examined.
    why : str
        Why this solver answered, where there was a choice: a sentence for the reader of the plan.
    """

    status: Status
    x: FloatArray
    prices: FloatArray
    solver: str
    message: str = ""
    seconds: float = 0.0
    precision: float = 1e-9
    bound: float | None = None
    priced: bool = False
    corner: bool = True
    why: str = ""

    @property
    def has_solution(self) -> bool:
        """Whether there are values and prices that can be checked."""
        return len(self.x) > 0 and bool(np.isfinite(self.x).all() and np.isfinite(self.prices).all())


INTERRUPTED = "interrupted"
"""Message of an answer that was asked for before the solver was done."""


@dataclass(frozen=True)
class Reached:
    """How far a solver has come.

    Parameters
    ----------
    seconds : float
        Since it began.
    bound : float
        No plan is worth more: proven by prices.
    value : float
        Of what it has now, whose rules are violated by ``violation`` of their size.
    gap, violation : float
        Distance of value and bound, relative, and largest violation of a scaled row.
    """

    seconds: float
    bound: float
    value: float
    gap: float
    violation: float

    def __str__(self) -> str:
        return f"{self.seconds:.0f} s: no plan is worth more than {self.bound:,.0f}; distance {self.gap:.1e}"


@dataclass(frozen=True)
class Limits:
    """When a solver has to stop, and how it works.

    Parameters
    ----------
    seconds : float or None
        Time for one call; None for none.
    presolve : bool
        Whether the solver may simplify the program first.
    threads : int
        Threads; 0 for what suits the method: HiGHS one, area by area as many as there are cores.
    integer_gap : float
        Relative gap at which a program with whole numbers may stop.
    small : int
        Columns up to which HiGHS finds whole numbers without a gap worth the name: it costs little there.
    method : str
        HiGHS's method for linear programs, ``simplex`` or ``ipm``; blank: by the number of columns.
    gap : float
        Relative gap at which a method that comes nearer and nearer may stop.
    checkpoint : str
        Folder in which the method by areas keeps its state, to go on from it when it was cut off; blank for none.
    scheduler : str
        Address of the Dask cluster whose workers keep the areas; blank for the threads of this machine.
    tell : callable or None
        Told after every step how far such a method has come.
    """

    seconds: float | None = None
    presolve: bool = True
    threads: int = 0
    integer_gap: float = 1e-4
    small: int = 5_000
    method: Literal["", "simplex", "ipm"] = ""
    gap: float = 1e-6
    checkpoint: str = ""
    scheduler: str = ""
    tell: Callable[[Reached], None] | None = None


class Solver(Protocol):
    """Anything that can answer a program."""

    def solve(self, program: LinearProgram) -> Answer:
        """Return a claim about the program."""
