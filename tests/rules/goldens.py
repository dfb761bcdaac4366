"""For every rule family a tiny place and a model with no more than the family needs; ``family.form`` for more."""

from __future__ import annotations

from commission_opt.model.model import Model
from commission_opt.place import Place
from commission_opt.plan.solve import formulate
from commission_opt.program.text import program_text
from tests.rules.goldens_assets import GOLDENS_ASSETS
from tests.rules.goldens_better_care import BETTER_CARE
from tests.rules.goldens_contracts import GOLDENS_OF_CONTRACTS
from tests.rules.goldens_fairness import GOLDENS_OF_FAIRNESS
from tests.rules.goldens_scale import GOLDENS_OF_SCALE
from tests.tiny import PLACE, effects, model, rows, services, tiny

TWO_YEARS = tiny(
    years=[2026, 2027],
    discount_rate=0.25,
    funding=rows(
        "stream agency amount ring_fence theme poolable_share minimum_contribution carry_forward_share",
        ("council_money", "council", 500, "", "home", 0.5, 100, 0.1),
        ("nhs_money", "nhs", 2000, "", "health", 1, 0, 0),
        ("nhs_grant", "nhs", 300, "ward_grant", "health", 1, 0, 0.2),
    ),
    ring_fences=rows("ring_fence service", ("ward_grant", "ward")),
    funders=rows("service agency min_share max_share", ("visits", "nhs", 0.25, 0.5)),
    services=services(capital_cost=[0, 0, 3]),
)

TWO_AREAS = tiny(
    areas=rows(
        "area cluster population equity_weight income",
        ("north", "upper", 300, 1, 40000),
        ("south", "lower", 100, 1.5, 10000),
    ),
    demand=rows("need area cases", ("falls", "north", 200), ("illness", "south", 60)),
    baseline=rows("service volume"),
)

