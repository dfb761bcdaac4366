"""The program of a synthetic place under aligned budgets as a modeller would write it down: sets and coefficients.

It is what every modelling layer builds from, so that all write the same algebra. The tensors come from the place; who
may pay for what is read off the program that this package made, as a modeller would read it off a table. Making it is
not timed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.place.arrays import PlaceArrays
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.outcomes import gains_of

VOLUME, OUTCOME = "volume", "outcome"


@dataclass(frozen=True)
class Joint:
    """A row that joins areas: services that count (service, year, amount per unit), further columns, bounds.

    ``by_cost``: an area's units count times its cost factor.
    """

    services: list[tuple[int, int, float]]
    by_cost: bool
    others: list[tuple[int, float]]
    lower: float
    upper: float


@dataclass(frozen=True, eq=False)
class Algebra:
    """Sets, bounds and coefficients.

    Parameters
    ----------
    areas, years : int
        How many there are.
    branches : list of (service, tranche)
        What may be bought, each in every area and year.
    most : (B, N, T)
        Upper bounds of volumes.
    effectiveness : (B,)
        Multiplier of the effects.
    gains : dict of (outcome, year) to list of (service, year, amount)
        What adds to an outcome, per unit at effectiveness 1.
    ceiling, value : dict of (outcome, year) to (N,)
        Upper bounds and objective of outcomes.
    need_of : (S,)
        Need of each service.
    covered, owed : dict of (need, year) to (areas, bound)
        Areas where cases limit volumes, and where there is a duty.
    cost_factor : (N,)
        Of each area.
    others : list of (upper, label)
        Columns that belong to no area: money paid and carried, staff hired.
    joint : list of Joint
        Rows on money and staff.
    """

    areas: int
    years: int
    branches: list[tuple[int, int]]
    most: np.ndarray
    effectiveness: np.ndarray
    gains: dict[tuple[int, int], list[tuple[int, int, float]]]
    ceiling: dict[tuple[int, int], np.ndarray]
    value: dict[tuple[int, int], np.ndarray]
    need_of: np.ndarray
    covered: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]
    owed: dict[tuple[int, int], tuple[np.ndarray, np.ndarray]]
    cost_factor: np.ndarray
    others: list[tuple[float, str]]
    joint: list[Joint]

    def branches_of(self, service: int) -> list[int]:
        """Return the positions of a service's branches."""
        return [at for at, (of, _) in enumerate(self.branches) if of == service]

    def branches_for(self, need: int) -> list[int]:
        """Return the positions of the branches that meet a need."""
        return [at for at, (of, _) in enumerate(self.branches) if self.need_of[of] == need]


def write_down(formulation: Formulation) -> Algebra:
    """Write down the algebra of a synthetic place without cohorts under ``aligned``."""
    arrays, program, volumes = formulation.arrays, formulation.program, formulation.volumes
    pairs = np.unique(np.column_stack([volumes.service, volumes.tranche]), axis=0)
    branches = [(int(s), int(k)) for s, k in pairs]
    position = {branch: at for at, branch in enumerate(branches)}
    branch = np.array([position[int(s), int(k)] for s, k in zip(volumes.service, volumes.tranche, strict=True)])
    years, areas = len(arrays.names.year), len(arrays.names.area)
    most, effectiveness = np.zeros((len(branches), areas, years)), np.zeros(len(branches))
    most[branch, volumes.area, volumes.year] = program.upper[volumes.column]
    effectiveness[branch] = volumes.effectiveness
    ceiling, value = _outcomes(program, (areas, years))
    others, joint = _joined(formulation)
    return Algebra(
        areas=areas,
        years=years,
        branches=branches,
        most=most,
        effectiveness=effectiveness,
        gains=_gains(arrays, ceiling),
        ceiling=ceiling,
        value=value,
        need_of=arrays.services.need,
        covered=_by_need(program, "coverage.need", program.row_upper),
        owed=_by_need(program, "duty.need", program.row_lower),
        cost_factor=arrays.cost_factor,
        others=others,
        joint=joint,
    )


def _outcomes(program: LinearProgram, shape: tuple[int, int]) -> tuple[dict, dict]:
    """Return ceilings and values of every outcome and year that is counted, by area."""
    block = program.column_block(OUTCOME)
    outcome, area, _, year = block.keys.codes
    ceiling, value = {}, {}
    for o, t in np.unique(np.column_stack([outcome, year]), axis=0):
        here = np.flatnonzero((outcome == o) & (year == t))
        assert np.array_equal(area[here], np.arange(shape[0]))
        ceiling[int(o), int(t)] = program.upper[block.start + here]
        value[int(o), int(t)] = program.objective[block.start + here]
    return ceiling, value


def _gains(arrays: PlaceArrays, counted: dict[tuple[int, int], np.ndarray]) -> dict:
    """Return what every service in every year adds to each outcome and year."""
    services = len(arrays.names.service)
    every = np.ones((services, len(arrays.names.outcome)), dtype=bool)
    gains = gains_of(arrays, np.ones((services, 1)), every)
    found: dict[tuple[int, int], list[tuple[int, int, float]]] = {key: [] for key in counted}
    table = gains.table.tocoo()
    for sort, gain, amount in zip(table.row.tolist(), table.col.tolist(), table.data.tolist(), strict=True):
        service, begun = divmod(sort, gains.years)
        found[divmod(gain, gains.years)].append((service, begun, amount))
    return found


def _by_need(program: LinearProgram, family: str, bound: np.ndarray) -> dict:
    """Return areas and bounds of a family of rows by need and year."""
    found = {}
    for block in (block for block in program.rows if block.family == family):
        need, area, _, year = block.keys.codes[:4]
        for d, t in np.unique(np.column_stack([need, year]), axis=0):
            here = np.flatnonzero((need == d) & (year == t))
            found[int(d), int(t)] = area[here], bound[block.start + here]
    return found


def _joined(formulation: Formulation) -> tuple[list[tuple[float, str]], list[Joint]]:
    """Return the columns that belong to no area, and the rows that join areas."""
    program, volumes = formulation.program, formulation.volumes
    factor, of_service, in_year = formulation.arrays.cost_factor[volumes.area], volumes.service, volumes.year
    free = np.ones(program.shape[1], dtype=bool)
    for block in program.columns:
        free[block.start : block.stop] = block.family not in (VOLUME, OUTCOME)
    other = {int(column): at for at, column in enumerate(np.flatnonzero(free))}
    others = [(float(program.upper[column]), program.column_label(column)) for column in other]
    by_row = program.matrix.tocsr()
    joint = []
    for block in program.rows:
        if not block.family.startswith(("resources", "pooling")):
            continue
        for row in range(block.start, block.stop):
            part = slice(by_row.indptr[row], by_row.indptr[row + 1])
            column, amount = by_row.indices[part], by_row.data[part]
            mine = ~free[column]
            at = column[mine] - volumes.first
            by_cost = block.family.startswith("pooling")
            each = amount[mine] / (factor[at] if by_cost else 1.0)
            kinds, first = np.unique(of_service[at] * 1_000 + in_year[at], return_index=True)
            services = [(int(k) // 1_000, int(k) % 1_000, float(each[f])) for k, f in zip(kinds, first, strict=True)]
            rest = [(other[int(c)], float(v)) for c, v in zip(column[~mine], amount[~mine], strict=True)]
            joint.append(Joint(services, by_cost, rest, float(program.row_lower[row]), float(program.row_upper[row])))
    return others, joint
