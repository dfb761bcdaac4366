"""Second golden programs of families with more than one form, named ``family-form``."""

from __future__ import annotations

from commission_opt.model.model import Model
from commission_opt.place import Place
from tests.tiny import model, rows, tiny

GOLDENS_OF_FAIRNESS: dict[str, tuple[Place, Model]] = {
    "robustness.scenarios": (
        tiny(
            scenarios=rows("scenario probability", ("fair", 0.75), ("poor", 0.25)),
            scenario_effects=rows(
                "scenario subject outcome multiplier",
                ("poor", "clinic", "", 0.25),
                ("poor", "visits", "well", 0.5),
                ("fair", "ward", "", 1.5),
            ),
            years=[2026, 2027],
            discount_rate=0.25,
            areas=rows("area population equity_weight", ("all", 1000, 1.5)),
        ),
        model(robustness={"measure": "cvar", "alpha": 0.5, "aversion": 0.25}),
    ),
    "robustness.targets": (
        tiny(
            effects=rows(
                "service outcome effect low persistence",
                ("visits", "safe", 2, 1, 0.5),
                ("visits", "well", -1, -2, 0),
                ("clinic", "well", 16, 10, 0),
            ),
            targets=rows("outcome area year minimum penalty", ("safe", "", "2027", 50, ""), ("well", "all", "", 90, 2)),
            areas=rows("area population", ("all", 1000)),
            years=[2026, 2027],
        ),
        model(targets={}, robustness={"gamma": 1.5, "protect_targets": True, "measure": "cvar"}),
    ),
    "devolution.alone": (
        tiny(
            areas=rows(
                "area cluster population equity_weight", ("north", "upper", 300, 1), ("south", "lower", 100, 1.5)
            ),
            demand=rows("need area cases", ("falls", "north", 200), ("falls", "south", 40), ("illness", "south", 60)),
            baseline=rows("service volume"),
            local_weights=rows("cluster outcome weight", ("lower", "safe", 3)),
            funding=rows(
                "stream agency amount poolable_share",
                ("council_money", "council", 500, 0.5),
                ("nhs_money", "nhs", 2000, 1),
            ),
        ),
        model(
            devolution={"decides": "alone", "weights": "local"}, pooling={"pot": {"partners": "all", "scope": "all"}}
        ),
    ),
}
