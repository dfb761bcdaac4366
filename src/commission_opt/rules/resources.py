"""Resources: staff, buildings and equipment that limit delivery."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.money import REVENUE
from commission_opt.place.names import BoolArray, IntArray, Names
from commission_opt.place.people import name_in_sentence
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Prohibition, Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.per_unit import PerUnit


class Resources(Rule):
    r"""Services take no more of a resource than there is, can be bought, or is stood in for.

    .. math:: \sum usage_{s r} \, x_{s n g t k} + \sum_{r'} shift_{r r' t} \le available_{r t} + grow_{r t}
        + \sum_{r'} productivity_{r' r} \, shift_{r' r t}

    Unless resources are shared, only the services that the owner leads may use them, and only resources of the same
    owner stand in for each other. Shared, every service may use what is shareable.
    """

    kind: Literal["resources"] = "resources"
    reads: ClassVar[tuple[str, ...]] = ("resources", "usage", "substitution")
    words: ClassVar[dict[str, Words]] = {
        "resources.available": Words(
            price="one more {unit} of {resource} in {year}",
            demand="there are {bound} of {resource} in {year}",
            standing="fact",
        )
    }

    shared: bool = Field(default=False, description="Whether agencies share what is shareable.")

    def prohibitions(self, arrays: PlaceArrays, /) -> tuple[Prohibition, ...]:
        """Return every staff group, building or piece of equipment that others could use or be relieved by."""
        resources, names = arrays.resources, arrays.names
        foreign = ((resources.usage > 0) & (arrays.services.agency[:, None] != resources.agency[None, :])).any(axis=0)
        one, other = resources.stand_in[:, 0], resources.stand_in[:, 1]
        foreign[one[resources.agency[one] != resources.agency[other]]] = True
        found = []
        for code in np.flatnonzero(foreign & ~(self.shared & resources.shareable)).tolist():
            label = names.resource.labels[code]
            owner = name_in_sentence(arrays.place, "agency", names.agency.labels[resources.agency[code]])
            found.append(
                Prohibition(
                    label=f"resources[{label}]",
                    sentence=f"{label} of {owner} work for {owner} only",
                    standing="political",
                    lift=partial(_with_shared, code),
                )
            )
        return tuple(found)

    def columns(self, draft: Draft) -> None:
        """Add what can be bought and stand in, and a row for every resource and year."""
        names, resources = draft.arrays.names, draft.arrays.resources
        position: IntArray = np.zeros(resources.available.shape, dtype=np.int64)
        for unit in dict.fromkeys(resources.unit):  # hours, rooms, beds: each in rows of its own unit
            own = np.flatnonzero([unit == each for each in resources.unit])
            keys = Keys.of(
                (names.resource, np.repeat(own, draft.years)), (names.year, np.tile(np.arange(draft.years), len(own)))
            )
            available = resources.available[own].reshape(-1)
            rows = draft.builder.add_rows("resources.available", keys, unit=f"{unit} a year", upper=available)
            position[own] = rows.reshape(len(own), draft.years)
        position = position.reshape(-1)
        self._use(draft, position)
        self._buy(draft, position)
        self._stand_in(draft, position)
        self._close_to_others(draft)

    @staticmethod
    def _use(draft: Draft, position: IntArray) -> None:
        """Take what services use from every row."""
        sorts, years = draft.sorts, draft.years
        usage = np.maximum(draft.arrays.resources.usage, 0.0)[sorts.service]
        pair, resource = (np.repeat(code, years) for code in np.nonzero(usage))
        year = np.tile(np.arange(years), len(pair) // max(years, 1))
        step, amount = (np.repeat(each, sorts.tranches) for each in (resource * years + year, usage[pair, resource]))
        draft.add_per_unit(PerUnit(sorts.of_years(pair, year), step, amount, position))

    @staticmethod
    def _buy(draft: Draft, position: IntArray) -> None:
        """Add the columns that buy more of a resource, and charge them to its owner."""
        resources, names = draft.arrays.resources, draft.arrays.names
        resource, year = np.nonzero(resources.expansion_limit > 0)
        column = draft.builder.add_columns(
            "grow",
            Keys.of((names.resource, resource), (names.year, year)),
            resources.expansion_limit[resource, year],
            unit="resource units a year",
        )
        draft.builder.add_entries(position[resource * draft.years + year], column, -1.0)
        revenue = names.kind.code(REVENUE)
        for bought in np.unique(resource):
            owner = int(resources.agency[bought])
            subject = draft.spending.add_subject(f"resource:{names.resource.labels[bought]}", owner)
            own = np.flatnonzero((resource == bought) & (resources.expansion_cost[resource, year] > 0))
            cost = resources.expansion_cost[bought, year[own]]
            draft.spending.add(np.full(len(own), subject), np.full(len(own), revenue), year[own], column[own], cost)

    def _stand_in(self, draft: Draft, position: IntArray) -> None:
        """Add the columns by which one resource stands in for another."""
        resources, names, years = draft.arrays.resources, draft.arrays.names, draft.years
        arc = np.repeat(np.flatnonzero(self._may_stand_in(draft)), years)
        year = np.tile(np.arange(years), len(arc) // max(years, 1))
        one, other = resources.stand_in[arc, 0], resources.stand_in[arc, 1]
        stood_for = Names("other", names.resource.labels)
        shift = draft.builder.add_columns(
            "shift",
            Keys.of((names.resource, one), (stood_for, other), (names.year, year)),
            resources.available[one, year] + resources.expansion_limit[one, year],
            unit="resource units a year",
        )
        draft.builder.add_entries(position[one * years + year], shift, 1.0)
        draft.builder.add_entries(position[other * years + year], shift, -resources.productivity[arc])

    def _may_stand_in(self, draft: Draft) -> BoolArray:
        resources = draft.arrays.resources
        one, other = resources.stand_in[:, 0], resources.stand_in[:, 1]
        same = resources.agency[one] == resources.agency[other]
        return np.asarray(same | (self.shared & resources.shareable[one]))

    def _close_to_others(self, draft: Draft) -> None:
        """Let nobody but the owner use a resource, unless it is shared and shareable."""
        arrays, names = draft.arrays, draft.arrays.names
        foreign = (arrays.resources.usage > 0) & (arrays.services.agency[:, None] != arrays.resources.agency[None, :])
        closed = foreign & ~(self.shared & arrays.resources.shareable)[None, :]
        shut = closed.any(axis=1)
        if shut.any():
            draft.builder.lower_upper_bounds(draft.volumes.column[shut[draft.volumes.service]], 0.0)
        for service, resource in np.argwhere(closed):
            draft.notes.append(
                f"{names.service.labels[service]} is not delivered: it needs {names.resource.labels[resource]} of "
                f"{names.agency.labels[arrays.resources.agency[resource]]}, which this model does not share."
            )


def _with_shared(code: int, arrays: PlaceArrays, rule: Resources) -> tuple[PlaceArrays, Resources]:
    """Return the place and the rule with one resource shared beside those that are."""
    resources = arrays.resources
    shareable = resources.shareable & rule.shared
    shareable[code] = True
    return replace(arrays, resources=replace(resources, shareable=shareable)), rule.model_copy(update={"shared": True})
