"""Capacity: blocks that open and close, and cash that is released only when one closes."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.place.money import REVENUE
from commission_opt.place.names import FloatArray, IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft

WHOLE = 1e-9
"""Part of a block that is rounding, not a block."""


class Capacity(Rule):
    r"""Services are delivered in whole blocks; a block costs its keep, used or not, until its notice has run out.

    .. math:: \sum_{n g k} x_{s n g t k} \le size_s \cdot blocks_{s t}, \qquad blocks_{s t} \in \{0, 1, 2, \dots\}

        held_{s t} \ge blocks_{s u} \quad (t - notice_s \le u \le t), \qquad
        closed_{s t} \ge blocks_{s, t-1} - blocks_{s t}

    The unit cost is what a unit costs in a full block; :math:`block\_cost_s / size_s` of it is the block's. With this
    rule :math:`held` costs the block's cost, :math:`closed` the cost of closure and a unit what is left of its cost,
    all in revenue money. Before the first year there are as many blocks as that year's volume today fills. Fewer units
    alone release no block's cost: only closing one does, after its notice. Who may pay for a service may pay for its
    blocks. An agency that plans alone opens and closes the blocks of what it leads.
    """

    kind: Literal["capacity"] = "capacity"
    reads: ClassVar[tuple[str, ...]] = ("capacity",)
    words: ClassVar[dict[str, Words]] = {
        "capacity.size": Words(
            price="one more unit a year of {service} without a block in {year}",
            demand="{service} in {year} has to fit into its open blocks",
            standing="fact",
        ),
        "capacity.held": Words(
            price="one block of {service} less to pay for in {year}, open or under notice since {since}",
            demand="a block of {service} open in {since} has to be paid for in {year}",
            standing="identity",
        ),
        "capacity.closed": Words(
            price="one block of {service} closed in {year} at no cost",
            demand="every block of {service} that closes in {year} costs its closure",
            standing="identity",
        ),
    }

    def columns(self, draft: Draft) -> None:
        """Add blocks open, held and closed for every service and year, what binds them, and what they cost."""
        names, capacity = draft.arrays.names, draft.arrays.capacity
        count, years = len(capacity.service), draft.years
        today, most = self._blocks(draft)
        row, year = np.repeat(np.arange(count), years), np.tile(np.arange(years), count)
        keys = Keys.of((names.service, capacity.service[row]), (names.year, year))
        kept = np.where(year < capacity.notice[row], today[row], 0.0)
        blocks, held, closed = (
            draft.builder.add_columns(family, keys, most[row], unit="blocks", lower=lower).reshape(count, years)
            for family, lower in (("blocks", 0.0), ("blocks held", kept), ("blocks closed", 0.0))
        )
        draft.builder.require_whole(blocks.reshape(-1))
        self._fit(draft, blocks)
        self._hold(draft, blocks, held)
        position = draft.builder.add_rows(
            "capacity.closed", keys, unit="blocks", lower=np.where(year == 0, today[row], 0.0)
        ).reshape(count, years)
        draft.builder.add_entries(position.reshape(-1), closed.reshape(-1), 1.0)
        draft.builder.add_entries(position.reshape(-1), blocks.reshape(-1), 1.0)
        draft.builder.add_entries(position[:, 1:].reshape(-1), blocks[:, :-1].reshape(-1), -1.0)
        self._charge(draft, held, closed)

    @staticmethod
    def _blocks(draft: Draft) -> tuple[FloatArray, FloatArray]:
        """Return (B,) the blocks that today's volumes fill, and the most that could be of use."""
        arrays, capacity, volumes = draft.arrays, draft.arrays.capacity, draft.volumes
        delivered = np.bincount(arrays.deliveries.service, arrays.baseline[:, 0], len(arrays.names.service))
        could = np.zeros((len(arrays.names.service), draft.years))
        np.add.at(could, (volumes.service, volumes.year), draft.coverable())
        today = np.ceil(delivered[capacity.service] / capacity.size - WHOLE)
        most = np.ceil(could.max(axis=1)[capacity.service] / capacity.size - WHOLE)
        return np.asarray(today, dtype=float), np.asarray(np.maximum(today, most), dtype=float)

    @staticmethod
    def _fit(draft: Draft, blocks: IntArray) -> None:
        """Let services deliver no more than their blocks hold."""
        names, capacity, volumes = draft.arrays.names, draft.arrays.capacity, draft.volumes
        count, years = blocks.shape
        row, year = np.repeat(np.arange(count), years), np.tile(np.arange(years), count)
        keys = Keys.of((names.service, capacity.service[row]), (names.year, year))
        position = draft.builder.add_rows("capacity.size", keys, unit="units a year", upper=0.0).reshape(count, years)
        draft.builder.add_entries(position.reshape(-1), blocks.reshape(-1), -capacity.size[row])
        place = np.full(len(names.service), -1)
        place[capacity.service] = np.arange(count)
        inside = np.flatnonzero(place[volumes.service] >= 0)
        fits = position[place[volumes.service[inside]], volumes.year[inside]]
        draft.builder.add_entries(fits, volumes.column[inside], 1.0)

    @staticmethod
    def _hold(draft: Draft, blocks: IntArray, held: IntArray) -> None:
        """Hold every block while it is open and until its notice has run out."""
        names, capacity = draft.arrays.names, draft.arrays.capacity
        when = np.arange(draft.years)
        late = when[None, :, None] - when[None, None, :]
        row, year, since = np.nonzero((late >= 0) & (late <= capacity.notice[:, None, None]))
        keys = Keys.of(
            (names.service, capacity.service[row]), (names.year, year), (Names("since", names.year.labels), since)
        )
        position = draft.builder.add_rows("capacity.held", keys, unit="blocks", lower=0.0)
        draft.builder.add_entries(position, held[row, year], 1.0)
        draft.builder.add_entries(position, blocks[row, since], -1.0)

    @staticmethod
    def _charge(draft: Draft, held: IntArray, closed: IntArray) -> None:
        """Charge services for their blocks, in place of the blocks' part of the unit cost."""
        capacity, volumes, year = draft.arrays.capacity, draft.volumes, np.arange(draft.years)
        revenue = draft.arrays.names.kind.code(REVENUE)
        for row, service in enumerate(capacity.service.tolist()):
            for column, cost in ((held[row], capacity.cost[row]), (closed[row], capacity.closure_cost[row])):
                if cost > 0:
                    _charge_service(draft, (service, revenue), year, column, cost)
            inside = np.flatnonzero(volumes.service == service)
            spared = -capacity.cost[row] / capacity.size[row]
            _charge_service(draft, (service, revenue), volumes.year[inside], volumes.column[inside], spared)


def _charge_service(draft: Draft, what: tuple[int, int], year: IntArray, column: IntArray, amount: float) -> None:
    """Charge columns to a service in a kind of money."""
    service, kind = (np.full(len(column), code) for code in what)
    draft.spending.add(service, kind, year, column, np.full(len(column), amount))
