"""A place small enough to be planned by hand, models of single rules, and what their optima hold.

Two agencies, three services, two outcomes, one area, one year. Value is 1 for a unit of ``safe`` and 2 for one of
``well``, so a unit of visits (2 safe, 4 well) is worth 10, of clinic (16 well) 32, of ward (20 well) 40:

======= ======= ======= ===== ============= ====================
service led by  need    cost  value a pound own value a pound
======= ======= ======= ===== ============= ====================
visits  council falls      10           1.0 0.2 (safe alone)
clinic  nhs     falls      20           1.6 1.6
ward    nhs     illness    50           0.8 0.8
======= ======= ======= ===== ============= ====================

The council has 500, the NHS 2,000; there are 200 cases of falls and 60 of illness, more than money can meet. Aligned:
visits 500 / 10 = 50, clinic 2,000 / 20 = 100, worth 500 + 3,200 = 3,700. Today: 50, 50 and 20, worth 2,900.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.model import Model, model_from_data
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.solvers import Answer, make_solver

Cell = str | float


def rows(columns: str, *cells: tuple[Cell, ...]) -> pd.DataFrame:
    """Return a table from its columns' names and its rows."""
    return pd.DataFrame(list(cells), columns=columns.split())


TABLES = {
    "agencies": rows("agency kind", ("council", "council"), ("nhs", "nhs")),
    "funding": rows("stream agency amount", ("council_money", "council", 500), ("nhs_money", "nhs", 2000)),
    "services": rows(
        "service agency need unit unit_cost tags",
        ("visits", "council", "falls", "case", 10, "home"),
        ("clinic", "nhs", "falls", "case", 20, "health"),
        ("ward", "nhs", "illness", "case", 50, "health"),
    ),
    "outcomes": rows("outcome unit weight agency", ("safe", "units", 1, "council"), ("well", "units", 2, "nhs")),
    "effects": rows(
        "service outcome effect",
        ("visits", "safe", 2),
        ("visits", "well", 4),
        ("clinic", "well", 16),
        ("ward", "well", 20),
    ),
    "demand": rows("need cases", ("falls", 200), ("illness", 60)),
    "baseline": rows("service volume", ("visits", 50), ("clinic", 50), ("ward", 20)),
}

PLACE = Place.from_tables(TABLES, name="tiny", years=[2026], discount_rate=0.0)
"""The place of the table above."""


def tiny(**changes: object) -> Place:
    """Return the tiny place with other tables or settings."""
    return PLACE.replace(**changes) if changes else PLACE


def effects(*cells: tuple[Cell, ...]) -> pd.DataFrame:
    """Return effects with lag and persistence."""
    return rows("service outcome effect lag persistence", *cells)


def services(**columns: list[Cell]) -> pd.DataFrame:
    """Return the services (visits, clinic, ward) with other columns."""
    return TABLES["services"].assign(**columns)


def model(objective: str = "weighted_outcomes", **sections: dict[str, object]) -> Model:
    """Return a model that has the named rules and pooling, and no other."""
    data: dict[str, object] = {
        "name": "test",
        "title": "Test",
        "description": "One rule at a time.",
        "source": "test",
        "objective": {"kind": objective, "source": "test"},
        "pooling": {"source": "test"},
    }
    for name, settings in sections.items():
        data[name] = {"source": "test", **settings}
    return model_from_data(data, "test")


POT: dict[str, object] = {"pot": {"partners": "all", "scope": "all"}}
"""Settings of pooling for a single pot."""


@dataclass(frozen=True, eq=False)
class Solved:
    """A solver's answer in the names of the place."""

    formulation: Formulation
    answer: Answer

    @property
    def value(self) -> float:
        """Objective of the answer, penalties included."""
        return self.formulation.program.value(self.answer.x)

    def volume(self, service: str, **names: str) -> float:
        """Units of a service, in all or in the named area, cohort and year."""
        return self.total("volume", service=service, **names)

    def total(self, family: str, **names: str) -> float:
        """Sum of a family's columns that have these names."""
        program = self.formulation.program
        total = 0.0
        for block in program.columns:
            if block.family == family:
                meant = np.ones(len(block), dtype=bool)
                for dimension, name in names.items():
                    meant &= block.keys.column(dimension) == name
                total += float(self.answer.x[block.start : block.stop][meant].sum())
        return total

    def price(self, label: str) -> float:
        """Price of the row with this label."""
        return float(self.answer.prices[self.labels.index(label)])

    @property
    def labels(self) -> list[str]:
        """Labels of all rows."""
        program = self.formulation.program
        return [program.row_label(at) for at in range(program.shape[0])]

    def volumes(self) -> tuple[float, float, float]:
        """Units of visits, clinic and ward."""
        return self.volume("visits"), self.volume("clinic"), self.volume("ward")


def solved(place: Place, rules: Model) -> Solved:
    """Formulate and solve a place that must have a plan."""
    formulation = formulate_arrays(compile_place(place), rules)
    answer = make_solver("highs").solve(formulation.program)
    assert answer.status == "optimal", answer.message
    return Solved(formulation, answer)


def status_of(place: Place, rules: Model) -> str:
    """Return what the solver says of a place that may have no plan."""
    return str(make_solver("highs").solve(formulate_arrays(compile_place(place), rules).program).status)
