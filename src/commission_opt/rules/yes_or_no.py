"""Relations that ask whether services are open: what one requires, what it rules out."""

from __future__ import annotations

import numpy as np

from commission_opt.place.names import BoolArray, IntArray, Names
from commission_opt.place.opening import volume_today
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.opening import add_totals, open_services

YES_OR_NO_WORDS = {
    "relations.requires": Words(
        price="one unit a year less of the other side that {service} needs in {year} ('{relation}')",
        demand="{service} is open in {year} only beside enough of what it needs: '{relation}'",
        standing="fact",
    ),
    "relations.excludes": Words(
        price="{service} and {other} both open in {year} in spite of '{relation}'",
        demand="{service} and {other} are not both open in {year}: '{relation}'",
        standing="fact",
    ),
    "relations.closed": Words(
        price="one more unit a year of {service} in {year}, which is closed today: '{relation}'",
        demand="{service} stays closed in {year}, as today: '{relation}'",
        standing="fact",
    ),
    "relations.kept": Words(
        price="one more unit a year of the other side of '{relation}' that {agency} keeps in {year}",
        demand="{agency} keeps {bound} of the other side of '{relation}' in {year}, as today",
        standing="political",
    ),
}
"""Words of the rows below, for the rule on relations."""


def add_requires(draft: Draft, relation: int) -> None:
    """Let each service of the subject be open only beside ``ratio`` units or more of the other, all together."""
    relations, volumes = draft.arrays.conditions.relations, draft.volumes
    services = np.flatnonzero(relations.subject[relation])
    open_services(draft, services, "relations")
    keys, service, year = _service_years(draft, relation, services)
    row = draft.builder.add_rows("relations.requires", keys, unit="units a year", lower=0.0)
    draft.builder.add_entries(row, draft.open[service, year], -relations.ratio[relation])
    other = np.flatnonzero(relations.other[relation][volumes.service])
    at = row.reshape(len(services), draft.years)[:, volumes.year[other]]
    draft.builder.add_entries(at.reshape(-1), np.tile(volumes.column[other], len(services)), 1.0)


def keep_required(draft: Draft, relation: int) -> None:
    """Keep the subject's closed services closed, and of the other what today's open ones require."""
    relations, names, volumes = draft.arrays.conditions.relations, draft.arrays.names, draft.volumes
    _keep_closed(draft, relation, relations.subject[relation])
    today = volume_today(draft.arrays)
    others = np.flatnonzero(relations.other[relation])
    held = np.zeros((len(draft.planners.weight), draft.years))
    np.add.at(held, draft.planners.of_service[others], today[others])
    whole = held.sum(axis=0)
    share = np.minimum(relations.ratio[relation] / np.where(whole > 0, whole, 1.0), 1.0)
    least = held * np.where((today[relations.subject[relation]] > 0).any(axis=0), share, 0.0)
    planner, year = np.nonzero(least > 0)
    label = np.full(len(planner), relation)
    keys = Keys.of((relations.label, label), (names.agency, planner), (names.year, year))
    row = np.full(held.shape, -1)
    row[planner, year] = draft.builder.add_rows("relations.kept", keys, unit="units a year", lower=least[planner, year])
    of_other = np.flatnonzero(relations.other[relation][volumes.service])
    at = row[draft.planners.of_service[volumes.service[of_other]], volumes.year[of_other]]
    draft.builder.add_entries(at[at >= 0], volumes.column[of_other[at >= 0]], 1.0)


def add_excludes(draft: Draft, relation: int) -> None:
    """Let no service of the subject be open beside a service of the other."""
    relations, names = draft.arrays.conditions.relations, draft.arrays.names
    sides = relations.subject[relation], relations.other[relation]
    open_services(draft, np.flatnonzero(sides[0] | sides[1]), "relations")
    pair = sides[0][:, None] & sides[1][None, :]
    # Two services that stand on both sides would make two equal rows; one that does excludes nothing of itself.
    pair &= ~np.tril(pair.T)
    one, other = (np.repeat(code, draft.years) for code in np.nonzero(pair))
    year = np.tile(np.arange(draft.years), int(pair.sum()))
    row = draft.builder.add_rows(
        "relations.excludes",
        Keys.of(
            (relations.label, np.full(len(one), relation)),
            (names.service, one),
            (Names("other", names.service.labels), other),
            (names.year, year),
        ),
        unit="services",
        upper=1.0,
    )
    draft.builder.add_entries(row, draft.open[one, year], 1.0)
    draft.builder.add_entries(row, draft.open[other, year], 1.0)


def keep_excluded(draft: Draft, relation: int) -> None:
    """Keep closed what is closed today, on both sides."""
    relations = draft.arrays.conditions.relations
    _keep_closed(draft, relation, relations.subject[relation] | relations.other[relation])


def _keep_closed(draft: Draft, relation: int, services: BoolArray) -> None:
    """Keep the services closed that deliver nothing today in any year."""
    closed = np.flatnonzero(services & ~(volume_today(draft.arrays) > 0).any(axis=1))
    keys, service, year = _service_years(draft, relation, closed)
    row = np.full(draft.open.shape, -1)
    row[service, year] = draft.builder.add_rows("relations.closed", keys, unit="units a year", upper=0.0)
    add_totals(draft, row)


def _service_years(draft: Draft, relation: int, services: IntArray) -> tuple[Keys, IntArray, IntArray]:
    """Return keys of a relation's rows for every service and year, and the codes of these."""
    names, label = draft.arrays.names, draft.arrays.conditions.relations.label
    service, year = np.repeat(services, draft.years), np.tile(np.arange(draft.years), len(services))
    keys = Keys.of((label, np.full(len(service), relation)), (names.service, service), (names.year, year))
    return keys, service, year
