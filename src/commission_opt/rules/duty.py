"""Duties: needs that must be met, and least and most of volume, spend and coverage."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.names import EVERYTHING, FloatArray, IntArray
from commission_opt.place.opening import fixed_cost_today
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Standing, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.shares import DividedRows, SharedRows, cell_rows, share_rows

UNITS = {"volume": "units a year", "spend": "money a year", "coverage": "cases a year"}

LIMITS: dict[tuple[str, str], Standing] = {
    ("max", "volume"): "political",
    ("max", "coverage"): "political",
    ("max", "spend"): "financial",
}
"""Limits that are agreed or budgeted; the others are duties."""


class Duty(Rule):
    r"""Statutory duties and agreed limits hold.

    .. math:: \sum_{s \in S(d), k} x_{s n g t k} \ge must\_meet_d \cdot (demand_{d n g t} - averted_{d n g t}),

        \qquad min_{l t} \le \sum_{s \in S(l), n \in N(l), g, k} a_s \, x_{s n g t k} \le max_{l t}

    :math:`a_s` is 1 for volume and coverage and the unit's cost for spend; a coverage is a share of the
    demand, less what is averted, of the needs that the subject's services meet. Spend in all areas together includes
    the fixed cost of services that are open, which belongs to no area. Between agencies that plan alone, each keeps
    what its services cost for being open today, and the rest is divided.
    """

    kind: Literal["duty"] = "duty"
    reads: ClassVar[tuple[str, ...]] = ("needs", "limits", "groups")
    words: ClassVar[dict[str, Words]] = {
        "duty.need": Words(
            price="one more case of {need} ({cohort}) that has to be met in {area} in {year}",
            demand="at least {bound} of {need} ({cohort}) have to be met in {area} in {year}",
            standing="statutory",
            gives="the duty to meet {need} ({cohort}) in {area} in {year} falls by {amount}, from {bound} to {to}",
        ),
        **{
            f"duty.{side}_{what}": Words(
                price=f"one more {{unit}} of the {word} {what} of {{subject}} in {{area}} in {{year}}",
                demand=f"the {what} of {{subject}} in {{area}} in {{year}} has to be {phrase} {{bound}}",
                standing=LIMITS.get((side, what), "statutory"),
                gives=f"the {word} {what} of {{subject}} in {{area}} in {{year}} {moves} by {{amount}}, "
                "from {bound} to {to}",
            )
            for side, word, phrase, moves in (
                ("min", "least", "at least", "falls"),
                ("max", "largest", "at most", "rises"),
            )
            for what in UNITS
        },
    }

    def rows(self, draft: Draft) -> None:
        """Add the duty to meet needs, then the limits."""
        self._needs(draft)
        limits = draft.arrays.conditions.limits
        for figure, values in limits.figures.items():
            for limit in np.flatnonzero(np.isfinite(values).any(axis=1)):
                self._limit(draft, figure, int(limit), values[limit])

    @staticmethod
    def _needs(draft: Draft) -> None:
        arrays, names = draft.arrays, draft.arrays.names
        duty = arrays.must_meet[arrays.cells.need][:, None] * arrays.cells.cases
        due = duty.reshape(-1) > 0
        rows = cell_rows(draft, due)
        due[rows.joint] = False
        unserved = np.flatnonzero(due)
        least = rows.least(duty.reshape(-1))
        asked = np.concatenate([rows.joint, unserved])
        cell, year = asked // draft.years, asked % draft.years
        position = draft.builder.add_rows(
            "duty.need",
            Keys.of(
                (names.need, arrays.cells.need[cell]),
                (names.area, arrays.cells.area[cell]),
                (names.cohort, arrays.cells.cohort[cell]),
                (names.year, year),
                *rows.whose(_or_nobody(len(rows.joint), len(asked))),
            ),
            unit="cases a year",
            lower=np.concatenate([least, duty.reshape(-1)[unserved]]),
        )
        rows.add_volumes(position[: len(rows.joint)])
        averted = draft.averted_columns(_planner_of(rows, len(asked)), cell, year)
        fewer = np.flatnonzero(averted >= 0)
        share = arrays.must_meet[arrays.cells.need[cell[fewer]]]
        draft.builder.add_entries(position[fewer], averted[fewer], share)

    def _limit(self, draft: Draft, figure: str, limit: int, values: FloatArray) -> None:
        side, _, what = figure.partition("_")
        limits, names = draft.arrays.conditions.limits, draft.arrays.names
        meant = self._volumes_of(draft, limit, values)
        coefficient = _unit_spend(draft, meant) if what == "spend" else np.ones(len(meant))
        bound = values * (_demand_of(draft, limit) if what == "coverage" else 1.0)
        rows = share_rows(draft, draft.volumes.year[meant], meant, coefficient)
        fixed = _fixed_services(draft, limit) if what == "spend" else np.zeros(0, dtype=np.int64)
        today = _fixed_today(draft, fixed)
        beyond = bound - today.sum(axis=0)
        divided = (rows.least(beyond) if side == "min" else rows.most(beyond)) + today[rows.planner, rows.joint]
        empty = np.setdiff1d(np.flatnonzero(bound > 0), rows.joint) if side == "min" else np.zeros(0, dtype=np.int64)
        year = np.concatenate([rows.joint, empty])
        amount = np.concatenate([divided, bound[empty]])
        position = draft.builder.add_rows(
            f"duty.{figure}",
            Keys.of(
                (limits.subject, np.full(len(year), limits.subject_code[limit])),
                (names.area, np.full(len(year), limits.area[limit])),
                (names.year, year),
                *rows.whose(_or_nobody(len(rows.joint), len(year))),
            ),
            unit=UNITS[what],
            lower=amount if side == "min" else -np.inf,
            upper=amount if side == "max" else np.inf,
        )
        draft.builder.add_entries(position[rows.row], draft.volumes.column[meant], coefficient)
        _add_fixed(draft, fixed, rows, position)
        if what == "coverage":
            cells = _cells_of(draft, limit)
            averted = draft.averted_columns(_planner_of(rows, len(year))[:, None], cells[None, :], year[:, None])
            row, fewer = np.nonzero(averted >= 0)
            draft.builder.add_entries(position[row], averted[row, fewer], values[year[row]])

    @staticmethod
    def _volumes_of(draft: Draft, limit: int, values: FloatArray) -> IntArray:
        limits, volumes = draft.arrays.conditions.limits, draft.volumes
        meant = limits.services[limit][volumes.service] & np.isfinite(values)[volumes.year]
        if limits.area[limit] != EVERYTHING:
            meant &= volumes.area == limits.area[limit]
        return np.flatnonzero(meant)


def _or_nobody(parts: int, count: int) -> IntArray:
    """Return the positions of the parts of joint rows, then -1 for each further row, which nobody can meet."""
    return np.where(np.arange(count) < parts, np.arange(count), -1)


def _planner_of(rows: DividedRows, count: int) -> IntArray:
    """Return whose the rows are; what nobody can meet is the first planner's, who may at least prevent it."""
    return np.concatenate([rows.planner, np.zeros(count - len(rows.planner), dtype=np.int64)])


