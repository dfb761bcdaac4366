"""Forced: what a plan gives up when so much of a service has to be delivered every year."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from scipy import sparse

from commission_opt.errors import InfeasibleError, ModelError, Problem
from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve_formulation
from commission_opt.program.blocks import Block, Keys
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Limits, Solver, make_solver

NOTHING = 1e-6
"""Share of what was asked for below which a largest volume is rounding."""

ASKED = "own.volume"
"""Rows that ask for a volume of a service."""


@dataclass(frozen=True, eq=False)
class Forced:
    """The best plan that delivers at least so much of a service in every year, and what it gives up.

    Parameters
    ----------
    volume : float
        Units a year, in the whole place.
    before, after : Plan
        The best plan as things are, and with the volume.
    """

    volume: float
    before: Plan
    after: Plan

    @property
    def value(self) -> float:
        """How the value of outcomes changes, on the shared yardstick."""
        return self.after.value - self.before.value

    @property
    def services(self) -> pd.DataFrame:
        """Return how services change, largest change of spend first: service, volume_units, spend_money; all years."""
        change = _change(self, "allocation", "service", ["volume_units", "spend_money"])
        order = change["spend_money"].abs().sort_values(ascending=False, kind="stable").index
        return change.loc[order].reset_index(names="service")

    @property
    def outcomes(self) -> pd.DataFrame:
        """Return how outcomes change, over all years, largest change of value first: outcome, amount_units, value."""
        change = _change(self, "outcomes", "outcome", ["amount_units", "value"])
        order = change["value"].abs().sort_values(ascending=False, kind="stable").index
        return change.loc[order].reset_index(names="outcome")

    @property
    def needs(self) -> pd.DataFrame:
        """Return how many cases of each need are served more or fewer, over all years: need, cases."""
        change = _change(self, "allocation", "need", ["volume_units"])
        order = change["volume_units"].sort_values(kind="stable").index
        return change.loc[order].reset_index(names="need").rename(columns={"volume_units": "cases"})

    @property
    def agencies(self) -> pd.DataFrame:
        """Return how the money of each agency moves: agency, put_in_money, led_spend_money, own_outcomes_value."""
        figures = ["put_in_money", "led_spend_money", "own_outcomes_value"]
        return _change(self, "agencies", "agency", figures).reset_index(names="agency")


@dataclass(frozen=True, eq=False)
class Refused:
    """A volume that no plan can deliver in every year, and how much can be.

    Parameters
    ----------
    volume : float
        Units a year that were asked for.
    error : InfeasibleError
        Which rules stand against it, and what would make it possible.
    most : (T,) units
        The largest volume that can be delivered in each year by itself.
    every_year : float
        The largest that can be delivered in every one of them.
    """

    volume: float
    error: InfeasibleError
    most: FloatArray
    every_year: float


def force_volume(plan: Plan, service: int, volume: float, options: SolveOptions) -> Forced | Refused:
    """Return what the best plan gives up when a service has to have a volume in every year.

    Parameters
    ----------
    plan : Plan
        The best plan as things are.
    service : int
        Code of the service.
    volume : float
        Least units a year in the whole place.
    options : SolveOptions
        How to solve.
    """
    if not (np.isfinite(volume) and volume >= 0):
        message = f"{volume:g} is no volume of {plan.formulation.arrays.names.service.labels[service]}."
        raise ModelError([Problem("--force", message, "State units a year, such as 100.")])
    formulation = plan.formulation
    try:
        asked = replace(formulation, program=_asked(formulation, service, volume))
        return Forced(volume, plan, solve_formulation(asked, options))
    except InfeasibleError as error:
        solver = make_solver(options.solver, Limits(options.time_limit, threads=options.threads))
        most, every_year = _most(formulation, service, solver)
        whole = np.where(np.append(most, every_year) <= NOTHING * volume, 0.0, np.append(most, every_year))
        return Refused(volume, error, whole[:-1], float(whole[-1]))


def _asked(formulation: Formulation, service: int, volume: float) -> LinearProgram:
    """Return the program with a row for every year that asks for the volume."""
    names, program = formulation.arrays.names, formulation.program
    years = len(names.year)
    keys = Keys.of((names.service, np.full(years, service)), (names.year, np.arange(years)))
    block = Block(ASKED, keys, "units a year", program.shape[0])
    return program.with_rows([block], _by_year(formulation, service), (volume, np.inf))


def _by_year(formulation: Formulation, service: int) -> sparse.csr_array:
    """Return (T, n): which columns are volumes of the service in each year."""
    volumes = formulation.volumes
    own = np.flatnonzero(volumes.service == service)
    shape = (len(formulation.arrays.names.year), formulation.program.shape[1])
    return sparse.csr_array((np.ones(len(own)), (volumes.year[own], volumes.column[own])), shape=shape)


def _most(formulation: Formulation, service: int, solver: Solver) -> tuple[FloatArray, float]:
    """Return the largest volume of each year (T,), and the largest that every year can have."""
    program, by_year = formulation.program, _by_year(formulation, service)
    years = np.arange(by_year.shape[0])
    most = np.array([_largest(program.with_objective(by_year[[year]].toarray()[0]), solver) for year in years])
    if not np.isfinite(most).all():
        return most, np.nan
    column = Block(ASKED, Keys((), ()), "units a year", program.shape[1])
    rows = Block(ASKED, Keys.of((formulation.arrays.names.year, years)), "units a year", program.shape[0])
    alone = sparse.csr_array((program.shape[0], 1))
    matrix = sparse.csr_array(sparse.hstack([by_year, sparse.csr_array(-np.ones((len(years), 1)))]))
    wider = program.with_columns([column], alone, np.array([most.min()])).with_rows([rows], matrix, (0.0, np.inf))
    return most, _largest(wider.with_objective(np.append(np.zeros(program.shape[1]), 1.0)), solver)


def _largest(program: LinearProgram, solver: Solver) -> float:
    """Return the best objective of a program; NaN where it is not found."""
    answer = solver.solve(program)
    return program.value(answer.x) if answer.has_solution else np.nan


def _change(forced: Forced, table: str, key: str, figures: list[str]) -> pd.DataFrame:
    """Return by how much the sums of a table's figures change, by key."""
    was, now = (getattr(plan, table).groupby(key)[figures].sum() for plan in (forced.before, forced.after))
    every = was.index.union(now.index)
    return pd.DataFrame(now.reindex(every, fill_value=0.0) - was.reindex(every, fill_value=0.0))
