"""A place small enough to solve with a pencil, and variants of it by replacement.

The council has £600 for visits (£10, 3 falls avoided each, 100 people); the NHS has £1,000 for a clinic (£20, 8
illnesses avoided each, 60 people). A pound does 0.3 in visits and 0.4 in the clinic.

Alone: 60 visits (180) and 50 clinics (400), together 580. One pot of £1,600: 60 clinics (480) first, then 40 visits
(120), together 600.
"""

from __future__ import annotations

import io
from typing import Any

import pandas as pd

from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve

TABLES = {
    "agencies": """
        agency,  kind
        council, council
        icb,     nhs""",
    "funding": """
        stream,        agency,  amount
        council_money, council, 600
        icb_money,     icb,     1000""",
    "services": """
        service, agency,  need,    unit,   unit_cost
        visits,  council, falls,   visit,  10
        clinic,  icb,     illness, person, 20""",
    "outcomes": """
        outcome,           unit,  weight, agency
        falls_avoided,     falls, 1,      council
        illnesses_avoided, cases, 1,      icb""",
    "effects": """
        service, outcome,           effect
        visits,  falls_avoided,     3
        clinic,  illnesses_avoided, 8""",
    "demand": """
        need,    cases
        falls,   100
        illness, 60""",
}


def table(text: str) -> pd.DataFrame:
    """Read a table written as in a file, with spaces to line it up."""
    lines = "\n".join(line.strip() for line in text.strip().splitlines())
    frame = pd.read_csv(io.StringIO(lines), dtype=str, keep_default_na=False, skipinitialspace=True)
    return frame.apply(lambda column: column.str.strip())


def tiny_place(*, years: tuple[str, ...] = ("2026",), settings: dict[str, Any] | None = None, **texts: str) -> Place:
    """Return the place above with some of its tables written anew; nothing is discounted unless asked for."""
    tables = {name: table(text) for name, text in {**TABLES, **texts}.items()}
    return Place.from_tables(tables, name="tiny", years=years, **{"discount_rate": 0.0, **(settings or {})})


def plan_of(place: Place, model: str, changes: dict[str, object] | None = None, **options: Any) -> Plan:
    """Return the plan of a place under a model that ships, with some settings of the model changed."""
    rules = read_model(model)
    for key, value in (changes or {}).items():
        rules = rules.set(key, value)
    return solve(place, rules, **options)


def volumes(plan: Plan) -> dict[str, float]:
    """Return units of every service that is delivered or is today, over all areas, cohorts and years."""
    return {str(name): float(total) for name, total in plan.allocation.groupby("service")["volume_units"].sum().items()}
