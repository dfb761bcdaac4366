"""At most so many services changed: yes-or-no decisions, with bounds from the data."""

from __future__ import annotations

import numpy as np

from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft


def add_few_changes(draft: Draft, most: int) -> None:
    r"""Let at most so many services differ from today anywhere, for anybody, in any year.

    .. math:: today \, (1 - changed_s) \le \sum_k x_{s n g t k} \le today + (reach - today) \, changed_s, \qquad
        \sum_s changed_s \le most, \quad changed_s \in \{0, 1\}

    Parameters
    ----------
    draft : Draft
        With its volumes; today is the baseline, no more than what can be reached.
    most : int
        Services that may change: of the place, or of each agency that plans alone.
    """
    arrays, names, volumes = draft.arrays, draft.arrays.names, draft.volumes
    reach = np.zeros_like(arrays.baseline)
    np.add.at(reach, (volumes.delivery, volumes.year), draft.coverable())
    today = np.minimum(arrays.baseline, reach)
    services = np.arange(len(names.service))
    changed = draft.builder.add_columns("changed", Keys.of((names.service, services)), 1.0, unit="yes or no")
    draft.builder.require_whole(changed)
    delivery, year = np.nonzero(reach > 0)
    service, cell = arrays.deliveries.service[delivery], arrays.deliveries.cell[delivery]
    keys = Keys.of(
        (names.service, service),
        (names.area, arrays.cells.area[cell]),
        (names.cohort, arrays.cells.cohort[cell]),
        (names.year, year),
    )
    held, room = today[delivery, year], reach[delivery, year] - today[delivery, year]
    row = np.full(reach.shape, -1)
    for side, lower, upper, step in (("less", held, np.inf, held), ("more", -np.inf, held, -room)):
        row[delivery, year] = draft.builder.add_rows(
            f"transition.{side}", keys, unit="units a year", lower=lower, upper=upper
        )
        draft.builder.add_entries(row[volumes.delivery, volumes.year], volumes.column, 1.0)
        draft.builder.add_entries(row[delivery, year], changed[service], step)
    planners = len(draft.planners.weight)
    whose = ((names.agency, np.arange(planners)),) if draft.planners.alone else ()
    count = draft.builder.add_rows("transition.max_changes", Keys.of(*whose), unit="services", upper=float(most))
    draft.builder.add_entries(count[draft.planners.of_service], changed, 1.0)
