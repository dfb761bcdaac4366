"""Tables of people and back offices: teams that agencies have each for themselves, and hubs in their place."""

from __future__ import annotations

from commission_opt.place.columns import key_column, link_column, money_column, table

TABLES_OF_TEAMS = (
    table(
        "hubs",
        "Shared teams that may take the place of one team for each agency.",
        key_column("hub", "Short name of the hub."),
        link_column("agency", "Agency that runs it.", "agencies.agency"),
        money_column("cost", "Revenue cost of being open.", "money a year when open", required=True),
        money_column("set_up_cost", "Revenue cost of opening it, once.", "money", 0.0),
    ),
    table(
        "teams",
        "Teams of single agencies today, paid for out of today's budgets, that a hub could replace.",
        key_column("hub", "Hub that could replace it.", "hubs.hub"),
        key_column("agency", "Agency whose team it is.", "agencies.agency"),
        money_column("cost", "What it costs the agency today.", "money a year", required=True),
        money_column("closure_cost", "Cost of closing it, once.", "money", 0.0),
    ),
)
"""Tables of teams, in the order in which a person fills them in."""
