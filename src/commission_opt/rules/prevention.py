"""Prevention: causes today shrink symptoms tomorrow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.names import BoolArray, FloatArray, IntArray, Names, distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import worth_of_volumes


@dataclass(frozen=True, eq=False)
class Averting:
    """Cases (e,) averted by one unit of a volume: planner, cell, year (may lie after the last) and volume of each."""

    planner: IntArray
    cell: IntArray
    year: IntArray
    volume: IntArray
    amount: FloatArray

    def take(self, chosen: IntArray) -> Averting:
        """Return some of the entries."""
        return Averting(
            self.planner[chosen], self.cell[chosen], self.year[chosen], self.volume[chosen], self.amount[chosen]
        )


class Prevention(Rule):
    r"""What services avert is neither there to be met nor has to be.

    .. math:: averted_{d n g t} = \sum_{s, k} \sum_{t' \le t - lag} \rho_{s d} \, persistence^{t - lag - t'}
        \left( \sum_k x_{s n g t' k} - baseline_{s n g t'} \right), \qquad averted_{d n g t} \le demand_{d n g t}

    :math:`\rho` are the cases averted per unit. Demand is what is expected with today's services, so only what goes
    beyond today's volumes averts anything, and less prevention than today adds cases; without a baseline every unit
    counts. Coverage, duties and limits on coverage hold for the demand that is left. Prevention of more than there is
    is not possible: volumes stop where nobody is left. Where cases are divided by cohort, those of the cohort that the
    preventing volume serves are averted, or, where the need has no such cohort in the area, those of all its cohorts
    there in proportion to their cases. Cases averted per unit below 0 add demand: where it cannot be met, the
    conflict names the row.

    After the last year T cases averted are worth, per unit of money that meeting them would have cost, ``salvage``:

    .. math:: salvage \cdot must\_meet_d \cdot \min_{s \in S(d)} cost_s \cdot later_{d n g}, \qquad
        later_{d n g} \le \sum_{u = T + 1}^{T + salvage\_years} d_u \, averted_{d n g u}

    at most the last year's cases in each such year. Only cases that have to be met cost anybody money for certain, so
    only they count, at the price of the need's cheapest service.

    Where the row names the outcome whose weight counts the money of averted cases already, the fiscal value of what the
    service gains of it beyond today is not counted in the years in which it averts: the money counts as what it buys.

    Agencies that plan alone count on what their own services avert of needs that they meet themselves, and on
    nothing else: nobody counts on what others prevent for them.
    """

    kind: Literal["prevention"] = "prevention"
    reads: ClassVar[tuple[str, ...]] = ("prevention",)
    words: ClassVar[dict[str, Words]] = {
        "prevention.averted": Words(
            price="one more case of {need} ({cohort}) averted from outside in {area} in {year}",
            demand="{need} ({cohort}) in {area} in {year} changes by just what services avert beyond today",
            standing="identity",
        ),
        "prevention.later": Words(
            price="one more case of {need} ({cohort}) averted from outside in {area} after the last year",
            demand="{need} ({cohort}) in {area} counts as averted after the last year only as far as services avert it",
            standing="identity",
        ),
    }

    salvage: float = Field(
        default=0.0,
        ge=0,
        description="Value per unit of money that meeting the cases averted after the last year would have cost.",
    )
    salvage_years: int = Field(default=5, ge=1, le=50, description="Years after the last in which such cases count.")

    def columns(self, draft: Draft) -> None:
        """Add the cases that are averted within the years and, where they have a value, after them."""
        averting = _averting(draft, draft.years + (self.salvage_years if self.salvage > 0 else 0))
        cells = len(draft.arrays.cells.need)
        shape = (len(draft.planners.weight), cells, draft.years)
        within = averting.take(np.flatnonzero(averting.year < draft.years))
        joint, row = distinct(
            np.ravel_multi_index((within.planner, within.cell, within.year), shape), int(np.prod(shape))
        )
        planner, cell, year = np.unravel_index(joint, shape)
        keys = Keys.of(*_cell_keys(draft, planner, cell), (draft.arrays.names.year, year))
        today, least = _today_and_least(draft, within, row, len(joint))
        column = draft.builder.add_columns(
            "averted", keys, draft.arrays.cells.cases[cell, year], unit="cases a year", lower=least
        )
        position = draft.builder.add_rows("prevention.averted", keys, unit="cases a year", lower=-today, upper=-today)
        draft.builder.add_entries(position, column, 1.0)
        draft.builder.add_entries(position[row], draft.volumes.column[within.volume], -within.amount)
        draft.averted = np.full(shape, -1)
        draft.averted[planner, cell, year] = column
        _count_once(draft)
        self._later(draft, averting.take(np.flatnonzero(averting.year >= draft.years)))

    def _later(self, draft: Draft, after: Averting) -> None:
        """Add what is averted after the last year, as far as it is worth something."""
        arrays = draft.arrays
        rate = arrays.place.settings.discount_rate
        worth = self.salvage * _cost_of_cells(draft)
        after = after.take(np.flatnonzero(worth[after.cell] > 0))
        counted = (1.0 + rate) ** -np.arange(draft.years, draft.years + self.salvage_years, dtype=float)
        after = Averting(
            after.planner, after.cell, after.year, after.volume, after.amount * counted[after.year - draft.years]
        )
        shape = (len(draft.planners.weight), len(arrays.cells.need))
        joint, row = distinct(np.ravel_multi_index((after.planner, after.cell), shape), int(np.prod(shape)))
        planner, cell = np.unravel_index(joint, shape)
        keys = Keys.of(*_cell_keys(draft, planner, cell))
        today, least = _today_and_least(draft, after, row, len(joint))
        most = arrays.cells.cases[cell, -1] * counted.sum()
        column = draft.builder.add_columns("averted later", keys, most, unit="cases", lower=np.minimum(least, most))
        position = draft.builder.add_rows("prevention.later", keys, unit="cases", upper=-today)
        draft.builder.add_entries(position, column, 1.0)
        draft.builder.add_entries(position[row], draft.volumes.column[after.volume], -after.amount)
        draft.penalties.append((column, -worth[cell]))


def _count_once(draft: Draft) -> None:
    """Take the fiscal value of outcomes whose money comes as averted demand from the value of what averts it."""
    arrays, volumes, effects = draft.arrays, draft.volumes, draft.arrays.effects
    prevention = arrays.prevention
    counts = _leads(draft)[draft.planners.of_service[prevention.service], prevention.need] & (prevention.outcome >= 0)
    worth = np.zeros((len(effects.service), draft.years))
    for row in np.flatnonzero(counts & (prevention.averted != 0)):
        same = (effects.service == prevention.service[row]) & (effects.outcome == prevention.outcome[row])
        fiscal = arrays.fiscal_value[prevention.outcome[row]] * effects.effect[same]
        worth[same] = fiscal[:, None] * (prevention.kept(draft.years)[row] @ arrays.discount)
    value = worth_of_volumes(draft, worth)
    again = np.flatnonzero(value)
    draft.recouped.add(volumes.column[again], volumes.area[again], value[again], draft.baseline_volume()[again])


def _leads(draft: Draft) -> BoolArray:
    """Return (P, D) which planner meets which need."""
    leads = np.zeros((len(draft.planners.weight), len(draft.arrays.names.need)), dtype=bool)
    leads[draft.planners.of_service, draft.arrays.services.need] = True
    return leads


def _averting(draft: Draft, until: int) -> Averting:
    """List what every volume averts in every year up to a last one."""
    arrays, volumes = draft.arrays, draft.volumes
    prevention, cells = arrays.prevention, arrays.cells
    response = prevention.response(draft.years, until)
    leads = _leads(draft)
    nothing = np.zeros(0, dtype=np.int64)
    found = [(nothing, nothing, nothing, np.zeros(0))]
    area_count = len(arrays.names.area)
    place_of_cell = cells.need * area_count + cells.area
    for row in range(len(prevention.service)):
        need = prevention.need[row]
        planner = draft.planners.of_service[prevention.service[row]]
        volume = np.flatnonzero((volumes.service == prevention.service[row]) & leads[planner, need])
        first = np.searchsorted(place_of_cell, need * area_count + volumes.area[volume], side="left")
        count = np.searchsorted(place_of_cell, need * area_count + volumes.area[volume], side="right") - first
        pair = np.repeat(np.arange(len(volume)), count)
        cell = first[pair] + np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count)
        share = _shares(draft, volumes.cohort[volume[pair]], cell)
        amount = response[row, volumes.year[volume[pair]]] * share[:, np.minimum(np.arange(until), draft.years - 1)]
        entry, year = np.nonzero(amount)
        found.append((cell[entry], year, volume[pair[entry]], amount[entry, year]))
    cell, year, volume = (np.concatenate([part[i] for part in found]) for i in range(3))
    amount = np.concatenate([part[3] for part in found])
    return Averting(draft.planners.of_service[volumes.service[volume]], cell, year, volume, amount)


def _shares(draft: Draft, cohort: IntArray, cell: IntArray) -> FloatArray:
    """Return (e, T) which part of what a cohort's volume averts falls on each cell of a need in its area."""
    cells, names = draft.arrays.cells, draft.arrays.names
    place = cells.need * len(names.area) + cells.area
    whole = np.zeros((len(names.need) * len(names.area), draft.years))
    np.add.at(whole, place, cells.cases)
    of_cell = cells.cases / np.where(whole[place] > 0, whole[place], 1.0)
    own = np.zeros((len(whole), len(names.cohort)), dtype=bool)
    own[place, cells.cohort] = True
    exact = own[place[cell], cohort]
    same = (cells.cohort[cell] == cohort)[:, None] & (cells.cases[cell] > 0)
    return np.where(exact[:, None], same.astype(float), of_cell[cell])


