"""Scale: what being open at all costs, how few units a service can deliver, and teams that agencies share."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.money import REVENUE
from commission_opt.place.names import IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.hubs import add_hubs
from commission_opt.rules.opening import add_totals, open_services


class Scale(Rule):
    r"""Services have a cost of being open and a least size; one hub may take the place of a team in each agency.

    .. math:: minimum\_scale_s \cdot open_{s t} \le \sum_{n g k} x_{s n g t k} \le reach_{s t} \cdot open_{s t}, \qquad
        cost_{s t} = \sum cost_s \, x_{s n g t k} + fixed\_cost_s \cdot open_{s t}, \qquad open_{s t} \in \{0, 1\}

        closed_{m, t-1} \le closed_{m t} \le hub_{h(m) t} \le \sum_{m' \in M(h)} closed_{m' t}, \qquad
        opened_{h t} \ge hub_{h t} - hub_{h, t-1}, \qquad hub_{h t}, closed_{m t} \in \{0, 1\}

    The fixed cost is revenue money on top of what units cost, on the service's own account, whoever pays for it: one
    service that agencies commission together has one fixed cost, two services have two. Only services with a fixed
    cost or a minimum scale have a yes-or-no decision; a place without such figures has a linear program.

    With ``shared_teams``, hubs may replace teams. Today's budgets pay for the teams, so a team m that closes brings
    its cost back to its agency's largest revenue stream without a ring fence in every year from then on, less the cost
    of closing it in the first; it stays closed. A team whose agency has no such stream stays. A hub costs money while
    it is open, and its set-up in the year in which it opens, paid by the agency that runs it or by a pot; it is open
    only in place of a team. Spending, in objectives and tie-breaks, stays what is paid out.

    An agency that plans alone decides which of the services that it leads are open, and shares no team.
    """

    kind: Literal["scale"] = "scale"
    reads: ClassVar[tuple[str, ...]] = ("services.fixed_cost", "services.minimum_scale", "hubs", "teams")
    words: ClassVar[dict[str, Words]] = {
        "scale.open": Words(
            price="one more unit a year of {service} in {year} beside the question whether it is open",
            demand="{service} delivers in {year} only if it is open",
            standing="identity",
        ),
        "scale.minimum": Words(
            price="one more unit a year that {service} has to deliver in {year} if it is open",
            demand="{service} delivers at least its minimum scale in {year} if it is open",
            standing="fact",
        ),
        "scale.hub": Words(
            price="the team of {agency} kept in {year} although the hub {hub} is open",
            demand="the team of {agency} closes in {year} only where the hub {hub} is open",
            standing="identity",
        ),
        "scale.stays": Words(
            price="the team of {agency} that {hub} replaced kept closed in {year} beside the question",
            demand="the team of {agency} that {hub} replaced stays closed in {year}",
            standing="identity",
        ),
        "scale.needed": Words(
            price="the hub {hub} open in {year} in place of one team more",
            demand="the hub {hub} is open in {year} only in place of a team",
            standing="identity",
        ),
        "scale.opened": Words(
            price="the hub {hub} set up once more in {year}",
            demand="the hub {hub} is set up in {year} if it opens then",
            standing="identity",
        ),
    }

    minimum_scale: bool = Field(
        default=True, description="Whether a service that is open has to deliver its minimum scale."
    )
    shared_teams: bool = Field(
        default=False, description="Whether hubs may take the place of one team for each agency."
    )

    def columns(self, draft: Draft) -> None:
        """Add which services are open, at what scale and cost; then hubs and teams."""
        services = draft.arrays.services
        small = (services.minimum_scale > 0) & self.minimum_scale
        open_services(draft, np.flatnonzero((services.fixed_cost > 0) | small), "scale")
        self._charge(draft)
        self._hold(draft, np.flatnonzero(small))
        if not len(draft.arrays.hubs.names):
            return
        if self.shared_teams and not draft.planners.alone:
            add_hubs(draft)
        else:
            draft.notes.append("Every agency keeps its own teams: hubs open only where a model shares them.")

    @staticmethod
    def _charge(draft: Draft) -> None:
        """Charge fixed costs to the services' own accounts."""
        arrays = draft.arrays
        draft.fixed_cost = arrays.services.fixed_cost
        costly = np.flatnonzero(draft.fixed_cost > 0)
        service, year = np.repeat(costly, draft.years), np.tile(np.arange(draft.years), len(costly))
        revenue = np.full(len(service), arrays.names.kind.code(REVENUE))
        draft.spending.add(service, revenue, year, draft.open[service, year], draft.fixed_cost[service])

    @staticmethod
    def _hold(draft: Draft, held: IntArray) -> None:
        """Hold services that are open to their minimum scale."""
        names = draft.arrays.names
        service, year = np.repeat(held, draft.years), np.tile(np.arange(draft.years), len(held))
        keys = Keys.of((names.service, service), (names.year, year))
        row = np.full(draft.open.shape, -1)
        row[service, year] = draft.builder.add_rows("scale.minimum", keys, unit="units a year", lower=0.0)
        add_totals(draft, row)
        least = draft.arrays.services.minimum_scale[service]
        draft.builder.add_entries(row[service, year], draft.open[service, year], -least)
