"""A tiny place and a model with contracts by results and nothing else, in which every row of the family stands."""

from __future__ import annotations

from commission_opt.model.model import Model
from commission_opt.place import Place
from tests.tiny import model, rows, tiny

GOLDENS_OF_CONTRACTS: dict[str, tuple[Place, Model]] = {
    "contracts": (
        tiny(
            contracts=rows(
                "contract service outcome upfront_share tariff deadweight cap threshold payment_lag top_up_share "
                "investor_money investor_return",
                ("bond", "visits", "safe", 0.25, 6, 0, "", "", 1, 0.2, 150, 0.25),
                ("care", "ward", "well", 1, 4, 2, "", "", 0, 0, "", ""),
                ("cure", "clinic", "well", 0.5, 1, 1, 2000, 1000, 0, 0, "", ""),
            ),
            demand=rows("need cohort cases", ("falls", "", 200), ("illness", "old", 45), ("illness", "young", 15)),
            effects=rows(
                "service outcome cohort effect",
                ("visits", "safe", "", 2),
                ("clinic", "well", "", 16),
                ("ward", "well", "old", 20),
                ("ward", "well", "young", 1),
            ),
            discount_rate=0.25,
        ),
        model(contracts={}),
    )
}
