"""Tables of scenarios: ways in which the evidence as a whole may turn out."""

from __future__ import annotations

from commission_opt.place.columns import (
    Column,
    Kind,
    key_column,
    number_column,
    optional_key_column,
    table,
    text_column,
)
from commission_opt.place.tables_of_rules import SUBJECT

TABLES_OF_SCENARIOS = (
    table(
        "scenarios",
        "Ways in which things may turn out, of which just one will.",
        key_column("scenario", "Short name of the scenario."),
        text_column("name", "Full name."),
        Column(
            "probability",
            Kind.SHARE,
            "How likely it is; those of all scenarios add up to 1.",
            "share, 0 to 1",
            required=True,
            minimum=0.0,
            maximum=1.0,
        ),
    ),
    table(
        "scenario_effects",
        "Effects that turn out otherwise in a scenario; what has no row is as stated.",
        key_column("scenario", "Scenario in which they do.", "scenarios.scenario"),
        Column("subject", Kind.SUBJECT, SUBJECT, key=True, required=True),
        optional_key_column("outcome", "Blank: every outcome.", "outcomes.outcome"),
        number_column(
            "multiplier",
            "What the effects are multiplied by; several rows for one effect multiply.",
            "multiplier",
            required=True,
        ),
    ),
)
"""Tables of scenarios, in the order in which a person fills them in."""
