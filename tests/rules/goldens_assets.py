"""A tiny place with two sites: one that may close and lets others in, one that does neither."""

from __future__ import annotations

from commission_opt.model.model import Model
from commission_opt.place import Place
from tests.tiny import model, rows, tiny

GOLDENS_ASSETS: dict[str, tuple[Place, Model]] = {
    "assets": (
        tiny(
            years=[2026, 2027],
            areas=rows("area population", ("all", 1000)),
            funding=rows(
                "stream agency kind amount",
                ("council_estate", "council", "capital", 10),
                ("council_money", "council", "revenue", 500),
                ("nhs_money", "nhs", "revenue", 2000),
            ),
            sites=rows(
                "site agency floor_area running_cost receipt receipt_lag closure_cost closable shareable",
                ("centre", "nhs", 40, 50, 0, 0, 0, "no", "no"),
                ("hall", "council", 60, 100, 90, 1, 30, "yes", "yes"),
            ),
            accommodation=rows("service floor_area", ("visits", 0.25), ("clinic", 2), ("ward", 1)),
            placements=rows("service site", ("ward", "centre")),
            reach=rows("area site", ("all", "centre"), ("all", "hall")),
        ),
        model(assets={"shared": True}),
    )
}
"""The place and model of the golden program of ``assets``."""
