"""Transition: how fast services may change, and what it costs to change them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.money import REVENUE
from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, Names, distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Prohibition, Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.few_changes import add_few_changes
from commission_opt.rules.transition_prohibitions import transition_prohibitions


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups (G) of volumes whose changes are limited.

    ``subject`` names them, ``code`` and ``area`` (G,) say which name and area; ``figures`` (G, T) the largest change,
    NaN for none; ``start`` (G, T) the share of its reach by which each may grow whatever its volume; ``group``,
    ``delivery`` (M,) which deliveries belong to which group.
    """

    subject: Names
    code: IntArray
    area: IntArray
    figures: FloatArray
    start: FloatArray
    group: IntArray
    delivery: IntArray


class Transition(Rule):
    r"""Services change no faster than people and buildings can follow, and change has its cost.

    .. math:: (1 - max\_cut) \sum x_{s n g, t-1, k} - gone_t \le \sum x_{s n g t k}
        \le (1 + max\_growth) \sum x_{s n g, t-1, k} + start\_up \cdot reach_t,

        cut_{s n t} \ge \sum_{g k} (x_{s n g, t-1, k} - x_{s n g t k}) - gone_{s n t}, \qquad
        rise_{s n t} \ge \sum_{g k} (x_{s n g t k} - x_{s n g, t-1, k})

    The year before the first is the baseline of the first year. :math:`gone` is what the fall in demand alone takes
    from what can be reached: nobody is kept in a service for want of cases. The sums are over what a row of ``limits``
    means, else over one service in the whole place. A unit cut costs ``decommissioning``, a unit more
    ``double_running``, both shares of its revenue cost, paid in the year by those who may pay for what the lead
    agency spends outside ring fences. When agencies plan alone, each holds its own part of a group to the same
    shares, which holds the whole to them. With ``max_changes`` at most so many services (of each agency, when they plan
    alone) may differ from today at all; the program is then a mixed-integer one.
    """

    kind: Literal["transition"] = "transition"
    reads: ClassVar[tuple[str, ...]] = ("baseline", "limits.max_cut", "limits.max_growth")
    words: ClassVar[dict[str, Words]] = {
        "transition.max_cut": Words(
            price="one more unit a year that has to be kept of {subject} in {area} in {year}",
            demand="{subject} in {area} may be cut in {year} by no more than its largest share of the year before",
            standing="political",
            gives="{subject} in {area} may be cut by {amount} more in {year}",
        ),
        "transition.max_growth": Words(
            price="one more unit a year by which {subject} may grow in {area} in {year}",
            demand="{subject} in {area} may grow in {year} by no more than its largest share of the year before",
            standing="political",
            gives="{subject} in {area} may grow by {amount} more in {year}",
        ),
        "transition.cut": Words(
            price="one more unit a year of {service} in {area} in {year} that may go without cost",
            demand="what is cut of {service} in {area} in {year} has to be wound down",
            standing="identity",
        ),
        "transition.rise": Words(
            price="one more unit a year of {service} in {area} in {year} that may start without cost",
            demand="what is new of {service} in {area} in {year} has to be set up",
            standing="identity",
        ),
        "transition.less": Words(
            price="one more unit a year that {service} ({cohort}) keeps in {area} in {year} if it does not change",
            demand="{service} ({cohort}) in {area} in {year} is no less than today unless it is one of those changed",
            standing="identity",
        ),
        "transition.more": Words(
            price="one more unit a year of {service} ({cohort}) in {area} in {year} that counts as no change",
            demand="{service} ({cohort}) in {area} in {year} is no more than today unless it is one of those changed",
            standing="identity",
        ),
        "transition.max_changes": Words(
            price="one more service that may change",
            demand="at most {bound} may differ from today",
            standing="political",
            gives="{amount} more may differ from today",
        ),
    }

    no_barriers: ClassVar[frozenset[str]] = frozenset({"transition.max_cut", "transition.max_growth"})

    max_cut: float | None = Field(
        default=None, ge=0, le=1, description="Largest cut of a service in a year, where limits says none of its own."
    )
    max_growth: float | None = Field(
        default=None, ge=0, description="Largest growth of a service in a year, where limits says none of its own."
    )
    start_up: float = Field(
        default=0.0,
        ge=0,
        le=1,
        description="Share of its reach by which a service may grow in any year beyond the model's max_growth.",
    )
    decommissioning: float = Field(
        default=0.0, ge=0, description="Cost of cutting a unit, as a share of its revenue cost for a year."
    )
    double_running: float = Field(
        default=0.0, ge=0, description="Part of a year for which new volume is paid before it takes over."
    )
    max_changes: int | None = Field(
        default=None, ge=0, description="How many services may differ from today at all; none: any number."
    )

    def prohibitions(self, arrays: PlaceArrays, /) -> tuple[Prohibition, ...]:
        """Return the limits on cuts and on growth."""
        return tuple(transition_prohibitions(self, arrays))

    def columns(self, draft: Draft) -> None:
        """Add what is cut and what is new where it costs money."""
        self._charge(draft, "cut", self.decommissioning)
        self._charge(draft, "rise", self.double_running)

    def rows(self, draft: Draft) -> None:
        """Add the largest cuts and growths, of single services and of what limits means."""
        for side, default in (("max_cut", self.max_cut), ("max_growth", self.max_growth)):
            start = self.start_up if side == "max_growth" else 0.0
            whole = _single_services(draft, side, default, start)
            _add_limits(draft, side, whole)
            _add_limits(draft, side, _stated_groups(draft, side))
        if self.max_changes is not None:
            add_few_changes(draft, self.max_changes)

    @staticmethod
    def _charge(draft: Draft, side: str, share: float) -> None:
        """Add columns of one side of change for every service, area and year, and charge them to the service's lead."""
        arrays, names, years = draft.arrays, draft.arrays.names, draft.years
        revenue = names.kind.code(REVENUE)
        unit = share * arrays.services.cost[:, revenue]
        charged = np.flatnonzero(unit[arrays.deliveries.service] > 0)
        if not len(charged):
            return
        places = arrays.deliveries.service * len(names.area) + arrays.cells.area[arrays.deliveries.cell]
        found, group = distinct(places[charged], len(names.service) * len(names.area))
        service, area = np.repeat(found // len(names.area), years), np.repeat(found % len(names.area), years)
        year = np.tile(np.arange(years), len(found))
        sums = _sums(draft, group, charged, len(found))
        most = sums.reach if side == "rise" else np.column_stack([sums.today, sums.reach[:, :-1]])
        keys = Keys.of((names.service, service), (names.area, area), (names.year, year))
        column = draft.builder.add_columns(side, keys, most.reshape(-1), unit="units a year")
        sign = 1.0 if side == "rise" else -1.0
        free = np.zeros_like(sums.gone) if side == "rise" else sums.gone.copy()
        free[:, 0] += sign * sums.today
        row = draft.builder.add_rows(f"transition.{side}", keys, unit="units a year", upper=free.reshape(-1))
        draft.builder.add_entries(row, column, -1.0)
        _add_change(draft, row.reshape(-1, years), (group, charged), (sign, -sign))
        for lead in np.unique(service):
            own = np.flatnonzero(service == lead)
            subject = draft.spending.add_subject(f"{side}:{names.service.labels[lead]}", arrays.services.agency[lead])
            cost = unit[lead] * arrays.cost_factor[area[own]]
            draft.spending.add(np.full(len(own), subject), np.full(len(own), revenue), year[own], column[own], cost)


@dataclass(frozen=True, eq=False)
class Sums:
    """Of every group: today's volume (G,), what it can reach and what a fall in reach takes away (G, T)."""

    today: FloatArray
    reach: FloatArray
    gone: FloatArray


def _sums(draft: Draft, group: IntArray, delivery: IntArray, count: int) -> Sums:
    volumes = draft.volumes
    reach = np.zeros_like(draft.arrays.baseline)
    np.add.at(reach, (volumes.delivery, volumes.year), draft.coverable())
    today = draft.arrays.baseline[:, 0]
    gone = np.maximum(np.column_stack([today, reach[:, :-1]]) - reach, 0.0)
    shape = (count, draft.years)
    sums = Sums(np.zeros(count), np.zeros(shape), np.zeros(shape))
    np.add.at(sums.today, group, today[delivery])
    np.add.at(sums.reach, group, reach[delivery])
    np.add.at(sums.gone, group, gone[delivery])
    return sums


def _add_change(
    draft: Draft,
    row: IntArray,
    members: tuple[IntArray, IntArray],
    factors: tuple[FloatArray | float, FloatArray | float],
) -> None:
    """Add a factor of this year's and a factor of last year's volumes of every group to its rows (G, T)."""
    volumes = draft.volumes
    group, delivery = members
    order = np.argsort(volumes.delivery, kind="stable")
    first = np.searchsorted(volumes.delivery[order], delivery, side="left")
    count = np.searchsorted(volumes.delivery[order], delivery, side="right") - first
    offset = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count)
    volume, owner = order[np.repeat(first, count) + offset], np.repeat(group, count)
    for later, factor in enumerate(factors):
        year = volumes.year[volume] + later
        within = np.flatnonzero(year < draft.years)
        at = row[owner[within], year[within]]
        used = within[at >= 0]
        spread = np.broadcast_to(np.asarray(factor, dtype=float), row.shape)[owner[used], year[used]]
        draft.builder.add_entries(at[at >= 0], volumes.column[volume[used]], spread)


