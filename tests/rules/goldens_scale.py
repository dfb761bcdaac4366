"""Golden places of what opens and closes: scale, hubs and relations."""

from __future__ import annotations

from commission_opt.model.model import Model
from commission_opt.place import Place
from tests.tiny import model, rows, services, tiny

GOLDENS_OF_SCALE: dict[str, tuple[Place, Model]] = {
    "scale": (
        tiny(
            years=[2026, 2027],
            services=services(fixed_cost=[0, 0, 100], minimum_scale=[30, 0, 15]),
            hubs=rows("hub agency cost set_up_cost", ("payroll", "council", 50, 20)),
            teams=rows("hub agency cost closure_cost", ("payroll", "council", 40, 0), ("payroll", "nhs", 60, 10)),
        ),
        model(scale={"shared_teams": True}),
    ),
    "relations": (
        tiny(
            years=[2026, 2027],
            services=rows(
                "service agency need unit unit_cost minimum_scale tags",
                ("visits", "council", "falls", "case", 10, 12, "home"),
                ("clinic", "nhs", "falls", "case", 20, 0, "health"),
                ("ward", "nhs", "illness", "case", 50, 0, "health"),
            ),
            relations=rows(
                "relation subject other ratio double_running",
                ("at_most", "clinic", "tag:home", 1.5, ""),
                ("requires", "ward", "clinic", 5, ""),
                ("excludes", "ward", "need:falls", "", ""),
                ("replaces", "need:falls", "ward", 0.5, 1),
            ),
        ),
        model(relations={}),
    ),
}
