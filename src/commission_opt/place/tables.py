"""The declarative registry of a place's tables and columns.

Reading, checking, writing, the JSON Schema and the documentation of the format are all driven by it.
"""

from __future__ import annotations

from commission_opt.place.columns import Table
from commission_opt.place.tables_of_assets import TABLES_OF_ASSETS
from commission_opt.place.tables_of_clusters import TABLES_OF_CLUSTERS
from commission_opt.place.tables_of_contracts import TABLES_OF_CONTRACTS
from commission_opt.place.tables_of_earmarks import TABLES_OF_EARMARKS
from commission_opt.place.tables_of_place import TABLES_OF_PLACE
from commission_opt.place.tables_of_rules import TABLES_OF_RULES
from commission_opt.place.tables_of_scenarios import TABLES_OF_SCENARIOS
from commission_opt.place.tables_of_teams import TABLES_OF_TEAMS

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        *TABLES_OF_PLACE,
        *TABLES_OF_RULES,
        *TABLES_OF_CONTRACTS,
        *TABLES_OF_EARMARKS,
        *TABLES_OF_TEAMS,
        *TABLES_OF_ASSETS,
        *TABLES_OF_CLUSTERS,
        *TABLES_OF_SCENARIOS,
    )
}
"""Every table by name, in the order in which a person fills them in."""