def _single_services(draft: Draft, side: str, default: float | None, start: float) -> Groups:
    """Return every service in the whole place, with the limit of its own or else the model's."""
    limits, names = draft.arrays.conditions.limits, draft.arrays.names
    services = len(names.service)
    figures = np.full((services, draft.years), np.nan if default is None else default)
    allowance = np.full(figures.shape, start)
    stated = limits.changes[side]
    for limit in np.flatnonzero((limits.area == EVERYTHING) & np.isfinite(stated).any(axis=1)):
        if limits.is_service(int(limit)):
            service = int(np.flatnonzero(limits.services[limit])[0])
            own = np.isfinite(stated[limit])
            figures[service, own], allowance[service, own] = stated[limit, own], 0.0
    delivery = np.arange(len(draft.arrays.deliveries.service))
    return Groups(
        subject=Names("subject", names.service.labels),
        code=np.arange(services),
        area=np.full(services, EVERYTHING),
        figures=figures,
        start=allowance,
        group=draft.arrays.deliveries.service,
        delivery=delivery,
    )


def _stated_groups(draft: Draft, side: str) -> Groups:
    """Return what limits says of several services together, or of one area."""
    limits, arrays = draft.arrays.conditions.limits, draft.arrays
    area = arrays.cells.area[arrays.deliveries.cell]
    stated = [
        limit
        for limit in np.flatnonzero(np.isfinite(limits.changes[side]).any(axis=1))
        if limits.area[limit] != EVERYTHING or not limits.is_service(int(limit))
    ]
    meant = [
        np.flatnonzero(
            limits.services[limit][arrays.deliveries.service]
            & ((limits.area[limit] == EVERYTHING) | (area == limits.area[limit]))
        )
        for limit in stated
    ]
    nothing = np.zeros(0, dtype=np.int64)
    return Groups(
        subject=limits.subject,
        code=limits.subject_code[stated],
        area=limits.area[stated],
        figures=limits.changes[side][stated],
        start=np.zeros((len(stated), draft.years)),
        group=np.repeat(np.arange(len(stated)), [len(found) for found in meant]),
        delivery=np.concatenate([*meant, nothing]).astype(np.int64),
    )


