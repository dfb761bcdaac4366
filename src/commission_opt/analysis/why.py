"""Why a service is or is not in the plan, what would change that, and what it displaces when it has to be."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from commission_opt.analysis.forced import Forced, Refused, force_volume
from commission_opt.analysis.thresholds import Footing, find_footing
from commission_opt.analysis.worth import (
    AVERTED,
    BACK,
    CASES,
    CEILING,
    COUNTED,
    GROUPS,
    MONEY,
    NOTHING,
    OUTCOME,
    RESOURCE,
    RULE,
    Worth,
    worth_of,
)
from commission_opt.analysis.worth_words import part_text, part_unit
from commission_opt.errors import PlaceError, Problem, nearest
from commission_opt.model.model import Model
from commission_opt.place.people import people_names
from commission_opt.place.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve
from commission_opt.plan.tables import volumes_of

SHOWN_APART = {
    "outcomes": (OUTCOME, CEILING, COUNTED),
    "comes_back": (BACK, AVERTED),
    "money": (MONEY,),
    "resources": (RESOURCE,),
    "cases": (CASES,),
    "rules": (RULE,),
}
"""Columns of the table of cells, with the groups of terms that each adds up."""


@dataclass(frozen=True, eq=False)
class Why:
    """Why a service is or is not in the best plan of a place.

    Parameters
    ----------
    plan : Plan
        The best plan.
    service : str
        Key of the service.
    worth : Worth
        What one unit of each of its volumes gains, and takes from elsewhere.
    footing : Footing
        What it adds to the plan, and at which unit cost and effects that would change.
    forced : Forced, Refused or None
        What it displaces where a volume was asked for, or why that cannot be.
    """

    plan: Plan
    service: str
    worth: Worth
    footing: Footing
    forced: Forced | Refused | None = None

    @property
    def name(self) -> str:
        """What people call the service."""
        return people_names(self.plan.place, "services")[self.service]

    @property
    def funded(self) -> bool:
        """Whether the plan delivers any of it."""
        return bool((self.worth.units > NOTHING * self.worth.most).any())

    @property
    def conditional(self) -> bool:
        """Whether prices and thresholds hold only while the plan's yes-or-no decisions stay as they are."""
        return len(self.plan.choice.program.whole) > 0

    @property
    def unit_cost(self) -> float:
        """Money that a unit costs in all kinds of money, before areas' cost factors."""
        arrays = self.plan.formulation.arrays
        return float(arrays.services.cost[arrays.names.service.code(self.service)].sum())

    @cached_property
    def years(self) -> pd.DataFrame:
        """How much of it there is: year, baseline_units, volume_units, reach_units, reached (share), spend_money.

        The reach is what demand and the service's largest coverage allow.
        """
        formulation, names = self.plan.formulation, self.plan.formulation.arrays.names
        own = formulation.arrays.deliveries.service == names.service.code(self.service)
        reach = np.bincount(
            self.worth.volumes.year, formulation.program.upper[self.worth.volumes.column], len(names.year)
        )
        volume = volumes_of(formulation, self.plan.x)[own].sum(axis=0)
        allocation = self.plan.allocation
        spend = allocation[allocation["service"] == self.service].groupby("year")["spend_money"].sum()
        return pd.DataFrame(
            {
                "year": names.year.labels,
                "baseline_units": formulation.arrays.baseline[own].sum(axis=0),
                "volume_units": volume,
                "reach_units": reach,
                "reached": volume / np.where(reach > 0, reach, np.nan),
                "spend_money": spend.reindex(names.year.labels, fill_value=0.0).to_numpy(),
            }
        )

    @property
    def example(self) -> dict[str, Any] | None:
        """The volume that speaks for the service, as a row of :attr:`cells`; None where it cannot be delivered."""
        at = self.worth.example()
        return None if at is None else dict(zip(self.cells.columns, self.cells.iloc[at], strict=True))

    @cached_property
    def parts(self) -> pd.DataFrame:
        """The value of one more unit of the example, taken apart; the values add up to its net.

        Columns: group (of :data:`commission_opt.analysis.worth.GROUPS`), part (in words), amount and unit (what of it a
        unit gains, costs, uses or takes; NaN where that says nothing), value (units of the objective).
        """
        at, terms = self.worth.example(), self.worth.terms
        own = np.flatnonzero(terms.cell == (-1 if at is None else at))
        least = 1e-12 * float(np.abs(terms.value[own]).sum())
        rows: list[dict[str, Any]] = []
        for group, about in sorted(set(zip(terms.group[own].tolist(), terms.about[own].tolist(), strict=True))):
            some = own[(terms.group[own] == group) & (terms.about[own] == about)]
            value, amount = float(terms.value[some].sum()), float(terms.amount[some].sum())
            if abs(value) > least or (group == MONEY and abs(amount) > NOTHING * self.unit_cost):
                unit = part_unit(self.plan, group, about)
                part = part_text(self.plan, group, about, terms.row[some], value > 0)
                row = {"group": GROUPS[group], "part": part, "amount": amount if unit else np.nan, "unit": unit}
                rows.append({**row, "value": value})
        return pd.DataFrame(rows, columns=["group", "part", "amount", "unit", "value"])

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Every volume of the service: area, cohort, year, tranche, volume_units, most_units, and per unit more.

        Per unit, in units of the objective: outcomes, comes_back (cash and averted cases), money, resources, cases,
        rules, net.
        """
        names, volumes, sums = self.plan.formulation.arrays.names, self.worth.volumes, self.worth.by_group()
        return pd.DataFrame(
            {
                "area": names.area.text(volumes.area),
                "cohort": names.cohort.text(volumes.cohort),
                "year": names.year.text(volumes.year),
                "tranche": volumes.tranche + 1,
                "volume_units": self.worth.units,
                "most_units": self.worth.most,
                **{name: sums[:, list(groups)].sum(axis=1) for name, groups in SHOWN_APART.items()},
                "net": self.worth.net,
            }
        )


def why(place: Place, model: Model, service: str, force: float | None = None, **options: Any) -> Why:
    """Return why a service is or is not in the best plan, and what would change that.

    Parameters
    ----------
    place, model
        The data, and the rules of the game.
    service : str
        Key of the service.
    force : float or None
        Units a year, in the whole place, that the plan should deliver at least; what that displaces.
    **options
        Fields of :class:`commission_opt.plan.run.SolveOptions`, such as ``time_limit`` in seconds for each solve.

    Raises
    ------
    PlaceError
        When the place has no such service.
    InfeasibleError, StoppedError, CertificateError, SolverError
        As :func:`commission_opt.solve`, for the plan as things are.
    """
    known = set(place.tables["services"]["service"])
    if service not in known:
        remedy = nearest(service, known) or f"Known: {', '.join(sorted(known)[:12])}."
        raise PlaceError([Problem(f"why {service}", f"'{service}' is no service of {place.name}.", remedy)])
    plan = solve(place, model, **options)
    code = plan.formulation.arrays.names.service.code(service)
    asked = None if force is None else force_volume(plan, code, force, SolveOptions(**options))
    footing = find_footing(plan, code)
    return Why(plan, service, worth_of(plan, code, footing.prices), footing, asked)
