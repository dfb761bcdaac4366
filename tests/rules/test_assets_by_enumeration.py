"""Assets against every pattern of closing: each is a plain linear program, written here from the tables alone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from commission_opt.model.formulate import formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.place.arrays import compile_place
from commission_opt.plan.alone import siloed_twin
from commission_opt.plan.solve import SolveOptions, solve_arrays
from commission_opt.solvers import Limits, make_solver
from tests.amount import drawn
from tests.random_places import random_place
from tests.tiny import Solved, model, rows

YEARS = (2026, 2027)
NEVER = len(YEARS)
KINDS = ("revenue", "capital")
CAPITAL_POT = {"pot": {"partners": "all", "scope": "all", "kinds": ["capital"]}}


def random_estate(seed: int) -> Place:
    """Return a place of two agencies, four services, four sites and two areas, with as little room as money."""
    rng = np.random.default_rng(seed)
    services = [f"s{at}" for at in range(4)]
    lead = ["council", "council", "nhs", "nhs"]
    sites = pd.DataFrame(
        {
            "site": [f"b{at}" for at in range(4)],
            "agency": ["council", "council", "nhs", "nhs"],
            "floor_area": rng.integers(20, 90, 4),
            "running_cost": rng.integers(0, 400, 4),
            "receipt": rng.integers(0, 500, 4) * rng.integers(0, 2, 4),
            "receipt_lag": rng.integers(0, 2, 4),
            "closure_cost": rng.integers(0, 100, 4),
            "closable": ["yes", "yes", "yes", rng.choice(["yes", "no"])],
            "shareable": rng.choice(["yes", "no"], 4, p=[0.7, 0.3]),
        }
    )
    tables = {
        "agencies": rows("agency kind", ("council", "council"), ("nhs", "nhs")),
        "areas": rows("area population", ("north", 100), ("south", 300)),
        "funding": pd.DataFrame(
            [
                {"stream": f"{agency} {kind}", "agency": agency, "kind": kind, "amount": float(rng.integers(*size))}
                for agency in ("council", "nhs")
                for kind, size in zip(KINDS, ((400, 900), (0, 300)), strict=True)
            ]
        ),
        "services": pd.DataFrame(
            {
                "service": services,
                "agency": lead,
                "need": services,
                "unit": "case",
                "unit_cost": rng.integers(5, 20, 4),
                "capital_cost": rng.integers(1, 8, 4) * rng.integers(0, 2, 4),
            }
        ),
        "outcomes": rows("outcome unit weight agency", ("good", "units", 1, "nhs")),
        "effects": pd.DataFrame({"service": services, "outcome": "good", "effect": rng.uniform(1, 9, 4).round(2)}),
        "demand": pd.DataFrame({"need": services, "cases": rng.integers(20, 120, 4)}),
        "sites": sites,
        "accommodation": pd.DataFrame({"service": services[:3], "floor_area": rng.uniform(0.3, 2, 3).round(1)}),
        "placements": rows("service site", ("s1", "b0"), ("s1", "b2")),
        "reach": rows("area site", ("north", "b0"), ("north", "b3"), ("south", "b1"), ("south", "b2")),
    }
    return Place.from_tables(tables, name="estate", years=list(YEARS), discount_rate=0.0)


@dataclass(frozen=True)
class Pencil:
    """The best value of a place by trying all patterns; ``shared`` sites, ``pooled`` capital."""

    place: Place
    shared: bool
    pooled: bool

    def best(self) -> float:
        """Try to close every site in every year or never."""
        tried = product(range(NEVER + 1), repeat=len(self.place.table("sites")))
        return max(self.value(pattern) for pattern in tried)

    def value(self, closing: tuple[int, ...]) -> float:
        """Return the best value when each site closes in this year; nothing is worse than no plan."""
        sites = self.place.table("sites")
        kept = sites["closable"].fillna(1.0).to_numpy() == 0
        if any(when != NEVER for when, keep in zip(closing, kept, strict=True) if keep):
            return -np.inf
        total = 0.0
        for year in range(NEVER):
            is_open = {name for name, when in zip(sites["site"], closing, strict=True) if when > year}
            reach = self.place.table("reach").groupby("area")["site"].agg(set)
            if any(not (within & is_open) for within in reach):
                return -np.inf
            total += self.value_of_year(is_open, self.money(closing, year))
        return total

    def money(self, closing: tuple[int, ...], year: int) -> dict[tuple[str, str], float]:
        """Return what each agency has of each kind of money: its own, rent no longer paid, receipts, less closings."""
        funding, sites = self.place.table("funding"), self.place.table("sites")
        had = {(row.agency, row.kind): float(row.amount) for row in funding.itertuples()}
        for when, row in zip(closing, sites.itertuples(), strict=True):
            had[row.agency, "revenue"] += row.running_cost * (when <= year) - row.closure_cost * (when == year)
            had[row.agency, "capital"] += row.receipt * (when + int(row.receipt_lag) == year and when != NEVER)
        if self.pooled:
            total = had.pop(("council", "capital")) + had.pop(("nhs", "capital"))
            had["*", "capital"] = total
        return had

    def value_of_year(self, is_open: set[str], had: dict[tuple[str, str], float]) -> float:
        """Return the best value of one year: volumes, then what of each is placed where."""
        services, sites = self.place.table("services"), self.place.table("sites").set_index("site")
        room = self.place.table("accommodation").set_index("service")["floor_area"]
        suits = self.place.table("placements").groupby("service")["site"].agg(set)
        where = [
            (row.service, site)
            for row in services.itertuples()
            for site in is_open
            if row.service in room.index
            and (row.service not in suits.index or site in suits[row.service])
            and (sites["agency"][site] == row.agency or (self.shared and sites["shareable"][site] > 0))
        ]
        effect = self.place.table("effects").set_index("service")["effect"].reindex(services["service"])
        cases = self.place.table("demand").set_index("need")["cases"].reindex(services["need"])
        width = len(services) + len(where)
        upper, most, equal = [], [], []
        for (agency, kind), amount in had.items():
            cost = services["unit_cost" if kind == "revenue" else "capital_cost"].fillna(0.0)
            pays = (services["agency"] == agency) | (agency == "*")
            upper.append(np.concatenate([np.where(pays, cost, 0.0), np.zeros(len(where))]))
            most.append(amount)
        for site in is_open:
            taken = [room[service] if at == site else 0.0 for service, at in where]
            upper.append(np.concatenate([np.zeros(len(services)), taken]))
            most.append(sites["floor_area"][site])
        for at, service in enumerate(services["service"]):
            if service in room.index:
                row = np.zeros(width)
                row[at] = 1.0
                row[len(services) :] = [-1.0 if placed == service else 0.0 for placed, _ in where]
                equal.append(row)
        found = linprog(
            np.concatenate([-effect.to_numpy(), np.zeros(len(where))]),
            A_ub=np.array(upper),
            b_ub=most,
            A_eq=np.array(equal),
            b_eq=np.zeros(len(equal)),
            bounds=[(0, cases.iloc[at] if at < len(services) else None) for at in range(width)],
        )
        return -float(found.fun) if found.status == 0 else -np.inf


def plan_of(place: Place, shared: bool, pooled: bool) -> Solved:
    """Return the plan of the same place under the same rules, solved to the very best."""
    rules = model(assets={"shared": shared}, pooling=CAPITAL_POT if pooled else {})
    formulation = formulate_arrays(compile_place(place), rules)
    answer = make_solver("highs", Limits(integer_gap=0.0)).solve(formulation.program)
    assert answer.status == "optimal", answer.message
    return Solved(formulation, answer)


@pytest.mark.parametrize("seed", range(drawn(4)))
@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("pooled", [False, True])
def test_optimum_is_the_best_of_all_patterns_of_closing(seed: int, shared: bool, pooled: bool) -> None:
    """81 patterns of four sites and two years, each solved by itself."""
    place = random_estate(seed)
    assert plan_of(place, shared, pooled).value == pytest.approx(Pencil(place, shared, pooled).best(), rel=1e-6)


def test_places_differ_in_what_closes_and_in_what_sharing_and_pooling_are_worth() -> None:
    """So that the comparison above is of more than sites that all stay open."""
    places = [random_estate(seed) for seed in range(4)]
    apart, shared = ([plan_of(place, both, both) for place in places] for both in (False, True))
    assert sum(plan.total("site closed") > 0.5 for plan in apart + shared) >= 4
    assert sum(one.value < other.value * (1 - 1e-6) for one, other in zip(apart, shared, strict=True)) >= 2
    assert len({plan.total("site closed") for plan in apart + shared}) > 1


APART: dict[str, dict[str, object]] = {"assets": {"shared": False}}
"""Settings by which each agency keeps to its own sites."""


def with_estate(seed: int) -> Place:
    """Return a random place in which every agency has two sites that just hold today's services."""
    place = random_place(seed)
    arrays = compile_place(place)
    volume = np.zeros((len(arrays.names.service), len(arrays.names.year)))
    np.add.at(volume, arrays.deliveries.service, arrays.baseline)
    lead = arrays.services.agency
    table = pd.DataFrame(
        [
            {
                "site": f"{agency}-{at}",
                "agency": agency,
                "floor_area": share * float(volume[lead == code].sum(axis=0).max()) + 1.0,
                "running_cost": 20.0 * (at + 1),
                "receipt": 50.0 * at,
                "closure_cost": 5.0,
                "shareable": at == 0,
            }
            for code, agency in enumerate(arrays.names.agency.labels)
            for at, share in enumerate((0.8, 0.3))
        ]
    )
    rooms = pd.DataFrame({"service": arrays.names.service.labels, "floor_area": 1.0})
    return place.replace(sites=table, accommodation=rooms)


@pytest.mark.parametrize("seed", range(drawn(4)))
def test_today_fits_and_sharing_is_never_worse_on_random_places(seed: int) -> None:
    """Under every rule of the shipped model, with several areas, cohorts and years; alone there is a plan as well."""
    arrays, shared = compile_place(with_estate(seed)), read_model("shared_property")
    apart = shared.model_copy(
        update={"rules": tuple(rule.model_copy(update=APART.get(rule.kind)) for rule in shared.rules)}
    )
    worth = {}
    for name, rules in (("alone", siloed_twin(shared)), ("apart", apart), ("shared", shared)):
        formulation = formulate_arrays(arrays, rules)
        answer = make_solver("highs", Limits(integer_gap=0.0)).solve(formulation.program)
        assert answer.status == "optimal", name
        worth[name] = formulation.program.value(answer.x)
    assert worth["apart"] <= worth["shared"] + 1e-6 * abs(worth["shared"])
    plan = solve_arrays(arrays, shared, SolveOptions())
    assert plan.objective == pytest.approx(worth["shared"], rel=2e-3)
    assert plan.sites["used"].sum() > 0
