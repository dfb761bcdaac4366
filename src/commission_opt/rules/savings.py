"""Savings: money that comes back to the agency that saves it."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np

from commission_opt.errors import PlaceError, Problem
from commission_opt.place.money import REVENUE
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.rules.base import Rule
from commission_opt.rules.draft import Draft
from commission_opt.rules.own_money import largest_streams


class Savings(Rule):
    r"""What a service saves an agency, as far as it can be cashed, comes back to that agency's money after its lag.

    .. math:: savings_{a t} = \sum_s amount_{s a} \, cashable_{s a}
        \left( \sum_{n g k} x_{s n g, t - lag, k} - \sum_{n g} baseline_{s n g, t - lag} \right)

    It is added to what the agency's largest revenue stream without a ring fence has in the year, to be spent again.
    Money is what is expected with today's services, so only what goes beyond today's volumes comes back, and less of
    a service than today takes money away; without a baseline every unit counts. An agency without such a stream
    cannot spend what it saves. Where the prevention table already lets the demand fall that the same agency has to
    meet, a saving would be counted twice and is refused. Spending, in objectives and tie-breaks, stays what is paid
    out: savings lower no cost, they are money that can be spent.

    Where the row names the outcome whose weight counts the money already, the value of the outcome is lowered by the
    cash that comes back beyond today's: it counts as what it buys, and no second time.

    Agencies that plan alone count on what their own services save themselves; what they save others comes back to
    nobody's plan.
    """

    kind: Literal["savings"] = "savings"
    reads: ClassVar[tuple[str, ...]] = ("savings",)

    def shape(self, draft: Draft) -> None:
        """Refuse savings that prevention counts already."""
        problems = [
            self._twice(draft, int(one), int(other))
            for one in np.flatnonzero(draft.arrays.savings.cash)
            for other in np.flatnonzero(_same_effect(draft, int(one)))
        ]
        if problems:
            raise PlaceError(problems)

    def columns(self, draft: Draft) -> None:
        """Bring the money back to streams."""
        arrays, volumes, savings = draft.arrays, draft.volumes, draft.arrays.savings
        delivered = np.zeros((len(arrays.names.service), draft.years))
        np.add.at(delivered, arrays.deliveries.service, arrays.baseline)
        stream_of = largest_streams(draft, REVENUE)
        for row in np.flatnonzero(savings.cash):
            service, agency, lag = savings.service[row], savings.agency[row], savings.lag[row]
            if draft.planners.alone and arrays.services.agency[service] != agency:
                continue
            volume = np.flatnonzero((volumes.service == service) & (volumes.year + lag < draft.years))
            year = volumes.year[volume] + lag
            stream = stream_of[agency, year]
            if (stream < 0).any():
                name = arrays.names.agency.labels[agency]
                draft.notes.append(f"Savings of {name} come back to nobody: it has no revenue without a ring fence.")
            back = np.flatnonzero(stream >= 0)
            amount = np.full(len(back), savings.cash[row])
            draft.income.add(stream[back], year[back], volumes.column[volume[back]], amount)
            if savings.outcome[row] >= 0:
                _count_once(draft, volume[back], amount * arrays.discount[year[back]])
            when = np.flatnonzero((np.arange(draft.years) >= lag) & (stream_of[agency] >= 0))
            draft.income.today[stream_of[agency, when], when] += savings.cash[row] * delivered[service, when - lag]

    @staticmethod
    def _twice(draft: Draft, saving: int, preventing: int) -> Problem:
        names, savings, prevention = draft.arrays.names, draft.arrays.savings, draft.arrays.prevention
        service, agency = names.service.labels[savings.service[saving]], names.agency.labels[savings.agency[saving]]
        need = names.need.labels[prevention.need[preventing]]
        return Problem(
            where="table savings",
            message=(
                f"the row '{service}, {agency}' and the row '{service}, {need}' of the table prevention count "
                f"one effect twice: {agency} leads a service of {need}, and saves what it no longer has to deliver."
            ),
            remedy="Delete one of the two rows.",
        )


def _count_once(draft: Draft, volume: IntArray, cash: FloatArray) -> None:
    """Take cash that an outcome's weight counts already from the value of volumes."""
    column, area = draft.volumes.column[volume], draft.volumes.area[volume]
    draft.recouped.add(column, area, cash, draft.baseline_volume()[volume])


def _same_effect(draft: Draft, saving: int) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Return (R,) the rows of prevention that spare the saving agency the services that it would save."""
    savings, prevention, services = draft.arrays.savings, draft.arrays.prevention, draft.arrays.services
    led = services.need[services.agency == savings.agency[saving]]
    same = (prevention.service == savings.service[saving]) & np.isin(prevention.need, led)
    return np.asarray(same & (prevention.averted != 0))
