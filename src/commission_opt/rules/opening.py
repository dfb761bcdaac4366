"""Yes-or-no columns: whether a service is open at all in a year, one place for all rules that ask."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft


def reach_of_services(draft: Draft) -> FloatArray:
    """Return (S, T) the most units that demand and tranches allow each service."""
    reach = np.zeros((len(draft.arrays.names.service), draft.years))
    np.add.at(reach, (draft.volumes.service, draft.volumes.year), draft.coverable())
    return reach


def add_totals(draft: Draft, row: IntArray) -> None:
    """Add the volume of every service and year to its row (S, T); -1 for none."""
    if (row >= 0).any():
        draft.add_per_unit(draft.sorts.of_services(row, np.ones(len(row))))


def open_services(draft: Draft, services: IntArray, family: str) -> None:
    r"""Make sure that ``draft.open`` says of these services whether they are open in each year.

    .. math:: \sum_{n g k} x_{s n g t k} \le reach_{s t} \cdot open_{s t}, \qquad open_{s t} \in \{0, 1\}

    Parameters
    ----------
    draft : Draft
        With its volumes.
    services : (n,) codes
        Services that a rule asks about; those that another rule asked about already have their columns.
    family : str
        Section of the rule that asks: names the rows.
    """
    names, years = draft.arrays.names, draft.years
    services = np.unique(services)
    added = services[draft.open[services, 0] < 0]
    if not len(added):
        return
    service, year = np.repeat(added, years), np.tile(np.arange(years), len(added))
    reach = reach_of_services(draft)[service, year]
    keys = Keys.of((names.service, service), (names.year, year))
    column = draft.builder.add_columns("open", keys, (reach > 0).astype(float), unit="yes or no")
    draft.builder.require_whole(column)
    draft.open[service, year] = column
    row = np.full(draft.open.shape, -1)
    row[service, year] = draft.builder.add_rows(f"{family}.open", keys, unit="units a year", upper=0.0)
    add_totals(draft, row)
    draft.builder.add_entries(row[service, year], column, -reach)
