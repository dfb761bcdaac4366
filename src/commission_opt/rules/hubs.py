"""Hubs in place of one team for each agency: yes-or-no decisions that bring money back and cost money."""

from __future__ import annotations

import numpy as np

from commission_opt.place.money import REVENUE
from commission_opt.place.names import IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.draft import Draft
from commission_opt.rules.own_money import largest_streams


def add_hubs(draft: Draft) -> None:
    """Add hubs, the teams that they close, what comes back and what is paid.

    Parameters
    ----------
    draft : Draft
        Of a model in which agencies share teams; the algebra is that of the rule on scale.
    """
    hub, opened = _add_hubs(draft)
    closed = _add_teams(draft)
    _bind(draft, hub, closed)
    _return_money(draft, closed)
    _charge(draft, hub, opened)


def _add_hubs(draft: Draft) -> tuple[IntArray, IntArray]:
    """Return (H, T) columns: whether each hub is open, and whether it opens in the year."""
    hubs, names, years = draft.arrays.hubs, draft.arrays.names, draft.years
    which, year = np.repeat(np.arange(len(hubs.names)), years), np.tile(np.arange(years), len(hubs.names))
    keys = Keys.of((hubs.names, which), (names.year, year))
    hub, opened = (
        draft.builder.add_columns(family, keys, 1.0, unit="yes or no").reshape(-1, years)
        for family in ("hub", "hub opened")
    )
    draft.builder.require_whole(hub.reshape(-1))
    row = draft.builder.add_rows("scale.opened", keys, unit="hubs", lower=0.0).reshape(-1, years)
    draft.builder.add_entries(row.reshape(-1), opened.reshape(-1), 1.0)
    draft.builder.add_entries(row.reshape(-1), hub.reshape(-1), -1.0)
    draft.builder.add_entries(row[:, 1:].reshape(-1), hub[:, :-1].reshape(-1), 1.0)
    return hub, opened


def _add_teams(draft: Draft) -> IntArray:
    """Return (M, T) columns: whether each team is closed. One stays open if its cost could come back to no stream."""
    hubs, names, years = draft.arrays.hubs, draft.arrays.names, draft.years
    teams = hubs.teams
    may_close = np.asarray((largest_streams(draft, REVENUE)[teams.agency] >= 0).all(axis=1))
    for kept in np.flatnonzero(~may_close):
        draft.notes.append(
            f"The team of {names.agency.labels[teams.agency[kept]]} that {hubs.names.labels[teams.hub[kept]]} could "
            "replace stays: its agency has no revenue without a ring fence to which its cost could come back."
        )
    team, year = np.repeat(np.arange(len(teams.hub)), years), np.tile(np.arange(years), len(teams.hub))
    keys = Keys.of((hubs.names, teams.hub[team]), (names.agency, teams.agency[team]), (names.year, year))
    closed = draft.builder.add_columns("team closed", keys, may_close[team].astype(float), unit="yes or no")
    draft.builder.require_whole(closed)
    return closed.reshape(-1, years)


def _bind(draft: Draft, hub: IntArray, closed: IntArray) -> None:
    """Let teams close only where their hub is open, and for good; let hubs open only in place of a team."""
    hubs, names, years = draft.arrays.hubs, draft.arrays.names, draft.years
    teams = hubs.teams
    team, year = (code.reshape(-1) for code in np.indices(closed.shape))
    keys = Keys.of((hubs.names, teams.hub[team]), (names.agency, teams.agency[team]), (names.year, year))
    row = draft.builder.add_rows("scale.hub", keys, unit="teams", lower=0.0)
    draft.builder.add_entries(row, hub[teams.hub[team], year], 1.0)
    draft.builder.add_entries(row, closed.reshape(-1), -1.0)
    later = np.flatnonzero(year > 0)
    row = draft.builder.add_rows("scale.stays", keys.take(later), unit="teams", lower=0.0)
    draft.builder.add_entries(row, closed[team[later], year[later]], 1.0)
    draft.builder.add_entries(row, closed[team[later], year[later] - 1], -1.0)
    which, when = (code.reshape(-1) for code in np.indices(hub.shape))
    keys = Keys.of((hubs.names, which), (names.year, when))
    row = draft.builder.add_rows("scale.needed", keys, unit="teams", lower=0.0)
    draft.builder.add_entries(row, hub.reshape(-1), -1.0)
    draft.builder.add_entries(row[teams.hub[team] * years + year], closed.reshape(-1), 1.0)


def _return_money(draft: Draft, closed: IntArray) -> None:
    """Bring the cost of closed teams back to their agencies, less the cost of closing in the first year."""
    teams = draft.arrays.hubs.teams
    stream = largest_streams(draft, REVENUE)[teams.agency]
    team, year = np.nonzero(stream >= 0)
    draft.income.free(stream[team, year], year, closed[team, year], teams.cost[team] - teams.closure_cost[team])
    team, year = np.nonzero((stream >= 0) & (np.arange(draft.years) > 0) & (teams.closure_cost > 0)[:, None])
    draft.income.free(stream[team, year], year, closed[team, year - 1], teams.closure_cost[team])


def _charge(draft: Draft, hub: IntArray, opened: IntArray) -> None:
    """Charge what hubs cost to the agencies that run them."""
    hubs, year = draft.arrays.hubs, np.arange(draft.years)
    revenue = np.full(draft.years, draft.arrays.names.kind.code(REVENUE))
    for which, name in enumerate(hubs.names.labels):
        subject = np.full(draft.years, draft.spending.add_subject(f"hub:{name}", int(hubs.agency[which])))
        for column, cost in ((hub[which], hubs.cost[which]), (opened[which], hubs.set_up_cost[which])):
            if cost > 0:
                draft.spending.add(subject, revenue, year, column, np.full(draft.years, cost))
