"""The program while the rules build it: what they share, and nothing that only one of them needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.conditions import Tranches
from commission_opt.place.names import (
    EVERYTHING,
    BoolArray,
    FloatArray,
    IntArray,
    Names,
    SmallArray,
    distinct,
    smallest,
)
from commission_opt.program.blocks import Keys
from commission_opt.program.builder import PART, ProgramBuilder
from commission_opt.program.linear import LinearProgram
from commission_opt.rules.accounts import Income, Spending, UnitCosts
from commission_opt.rules.per_unit import PerUnit, Sorts
from commission_opt.rules.recouped import Recouped
from commission_opt.rules.volumes import Volumes, closed_up, coverable, no_volumes

if TYPE_CHECKING:
    from commission_opt.rules.guarantees import Alone
    from commission_opt.rules.money import Money


@dataclass(frozen=True, eq=False)
class Planners:
    """Who decides: one planner for all, or every agency for the services that it leads.

    ``of_service`` (S,) planner codes; ``weight`` (P, O) what each planner values, per outcome unit.
    """

    of_service: IntArray
    weight: FloatArray

    @property
    def alone(self) -> bool:
        """Whether there are several planners who do not know of each other."""
        return len(self.weight) > 1


@dataclass(frozen=True, eq=False)
class CountedOutcomes:
    """Columns (Z,) on which capped outcomes are counted: planner, outcome, area and year codes of each."""

    planner: IntArray
    outcome: IntArray
    area: IntArray
    year: IntArray
    column: IntArray


@dataclass(eq=False)
class Draft:
    """Everything that rules share while they add their columns and rows.

    Parameters
    ----------
    arrays : PlaceArrays
        The place.
    builder : ProgramBuilder
        Where columns, rows and entries go.
    tranches : Tranches
        Set by the rule on returns before the volumes exist.
    planners : Planners
        Set by the rule on silos before the volumes exist.
    area_weight : (N,)
        What an outcome gained in each area counts for: the place's equity weights, unless the rule on equity changes
        them before the volumes exist.
    fenced_out : (F, S, T) bool
        Services that a stream must not pay for, set by the rule on ring fences.
    penalties : list of (columns, value per unit)
        Discounted value lost by columns such as shortfalls.
    at_risk : list of (columns, value per unit)
        Value that a cautious plan does not count on, wherever the value of outcomes is maximised.
    capped : (P, O) bool
        Outcomes whose value is counted on columns of their own, not on volumes.
    open : (S, T) columns
        Whether a service is open at all; -1 where no rule asks, see :func:`commission_opt.rules.opening.open_services`.
    fixed_cost : (S,) money a year
        What being open costs, charged to those columns; 0 without the rule on scale.
    counted : CountedOutcomes
        Those columns.
    averted : (P, C, T) columns
        Cases of each cell that prevention averts, by planner; -1 where there is no such column, empty without the rule.
    income : Income
        Money that comes back to streams.
    recouped : Recouped
        Value of outcomes that is counted as that money, or as demand averted, and no second time.
    money : Money or None
        Where the program keeps its money, set by the rule on pooling.
    alone : Alone or None
        What every agency has when all plan alone, where a plan has found it.
    local_weight : (N, O) or None
        What an outcome unit is worth in each area, where clusters value outcomes themselves; set by the rule on
        devolution before the volumes exist.
    apart : bool
        Whether areas or clusters decide each for itself, set by the rule on devolution before the volumes exist.
    afterwards : list of callables
        What is still to be made of the program once it is built.
    notes : list of str
        What a reader of the plan has to know about how the rules were applied.
    uses : list of PerUnit
        What a unit of every volume adds to rows.
    """

    arrays: PlaceArrays
    builder: ProgramBuilder
    tranches: Tranches
    planners: Planners
    area_weight: FloatArray
    fenced_out: BoolArray
    capped: BoolArray
    volumes: Volumes
    open: IntArray
    fixed_cost: FloatArray
    counted: CountedOutcomes
    spending: Spending
    averted: IntArray
    income: Income
    recouped: Recouped = field(default_factory=Recouped)
    money: Money | None = None
    alone: Alone | None = None
    local_weight: FloatArray | None = None
    apart: bool = False
    afterwards: list[Callable[[LinearProgram], LinearProgram]] = field(default_factory=list)
    penalties: list[tuple[IntArray, FloatArray]] = field(default_factory=list)
    at_risk: list[tuple[IntArray, FloatArray]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    uses: list[PerUnit] = field(default_factory=list)

    @property
    def years(self) -> int:
        """Number of years."""
        return len(self.arrays.names.year)

    def baseline_volume(self) -> FloatArray:
        """Return (X,) today's volume, tranche after tranche; what is more than all of them hold is on the last."""
        return np.concatenate([np.zeros(0), *(filled for _, filled in self.baseline_parts())])

    def baseline_parts(self) -> Iterator[tuple[Volumes, FloatArray]]:
        """Return the same some volumes at a time, all tranches of a delivery and year together."""
        volumes, reach, gone, start = self.volumes, self.coverable(), 0.0, 0
        while start < len(volumes):
            stop = min(start + PART, len(volumes))
            stop = int(np.searchsorted(volumes.of_delivery, volumes.of_delivery[stop - 1], side="right"))
            part, own = volumes.part(start, stop), reach[start:stop]
            first = np.flatnonzero(np.diff(part.delivery * self.years + part.year, prepend=-1))
            ends = np.append(first[1:], len(own))
            # Added up from the first volume of all on, so that the same place gives the same figures in any parts.
            total = np.cumsum(np.concatenate([[gone], own]))
            gone = float(total[-1])
            before = total[1:] - own
            before -= np.repeat(before[first], ends - first)
            left = np.maximum(self.arrays.baseline[part.delivery, part.year] - before, 0.0)
            filled = np.minimum(left, own)
            filled[ends - 1] = left[ends - 1]
            yield part, filled
            start = stop

    def averted_columns(self, planner: IntArray, cell: IntArray, year: IntArray) -> IntArray:
        """Return the columns by which demand in these cells and years falls for these planners, -1 for none."""
        if not self.averted.size:
            return np.full(np.broadcast_shapes(planner.shape, cell.shape, year.shape), -1)
        return np.asarray(self.averted[planner, cell, year])

    def area_of_columns(self) -> IntArray:
        """Return (n,) the area of every volume and counted outcome, -1 for all other columns."""
        area = np.full(self.builder.column_count, EVERYTHING, dtype=np.int64)
        area[self.volumes.column] = self.volumes.area
        area[self.counted.column] = self.counted.area
        return area

    def add_per_unit(self, use: PerUnit) -> None:
        """Add coefficients of volumes, which are written as the program is built."""
        self.uses.append(use)

    @cached_property
    def sorts(self) -> Sorts:
        """Return the sorts of volumes that there are."""
        deliveries, cohorts = self.arrays.deliveries, len(self.arrays.names.cohort)
        codes = deliveries.service * cohorts + self.arrays.cells.cohort[deliveries.cell]
        pairs, of_delivery = distinct(codes, len(self.arrays.names.service) * cohorts)
        return Sorts(pairs // cohorts, pairs % cohorts, of_delivery, self.years, self.volumes.gain.shape[1])

    @cached_property
    def discounted_response(self) -> FloatArray:
        """Return (E, T) what a unit in each year gains by each effect in all years, later ones discounted."""
        return np.asarray(self.arrays.effects.response(self.years) @ self.arrays.discount)

    @property
    def number(self) -> SmallArray:
        """How many volumes there are of each delivery and year (V, T)."""
        return self.volumes.number

    @cached_property
    def volumes_of_cells(self) -> IntArray:
        """Return (C * T, P) how many volumes each planner has in every cell and year."""
        planners = len(self.planners.weight)
        count = np.zeros(self.arrays.cells.cases.size * planners)
        for year, number in enumerate(self.number.T):
            count += np.bincount(self.first_of_cells + year * planners, number, len(count))
        return count.astype(np.int64).reshape(-1, planners)

    @cached_property
    def first_of_cells(self) -> IntArray:
        """Return (V,) where each delivery's planner stands among those of all cells and years, in the first year."""
        deliveries, planners = self.arrays.deliveries, len(self.planners.weight)
        return deliveries.cell * (self.years * planners) + self.planners.of_service[deliveries.service]

    def coverable(self) -> FloatArray:
        """Return (X,) the most that demand allows each volume."""
        return self.builder.upper_of(self.volumes.run)


def start_draft(arrays: PlaceArrays) -> Draft:
    """Begin a program for a place: constant returns, one planner, nothing fenced, nothing capped."""
    services, years = len(arrays.names.service), len(arrays.names.year)
    nothing = np.zeros(0, dtype=np.int64)
    return Draft(
        arrays=arrays,
        builder=ProgramBuilder(),
        tranches=Tranches(np.ones((services, 1)), np.ones((services, 1))),
        planners=Planners(np.zeros(services, dtype=np.int64), arrays.weight[None, :]),
        area_weight=arrays.equity_weight,
        fenced_out=np.zeros((len(arrays.names.stream), services, years), dtype=bool),
        capped=np.zeros((1, len(arrays.names.outcome)), dtype=bool),
        volumes=no_volumes(),
        open=np.full((services, years), -1),
        fixed_cost=np.zeros(services),
        counted=CountedOutcomes(nothing, nothing, nothing, nothing, nothing),
        spending=Spending(
            list(arrays.names.service.labels),
            [int(a) for a in arrays.services.agency],
            UnitCosts(no_volumes(), arrays.services.cost, arrays.cost_factor, nothing, np.zeros(0)),
        ),
        averted=np.zeros((0, 0, 0), dtype=np.int64),
        income=Income(np.zeros_like(arrays.streams.amount)),
    )


def add_volumes(draft: Draft) -> None:
    """Add x[service, area, cohort, year, tranche], each at most its tranche of the coverable demand."""
    arrays, names = draft.arrays, draft.arrays.names
    deliveries, cells = arrays.deliveries, arrays.cells
    tranche_count = draft.tranches.share.shape[1]
    most = coverable(arrays, draft.tranches.share)
    used = most > 0
    number = used.reshape(len(most), -1, tranche_count).astype(smallest(tranche_count))
    number = sum((number[:, :, k] for k in range(1, tranche_count)), number[:, :, 0])
    # Named in few bytes from the start: there are too many to be written out in full even for a moment.
    of_delivery = Keys.of(
        (names.service, deliveries.service),
        (names.area, cells.area[deliveries.cell]),
        (names.cohort, cells.cohort[deliveries.cell]),
    )
    year, tranche = np.divmod(np.arange(most.shape[1]), tranche_count)
    tranche_names = Names("tranche", tuple(str(k + 1) for k in range(tranche_count)))
    of_place = Keys.of((names.year, year), (tranche_names, tranche))
    count, chosen = (most.shape[1], ...) if used.all() else (sum(number.T, np.zeros(1, dtype=np.int64)), used)
    keys = Keys(
        (*of_delivery.names, *of_place.names),
        (
            *(np.repeat(codes, count) for codes in of_delivery.small),
            np.repeat(np.tile(of_place.small[0][::tranche_count], len(most)), number.reshape(-1)),
            np.broadcast_to(of_place.small[1], used.shape)[chosen].reshape(-1),
        ),
    )
    delivery = np.repeat(np.arange(len(most), dtype=np.int32), count)
    upper = most.reshape(-1) if used.all() else closed_up(most, used)
    upper.setflags(write=False)
    block = draft.builder.add_block("volume", keys, upper, unit="units a year")
    draft.volumes = Volumes(block.start, keys, delivery, deliveries.cell, draft.tranches.effectiveness, number)
    draft.spending.units = UnitCosts(
        draft.volumes,
        arrays.services.cost,
        arrays.cost_factor,
        deliveries.service,
        arrays.cost_factor[cells.area[deliveries.cell]],
    )
