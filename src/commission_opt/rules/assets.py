"""Assets: shared property, its sites open or closed, and the services in them."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.money import CAPITAL, REVENUE
from commission_opt.place.names import BoolArray, FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.own_money import largest_streams

BEYOND = 2.0
"""Times what could be of use at which bounds lie, so that what limits a plan is a row with a price of its own."""


class Assets(Rule):
    r"""Services are placed in sites; a site that closes gives up its floor area and brings its costs and receipt back.

    .. math:: \sum_b placed_{s b t} = \sum_{n g k} x_{s n g t k}, \qquad
        \sum_s room_s \, placed_{s b t} \le area_b \, open_{b t}, \qquad
        \sum_{b \in reach(n)} open_{b t} \ge 1, \quad open_{b t} \in \{0, 1\},

        closed_{b t} = open_{b, t-1} - open_{b t} \ge 0, \qquad
        income_{b t} = running\_cost_b \sum_{u \le t} closed_{b u}, \qquad
        capital\_income_{b t} = receipt_b \, closed_{b, t - lag_b}

    Every site is open today, and what is closed stays closed. Today's budgets hold what services cost, and the running
    costs of all sites are paid beside them: a site that closes brings its running cost back in that and every later
    year, to its owner's largest revenue stream without a ring fence. Closing costs revenue money once, in the year in
    which it closes; property is no service, so money inside a ring fence does not pay for that. The receipt reaches the
    owner's largest capital stream after its lag, and through it the capital pot where there is one; it never pays for
    revenue. One that would arrive after the last year is not counted. A site that brings nothing stays open.

    Unless sites are shared, services use only sites of the agency that leads them. Shared, they may also move into what
    other agencies call shareable. An agency that plans alone keeps to its own sites, and keeps one of its own open for
    every area that they reach.
    """

    kind: Literal["assets"] = "assets"
    reads: ClassVar[tuple[str, ...]] = ("sites", "accommodation", "placements", "reach")
    words: ClassVar[dict[str, Words]] = {
        "assets.closed": Words(
            price="the money that closing {site} in {year} frees, with the site kept,",
            demand="{site} can close in {year} only if it was open until then",
            standing="identity",
        ),
        "assets.placed": Words(
            price="one more {unit} of {service} in {year} that takes up no room",
            demand="every unit of {service} in {year} needs room in a site that is open",
            standing="identity",
        ),
        "assets.floor_area": Words(
            price="one more {unit} in {site} in {year}",
            demand="the services in {site} in {year} have to fit into its floor area, and need it open",
            standing="fact",
        ),
        "assets.access": Words(
            price="one more {unit} that has to be within reach of {area} in {year}",
            demand="{area} has to have {bound} within reach in {year}",
            standing="political",
            gives="{area} has {to} within reach in {year} instead of {bound}: {amount} less",
        ),
    }

    shared: bool = Field(default=False, description="Whether services may move into other agencies' shareable sites.")

    def columns(self, draft: Draft) -> None:
        """Add sites open and closed and services placed in them, what binds them, and the money that they free."""
        names = draft.arrays.names
        if not len(names.site):
            return
        site, year = (
            np.repeat(np.arange(len(names.site)), draft.years),
            np.tile(np.arange(draft.years), len(names.site)),
        )
        may_close = _may_close(draft)
        opened = draft.builder.add_columns(
            "site open",
            Keys.of((names.site, site), (names.year, year)),
            1.0,
            unit="yes or no",
            lower=np.where(may_close[site], 0.0, 1.0),
        ).reshape(-1, draft.years)
        draft.builder.require_whole(opened[may_close].reshape(-1))
        self._place(draft, opened)
        self._keep_access(draft, opened)
        _free_money(draft, np.flatnonzero(may_close), _close(draft, np.flatnonzero(may_close), opened))

    def _place(self, draft: Draft, opened: IntArray) -> None:
        """Place every unit that needs room in a site that it may use."""
        assets, names, volumes = draft.arrays.assets, draft.arrays.names, draft.volumes
        may = self._may_use(draft)
        could = np.zeros((len(names.service), draft.years))
        np.add.at(could, (volumes.service, volumes.year), draft.coverable())
        wanted = (could > 0) & np.asarray(may.any(axis=1))[:, None]
        service, site, year = np.nonzero(may[:, :, None] & wanted[:, None, :])
        most = np.minimum(could[service, year], assets.floor_area[site] / assets.room[service])
        keys = Keys.of((names.service, service), (names.site, site), (names.year, year))
        placed = draft.builder.add_columns("placed", keys, BEYOND * most, unit="units a year")
        needs, when = np.nonzero(wanted)
        row = np.full(could.shape, -1)
        keys = Keys.of((names.service, needs), (names.year, when))
        row[needs, when] = draft.builder.add_rows("assets.placed", keys, unit="units a year", lower=0.0, upper=0.0)
        of_volume = row[volumes.service, volumes.year]
        draft.builder.add_entries(of_volume[of_volume >= 0], volumes.column[of_volume >= 0], 1.0)
        draft.builder.add_entries(row[service, year], placed, -1.0)
        _fit(draft, opened, (site, year, placed), (assets.room[service], most))

    def _may_use(self, draft: Draft) -> BoolArray:
        """Return (S, B) the sites that each service may use; shut services that need room and may use none."""
        assets, names, lead = draft.arrays.assets, draft.arrays.names, draft.arrays.services.agency
        own = lead[:, None] == assets.agency[None, :]
        shared = self.shared and not draft.planners.alone
        theirs = own | assets.shareable[None, :] if shared else own
        may = (assets.room > 0)[:, None] & (assets.floor_area > 0)[None, :] & assets.suits & theirs
        homeless = (assets.room > 0) & ~may.any(axis=1)
        draft.builder.lower_upper_bounds(draft.volumes.column[homeless[draft.volumes.service]], 0.0)
        draft.notes.extend(
            f"{names.service.labels[service]} is not delivered: it needs room, and there is no site that it may use."
            for service in np.flatnonzero(homeless)
        )
        return np.asarray(may)

    @staticmethod
    def _keep_access(draft: Draft, opened: IntArray) -> None:
        """Keep a site open within reach of every area, or one of each agency's own where they plan alone."""
        assets, names, years = draft.arrays.assets, draft.arrays.names, draft.years
        alone = draft.planners.alone
        owner = assets.agency if alone else np.zeros_like(assets.agency)
        area, site = np.nonzero(assets.reaches)
        group, member = np.unique(np.stack([area, owner[site]]), axis=1, return_inverse=True)
        at, year = np.repeat(np.arange(group.shape[1]), years), np.tile(np.arange(years), group.shape[1])
        whose = ((names.agency, group[1, at]),) if alone else ()
        keys = Keys.of((names.area, group[0, at]), (names.year, year), *whose)
        row = draft.builder.add_rows("assets.access", keys, unit="open site", lower=1.0).reshape(-1, years)
        draft.builder.add_entries(row[member.reshape(-1)].reshape(-1), opened[site].reshape(-1), 1.0)


