"""A tiny place and a model with what real pooled funds have: earmarks, and an overspend in proportion."""

from __future__ import annotations

from commission_opt.model.model import Model
from commission_opt.place import Place
from tests.tiny import model, rows, tiny

BETTER_CARE: dict[str, tuple[Place, Model]] = {
    "pooling.better_care": (
        tiny(
            funding=rows(
                "stream agency kind amount minimum_contribution poolable_share",
                ("council_money", "council", "revenue", 500, 100, 1),
                ("council_capital", "council", "capital", 60, 0, 1),
                ("nhs_fund", "nhs", "revenue", 300, 300, 1),
                ("nhs_core", "nhs", "revenue", 1700, 0, 0.1),
            ),
            earmarks=rows(
                "stream subject amount",
                ("council_money", "tag:home", 80),
                ("nhs_fund", "tag:home", 120),
                ("nhs_fund", "ward", 50),
            ),
        ),
        model(
            pooling={
                "pot": {
                    "partners": "all",
                    "scope": "all",
                    "minimum_contributions": True,
                    "overspend": "in_proportion",
                }
            }
        ),
    ),
}