GOLDENS: dict[str, tuple[Place, Model]] = {
    **GOLDENS_OF_SCALE,
    **GOLDENS_ASSETS,
    **GOLDENS_OF_CONTRACTS,
    **GOLDENS_OF_FAIRNESS,
    "returns": (
        tiny(
            returns=rows(
                "service tranche share effectiveness",
                ("clinic", 1, 0.25, 1.5),
                ("clinic", 2, 0.5, 1),
                ("ward", 1, 1, 0.5),
            ),
            services=services(max_coverage=[1, 0.8, 1]),
        ),
        model(returns={}),
    ),
    "silos": (
        tiny(own_weights=rows("agency outcome weight", ("council", "safe", 3), ("council", "well", 0.5))),
        model(silos={}, coverage={}, pooling={"powers": "lead"}),
    ),
    "ring_fences": (TWO_YEARS.replace(years=[2026]), model(ring_fences={})),
    "resources": (
        tiny(
            resources=rows(
                "resource agency kind available shareable expansion_cost expansion_limit",
                ("carers", "council", "staff", 90, "yes", 4, 10),
                ("nurses", "nhs", "staff", 120, "no", 0, 0),
            ),
            usage=rows(
                "service resource per_unit", ("visits", "carers", 2), ("clinic", "nurses", 1), ("ward", "carers", 0.5)
            ),
            substitution=rows("resource other productivity", ("carers", "nurses", 0.8)),
        ),
        model(resources={"shared": True}),
    ),
    "prevention": (
        tiny(
            prevention=rows(
                "service need cases_averted lag persistence",
                ("visits", "illness", 0.4, 1, 0.5),
                ("clinic", "illness", -0.1, 0, 0),
            ),
            needs=rows("need must_meet", ("illness", 0.25)),
            areas=rows("area population cost_factor", ("all", 1000, 1.5)),
            years=[2026, 2027],
            discount_rate=0.25,
        ),
        model(prevention={"salvage": 2, "salvage_years": 2}),
    ),
    "savings": (
        TWO_YEARS.replace(
            savings=rows(
                "service agency amount cashable_share lag",
                ("visits", "nhs", 8, 0.5, 1),
                ("clinic", "nhs", 5, 0.2, 0),
                ("ward", "council", 3, 0, 0),
            )
        ),
        model(savings={}),
    ),
    "capacity": (
        tiny(
            capacity=rows("service block_size block_cost notice closure_cost", ("ward", 15, 150, 1, 30)),
            years=[2026, 2027],
        ),
        model(capacity={}),
    ),
    "coverage": (PLACE, model(coverage={})),
    "baseline": (PLACE, model(baseline={})),
    "duty": (
        tiny(
            needs=rows("need must_meet", ("falls", 0.25)),
            groups=rows("group service", ("modes", "visits"), ("modes", "clinic")),
            limits=rows(
                "subject area min_volume max_volume min_spend max_spend min_coverage max_coverage",
                ("visits", "all", 5, 70, "", "", "", ""),
                ("tag:health", "", "", "", 200, 1900, "", ""),
                ("group:modes", "", "", "", "", "", 0.1, 0.9),
            ),
            areas=rows("area population cost_factor", ("all", 1000, 1.5)),
        ),
        model(duty={}),
    ),
    "ceilings": (
        tiny(
            outcomes=rows(
                "outcome unit weight agency ceiling",
                ("safe", "units", 1, "council", ""),
                ("well", "units", 2, "nhs", 5),
            ),
            effects=effects(
                ("visits", "safe", 2, 0, 0),
                ("visits", "well", -1, 0, 0),
                ("clinic", "well", 16, 0, 0.5),
                ("ward", "well", 20, 1, 0),
            ),
            years=[2026, 2027],
            discount_rate=0.25,
            areas=rows("area population equity_weight", ("all", 1000, 1.5)),
        ),
        model(ceilings={}),
    ),
    "targets": (
        tiny(
            targets=rows(
                "outcome area year minimum penalty stretch reward reward_scale",
                ("safe", "", "", 40, 5, 60, 30, "pro_rata"),
                ("safe", "", "2027", 50, 6, 80, 70, ""),
                ("well", "all", "2026", -150, "", -20, 40, ""),
                ("well", "all", "2027", 90, "", "", "", ""),
            ),
            effects=effects(("visits", "safe", 2, 0, 0.5), ("visits", "well", -1, 0, 0), ("clinic", "well", 16, 1, 0)),
            areas=rows("area population", ("all", 1000)),
            years=[2026, 2027],
            discount_rate=0.25,
        ),
        model(targets={}),
    ),
    "equity": (
        TWO_AREAS,
        model(
            equity={
                "by": "cluster",
                "floor": 0.9,
                "largest_gap": 0.25,
                "distributional_weights": {"elasticity": 1.0, "median_income": 20000},
            }
        ),
    ),
    "transition": (
        tiny(
            years=[2026, 2027],
            demand=rows("need year cases", ("falls", 2026, 200), ("falls", 2027, 150), ("illness", "", 60)),
            limits=rows(
                "subject area year max_cut max_growth",
                ("ward", "", "2027", 0.25, ""),
                ("tag:health", "all", "", "", 0.5),
            ),
            areas=rows("area population cost_factor", ("all", 1000, 1.5)),
        ),
        model(
            transition={"max_cut": 0.1, "max_growth": 0.2, "start_up": 0.05, "decommissioning": 0.3, "max_changes": 2}
        ),
    ),
    "robustness": (
        tiny(
            effects=rows(
                "service outcome effect low high persistence",
                ("visits", "safe", 2, 1, 3, 0.5),
                ("visits", "well", 4, "", "", 0),
                ("clinic", "well", 16, 10, 20, 0),
                ("ward", "safe", -3, -4, -1, 0),
            ),
            years=[2026, 2027],
            discount_rate=0.25,
            areas=rows("area population equity_weight", ("all", 1000, 1.5)),
        ),
        model(robustness={"gamma": 2, "unstated": 0.25}),
    ),
    "devolution": (
        TWO_AREAS,
        model(
            devolution={"share": 0.5, "formula": {"population": 1, "need": 3}},
            pooling={"pot": {"partners": "all", "scope": "all"}},
        ),
    ),
    "guarantees": (
        tiny(savings=rows("service agency amount cashable_share", ("clinic", "council", 2, 0.5))),
        model(
            guarantees={"theta": 0.1, "theta_money": 0.2}, pooling={"pot": {"partners": ("council",), "scope": "all"}}
        ),
    ),
    "pooling": (
        TWO_YEARS,
        model(
            ring_fences={},
            pooling={
                "pot": {
                    "partners": "all",
                    "scope": "all",
                    "minimum_contributions": True,
                    "theme_virement": 0.1,
                    "theme_intake": 0.05,
                }
            },
        ),
    ),
    **BETTER_CARE,
}


def golden_text(family: str) -> str:
    """Return the program of a family's place and model as text."""
    place, rules = GOLDENS[family]
    return program_text(formulate(place, rules))
