"""Outcomes as sums of volumes: what a unit delivered in one year gains in that year and later."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import BoolArray, FloatArray, IntArray, SmallArray
from commission_opt.rules.draft import Draft
from commission_opt.rules.per_unit import Sorts
from commission_opt.rules.volumes import AREA, Volumes


@dataclass(frozen=True, eq=False)
class OutcomeEntries:
    """Outcome (outcome, area, cohort, year) gained by one unit of a volume, in outcome units per unit."""

    outcome: IntArray
    year: IntArray
    volume: IntArray
    amount: FloatArray


def outcome_entries(arrays: PlaceArrays, volumes: Volumes, wanted: BoolArray) -> OutcomeEntries:
    r"""List what every volume gains of the wanted outcomes in every year.

    .. math:: outcome_{o n g t} = \sum_{s, k} \sum_{t' \le t - lag} effect_{s o g} \, effectiveness_{s k} \,
        persistence^{t - lag - t'} \, x_{s n g t' k}

    Parameters
    ----------
    arrays : PlaceArrays
        The place.
    volumes : Volumes
        Columns that gain outcomes.
    wanted : (O,) bool
        Outcomes to list.

    Returns
    -------
    OutcomeEntries
        Entries with an amount other than zero; area and cohort are those of the volume.
    """
    every_service = np.broadcast_to(wanted, (len(arrays.names.service), len(wanted)))
    volume, gain, amount = gains_of(arrays, volumes.gain, every_service).of(volumes)
    outcome, year = np.divmod(gain, len(arrays.names.year))
    return OutcomeEntries(outcome, year, volume, amount)


@dataclass(frozen=True, eq=False)
class Gains:
    """What volumes of a sort gain: one service, cohort, year and tranche have the same gains in all areas.

    Parameters
    ----------
    cohorts, years, tranches : int
        How many there are of each.
    table : (S * G * T * K, O * T) sparse, by row
        Outcome units per unit of a volume of each sort, by outcome and year.
    """

    cohorts: int
    years: int
    tranches: int
    table: sparse.csr_array

    def sort(self, volumes: Volumes) -> IntArray:
        """Return the sort (X,) of every volume."""
        sort = volumes.service * self.cohorts
        for codes, count in ((volumes.cohort, self.years), (volumes.year, self.tranches)):
            sort += codes
            sort *= count
        return np.asarray(sort + volumes.tranche)

    def of_sorts(self, sorts: Sorts) -> tuple[IntArray, IntArray, FloatArray]:
        """Return the sort of volumes that each gain is of, outcome and year as a column of the table, and amount."""
        inside = self.years * self.tranches
        number = np.full(self.table.shape[0] // max(inside, 1), -1, dtype=np.int64)
        number[sorts.service * self.cohorts + sorts.cohort] = np.arange(len(sorts.service))
        row = np.repeat(np.arange(self.table.shape[0]), np.diff(self.table.indptr))
        pair = number[row // inside]
        kept = np.flatnonzero(pair >= 0)
        gain = self.table.indices[kept].astype(np.int64)
        return pair[kept] * inside + row[kept] % inside, gain, self.table.data[kept]

    def of(self, volumes: Volumes) -> tuple[IntArray, IntArray, FloatArray]:
        """Return which volume each gain is of, its outcome and year as a column of the table, and its amount."""
        number, gain, amount = self.rows_of(volumes)
        return np.repeat(np.arange(len(volumes)), number), gain.astype(np.int64), amount

    def rows_of(self, volumes: Volumes) -> tuple[SmallArray, SmallArray, FloatArray]:
        """Return how many gains each volume has, then outcome and year of each as a column of the table, and amount."""
        rows = self.table[self.sort(volumes)]
        return np.diff(rows.indptr), rows.indices, np.asarray(rows.data, dtype=float)


def gains_of(arrays: PlaceArrays, effectiveness: FloatArray, wanted: BoolArray) -> Gains:
    """List what a unit of each sort of volume gains of the outcomes (S, O) that are wanted of its service.

    ``effectiveness`` (S, K) is what the effects of a service are multiplied by in a tranche.
    """
    effects, years, cohorts = arrays.effects, len(arrays.names.year), len(arrays.names.cohort)
    tranches = effectiveness.shape[1]
    response = effects.response(years) * wanted[effects.service, effects.outcome][:, None, None]
    effect, begun, year = np.nonzero(response)
    service = effects.service[effect]
    sort = ((service * cohorts + effects.cohort[effect]) * years + begun)[:, None] * tranches + np.arange(tranches)
    gain = np.broadcast_to((effects.outcome[effect] * years + year)[:, None], sort.shape)
    amount = response[effect, begun, year][:, None] * effectiveness[service]
    shape = len(arrays.names.service) * cohorts * years * tranches, len(arrays.names.outcome) * years
    table = sparse.csr_array((amount.reshape(-1), (sort.reshape(-1), gain.reshape(-1))), shape=shape)
    table.eliminate_zeros()
    return Gains(cohorts, years, tranches, table)


def effects_of_volumes(arrays: PlaceArrays, volumes: Volumes) -> tuple[IntArray, IntArray]:
    """Pair every volume with each effect of its service on its cohort: positions of both."""
    effects = arrays.effects
    pair = volumes.service * len(arrays.names.cohort) + volumes.cohort
    first, count = effects.start[pair], effects.start[pair + 1] - effects.start[pair]
    volume = np.repeat(np.arange(len(pair)), count)
    effect = np.arange(len(volume)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)
    return volume, effect


def value_of_columns(draft: Draft, weight: FloatArray, area_weight: FloatArray) -> FloatArray:
    """Return the discounted value of one unit of every column.

    Parameters
    ----------
    draft : Draft
        With all its columns.
    weight : (P, O) value per outcome unit
        What each planner values.
    area_weight : (N,)
        What an outcome counts for in each area.

    Returns
    -------
    (n,) value per unit of the column
        Volumes carry the outcomes that are not capped, columns z those that are.
    """
    arrays, volumes, counted, effects = draft.arrays, draft.volumes, draft.counted, draft.arrays.effects
    planner = draft.planners.of_service[effects.service]
    straight = np.where(draft.capped, 0.0, weight)[planner, effects.outcome]
    values = np.zeros(draft.builder.column_count)
    worth = straight[:, None] * draft.discounted_response
    of_pair = _worth_of_pairs(draft, worth)
    of_volumes, area = values[volumes.run], volumes.keys.small[AREA]
    for run, head in volumes.tables():
        lines = -1, len(head)
        each = area_weight[area[run].reshape(lines)]
        np.multiply(_worth_of(draft, head, of_pair), each, out=of_volumes[run].reshape(lines))
    values[counted.column] = (
        weight[counted.planner, counted.outcome] * area_weight[counted.area] * arrays.discount[counted.year]
    )
    return values


def worth_of_volumes(draft: Draft, worth: FloatArray) -> FloatArray:
    """Return (X,) what a unit of each volume is worth; ``worth`` (E, T) is what one of each year gains by an effect."""
    of_pair = _worth_of_pairs(draft, worth)
    return np.concatenate([np.zeros(0), *(_worth_of(draft, part, of_pair) for part in draft.volumes.parts())])


def _worth_of_pairs(draft: Draft, worth: FloatArray) -> FloatArray:
    """Return (S * G, T) what a unit of each service delivered to each cohort is worth, where effectiveness is 1."""
    effects = draft.arrays.effects
    of_pair = np.zeros((len(effects.start) - 1, draft.years))
    np.add.at(of_pair, effects.service * len(draft.arrays.names.cohort) + effects.cohort, worth)
    return of_pair


def _worth_of(draft: Draft, volumes: Volumes, of_pair: FloatArray) -> FloatArray:
    pair = volumes.service * len(draft.arrays.names.cohort) + volumes.cohort
    return np.asarray(of_pair.reshape(-1)[pair * draft.years + volumes.year] * volumes.effectiveness)


def yardsticks(draft: Draft) -> list[tuple[FloatArray, FloatArray]]:
    """Return what planners value (P, O), with what an outcome so valued counts for in each area (N,).

    One yardstick for the whole place, unless clusters have weights of their own; it counts nothing elsewhere.
    """
    if draft.local_weight is None:
        return [(draft.planners.weight, draft.area_weight)]
    weights, of_area = np.unique(draft.local_weight, axis=0, return_inverse=True)
    return [
        (weight[None, :], np.where(of_area.reshape(-1) == at, draft.area_weight, 0.0))
        for at, weight in enumerate(weights)
    ]


def amounts_gained(arrays: PlaceArrays, volumes: Volumes, capped: BoolArray, amount: FloatArray) -> FloatArray:
    """Return (O, N, T) the outcomes of volumes (X,), the capped ones (O,) up to their ceilings."""
    names = arrays.names
    gains = gains_of(arrays, volumes.gain, np.ones((len(names.service), len(names.outcome)), dtype=bool))
    gained = np.zeros((len(names.outcome), len(names.area), len(names.cohort), len(names.year)))
    step = np.arange(len(names.outcome))[:, None] * gained[0].size + np.arange(len(names.year))
    for part in volumes.parts():
        volume, gain, each = gains.of(part)
        cell = (part.area * len(names.cohort) + part.cohort) * len(names.year)
        at = cell[volume] + step.reshape(-1)[gain]
        np.add.at(gained.reshape(-1), at, each * amount[part.first - volumes.first :][volume])
    at = np.flatnonzero(capped)
    gained[at] = np.minimum(gained[at], most_to_gain(arrays)[at])
    return np.asarray(gained.sum(axis=2))


def most_to_gain(arrays: PlaceArrays) -> FloatArray:
    """Return (O, N, G, T) the ceiling of every outcome: units per case times the cases that services could change."""
    effects, cells, names = arrays.effects, arrays.cells, arrays.names
    reach = np.zeros((len(names.outcome), len(names.need), len(names.cohort)), dtype=bool)
    gains = effects.effect > 0
    reach[effects.outcome[gains], arrays.services.need[effects.service[gains]], effects.cohort[gains]] = True
    most = np.full((len(names.outcome), len(names.area), len(names.cohort), len(names.year)), np.inf)
    cases = np.zeros((len(names.need), *most.shape[1:]))
    cases[cells.need, cells.area, cells.cohort] = cells.cases
    for outcome in np.flatnonzero(np.isfinite(arrays.ceiling)):
        changed = [each * met[:, None] for each, met in zip(cases, reach[outcome], strict=True) if met.any()]
        most[outcome] = arrays.ceiling[outcome] * sum(changed, np.zeros(most.shape[1:]))
    return most
