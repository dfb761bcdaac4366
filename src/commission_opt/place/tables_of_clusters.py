"""Tables of clusters: what neighbourhoods that decide for themselves value."""

from __future__ import annotations

from commission_opt.place.columns import key_column, signed_column, table

TABLES_OF_CLUSTERS = (
    table(
        "local_weights",
        "What a cluster values where it decides itself; no row: the weight of the outcome in the whole place.",
        key_column("cluster", "Cluster that decides.", "areas.cluster"),
        key_column("outcome", "Outcome that it values.", "outcomes.outcome"),
        signed_column("weight", "Value of one unit to the cluster, of the place's sign.", "value per unit", True),
    ),
)
"""Tables of clusters, in the order in which a person fills them in."""