def _add_limits(draft: Draft, side: str, groups: Groups) -> None:
    """Add a row for every group, planner and year with a largest change."""
    arrays, names = draft.arrays, draft.arrays.names
    planners = len(draft.planners.weight)
    planner = draft.planners.of_service[arrays.deliveries.service[groups.delivery]]
    parts, part = distinct(groups.group * planners + planner, max(len(groups.code), 1) * planners)
    figures = groups.figures[parts // planners]
    sums = _sums(draft, part, groups.delivery, len(parts))
    at, year = np.nonzero(np.isfinite(figures))
    of = parts[at] // planners
    whose = ((names.agency, parts[at] % planners),) if draft.planners.alone else ()
    keys = Keys.of((groups.subject, groups.code[of]), (names.area, groups.area[of]), (names.year, year), *whose)
    cut = side == "max_cut"
    kept = 1.0 - figures if cut else 1.0 + figures
    bound = 0.0 - sums.gone if cut else groups.start[parts // planners] * sums.reach
    bound = np.where(np.arange(draft.years) == 0, bound + kept * sums.today[:, None], bound)[at, year]
    row = np.full(figures.shape, -1)
    row[at, year] = draft.builder.add_rows(
        f"transition.{side}",
        keys,
        unit="units a year",
        lower=bound if cut else -np.inf,
        upper=np.inf if cut else bound,
    )
    _add_change(draft, row, (part, groups.delivery), (1.0, -kept))