def _fit(
    draft: Draft,
    opened: IntArray,
    placed: tuple[IntArray, IntArray, IntArray],
    needed: tuple[FloatArray, FloatArray],
) -> None:
    """Hold what is placed (site, year, column), of so much room a unit and at most so many, to each site's area."""
    names, (site, year, column), (room, most) = draft.arrays.names, placed, needed
    taken = np.zeros(opened.shape)
    np.add.at(taken, (site, year), room * most)
    used, when = np.nonzero(taken > 0)
    row = np.full(opened.shape, -1)
    keys = Keys.of((names.site, used), (names.year, when))
    row[used, when] = draft.builder.add_rows("assets.floor_area", keys, unit="square metres", upper=0.0)
    draft.builder.add_entries(row[site, year], column, room)
    enough = np.minimum(draft.arrays.assets.floor_area[used], BEYOND * taken[used, when])
    draft.builder.add_entries(row[used, when], opened[used, when], -enough)


def _may_close(draft: Draft) -> BoolArray:
    """Return (B,) the sites that may close, and bring something within the years of the plan when they do."""
    assets = draft.arrays.assets
    sold = (assets.receipt > 0) & (assets.receipt_lag < draft.years)
    return np.asarray(assets.closable & ((assets.running_cost > 0) | sold))


def _close(draft: Draft, sites: IntArray, opened: IntArray) -> IntArray:
    """Add what closes in each year: sites (C,) that were open until then, and are so no longer."""
    names, years = draft.arrays.names, draft.years
    site, year = np.repeat(sites, years), np.tile(np.arange(years), len(sites))
    keys = Keys.of((names.site, site), (names.year, year))
    closed = draft.builder.add_columns("site closed", keys, 1.0, unit="yes or no").reshape(-1, years)
    before = np.where(year == 0, 1.0, 0.0)
    row = draft.builder.add_rows("assets.closed", keys, unit="sites", lower=before, upper=before).reshape(-1, years)
    draft.builder.add_entries(row.reshape(-1), closed.reshape(-1), 1.0)
    draft.builder.add_entries(row.reshape(-1), opened[sites].reshape(-1), 1.0)
    draft.builder.add_entries(row[:, 1:].reshape(-1), opened[sites, :-1].reshape(-1), -1.0)
    return closed


def _free_money(draft: Draft, sites: IntArray, closed: IntArray) -> None:
    """Bring running costs and receipts back to the owners of sites that close, and charge the closing to them."""
    assets, names = draft.arrays.assets, draft.arrays.names
    row, year, since = np.nonzero(np.tril(np.ones((len(sites), draft.years, draft.years), dtype=bool)))
    _bring(draft, REVENUE, (sites[row], year, closed[row, since]), assets.running_cost)
    row, since = np.nonzero(np.arange(draft.years)[None, :] + assets.receipt_lag[sites, None] < draft.years)
    _bring(draft, CAPITAL, (sites[row], since + assets.receipt_lag[sites[row]], closed[row, since]), assets.receipt)
    when = np.arange(draft.years)
    revenue = np.full(draft.years, names.kind.code(REVENUE))
    for row_of, site in enumerate(sites.tolist()):
        if assets.closure_cost[site] > 0:
            subject = draft.spending.add_subject(f"site:{names.site.labels[site]}", int(assets.agency[site]))
            cost = np.full(draft.years, assets.closure_cost[site])
            draft.spending.add(np.full(draft.years, subject), revenue, when, closed[row_of], cost)


def _bring(draft: Draft, kind: str, closing: tuple[IntArray, IntArray, IntArray], amount: FloatArray) -> None:
    """Bring money of a kind to the owners of sites in the years, per unit of the columns, or say that it is lost."""
    assets, names = draft.arrays.assets, draft.arrays.names
    pays = np.flatnonzero(amount[closing[0]] > 0)
    site, year, column = (part[pays] for part in closing)
    stream = largest_streams(draft, kind)[assets.agency[site], year]
    lost = np.unique(site[stream < 0])
    for agency in np.unique(assets.agency[lost]):
        closing_for = ", ".join(names.site.labels[at] for at in lost[assets.agency[lost] == agency])
        draft.notes.append(
            f"What closing {closing_for} brings in {kind} money comes back to nobody: "
            f"{names.agency.labels[agency]} has no {kind} without a ring fence."
        )
    has = np.flatnonzero(stream >= 0)
    draft.income.free(stream[has], year[has], column[has], amount[site[has]])