def _unit_spend(draft: Draft, volume: IntArray) -> FloatArray:
    """Return the cost of a unit in all kinds of money."""
    volumes, arrays = draft.volumes, draft.arrays
    return np.asarray(
        arrays.services.cost.sum(axis=1)[volumes.service[volume]] * arrays.cost_factor[volumes.area[volume]]
    )


def _fixed_services(draft: Draft, limit: int) -> IntArray:
    """Return the services with a fixed cost that a limit means; none where it holds for one area."""
    limits = draft.arrays.conditions.limits
    meant = limits.services[limit] & (draft.fixed_cost > 0)
    return np.flatnonzero(meant & (limits.area[limit] == EVERYTHING))


def _fixed_today(draft: Draft, services: IntArray) -> FloatArray:
    """Return (P, T) what these services of each planner cost today for being open."""
    today = np.zeros((len(draft.planners.weight), draft.years))
    if len(services):
        np.add.at(today, draft.planners.of_service[services], fixed_cost_today(draft.arrays)[services])
    return today


def _add_fixed(draft: Draft, services: IntArray, rows: SharedRows, position: IntArray) -> None:
    """Count what these services cost for being open, each in its planner's rows."""
    row_of = np.full((len(draft.planners.weight), draft.years), -1)
    row_of[rows.planner, rows.joint] = position[: len(rows.joint)]
    row, column = row_of[draft.planners.of_service[services]], draft.open[services]
    used = row >= 0
    cost = np.broadcast_to(draft.fixed_cost[services, None], row.shape)
    draft.builder.add_entries(row[used], column[used], cost[used])


def _demand_of(draft: Draft, limit: int) -> FloatArray:
    """Return (T,) the cases of the needs that a limit's services meet, in its area."""
    return np.asarray(draft.arrays.cells.cases[_cells_of(draft, limit)].sum(axis=0))


def _cells_of(draft: Draft, limit: int) -> IntArray:
    """Return the cells of the needs that a limit's services meet, in its area."""
    limits, arrays = draft.arrays.conditions.limits, draft.arrays
    meant = np.isin(arrays.cells.need, arrays.services.need[limits.services[limit]])
    if limits.area[limit] != EVERYTHING:
        meant &= arrays.cells.area == limits.area[limit]
    return np.flatnonzero(meant)