def _today_and_least(draft: Draft, averting: Averting, row: IntArray, count: int) -> tuple[FloatArray, FloatArray]:
    """Return (rows,) what today's volumes avert, and the least that any volumes could avert beyond it."""
    today = np.bincount(row, averting.amount * draft.baseline_volume()[averting.volume], count)
    least = np.bincount(row, np.minimum(averting.amount, 0.0) * draft.coverable()[averting.volume], count) - today
    return np.asarray(today, dtype=float), np.asarray(np.minimum(least, 0.0), dtype=float)


def _cell_keys(draft: Draft, planner: IntArray, cell: IntArray) -> tuple[tuple[Names, IntArray], ...]:
    cells, names = draft.arrays.cells, draft.arrays.names
    whose = ((names.agency, planner),) if draft.planners.alone else ()
    return (*whose, (names.need, cells.need[cell]), (names.area, cells.area[cell]), (names.cohort, cells.cohort[cell]))


def _cost_of_cells(draft: Draft) -> FloatArray:
    """Return (C,) money that a case of a cell costs for certain: the duty's share at the need's cheapest service."""
    arrays = draft.arrays
    cheapest = np.full(len(arrays.names.need), np.inf)
    np.minimum.at(cheapest, arrays.services.need, arrays.services.cost.sum(axis=1))
    cheapest = np.where(np.isfinite(cheapest), cheapest, 0.0)
    return np.asarray((arrays.must_meet * cheapest)[arrays.cells.need] * arrays.cost_factor[arrays.cells.area])
