"""Money, staff, duties, limits, targets and relations of a random place, drawn around what happens today."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pandas as pd

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.conditions import subject_services
from commission_opt.place.names import FloatArray
from commission_opt.place.opening import fixed_cost_today

Tables = dict[str, pd.DataFrame]
Rows = list[dict[str, object]]


def conditions_around_today(rng: np.random.Generator, arrays: PlaceArrays) -> Tables:
    """Return everything that today's volumes have to fit into, so that they do."""
    funders = _funders(rng, arrays)
    tables = {
        "needs": _duties(rng, arrays),
        "funders": funders,
        **_money(rng, arrays, funders),
        **_resources(rng, arrays),
        "limits": _limits(rng, arrays),
        "targets": _targets(rng, arrays),
        "relations": _relations(rng, arrays),
    }
    return tables | {"earmarks": _earmarks(rng, tables["funding"])}


def _factored(arrays: PlaceArrays) -> FloatArray:
    """Return (V, T) today's volumes, counted by what they cost against the place."""
    return arrays.baseline * arrays.cost_factor[arrays.cells.area[arrays.deliveries.cell]][:, None]


def _by_service(arrays: PlaceArrays, amount: FloatArray) -> FloatArray:
    total = np.zeros((len(arrays.names.service), len(arrays.names.year)))
    np.add.at(total, arrays.deliveries.service, amount)
    return total


def _frame(rows: Rows, columns: str) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=columns.split())


def _duties(rng: np.random.Generator, arrays: PlaceArrays) -> pd.DataFrame:
    met = np.zeros_like(arrays.cells.cases)
    np.add.at(met, arrays.deliveries.cell, arrays.baseline)
    share = met / np.maximum(arrays.cells.cases, 1e-9)
    least = [float(share[arrays.cells.need == need].min()) for need in range(len(arrays.names.need))]
    duty = [0.95 * value if rng.random() < 0.5 else 0.0 for value in least]
    return pd.DataFrame({"need": arrays.names.need.labels, "must_meet": duty})


def _funders(rng: np.random.Generator, arrays: PlaceArrays) -> pd.DataFrame:
    rows: Rows = []
    agencies = arrays.names.agency.labels
    for service, lead in zip(arrays.names.service.labels, arrays.services.agency, strict=True):
        if rng.random() < 0.4:
            least, most = float(rng.choice([0.0, 0.0, 0.2])), float(rng.choice([0.4, 1.0]))
            other = agencies[(lead + 1) % len(agencies)]
            rows.append({"service": service, "agency": other, "min_share": least, "max_share": most})
    return _frame(rows, "service agency min_share max_share")


def _money(rng: np.random.Generator, arrays: PlaceArrays, funders: pd.DataFrame) -> Tables:
    """Return streams: each lead can pay for all of its services, each funder its least share on top."""
    names = arrays.names
    spend = arrays.services.cost[:, :, None] * _by_service(arrays, _factored(arrays))[:, None, :]
    spend[:, names.kind.code("revenue")] += fixed_cost_today(arrays)
    by_service = funders.set_index("service").reindex(names.service.labels)
    owed = by_service["min_share"].fillna(0.0).to_numpy(dtype=float)[:, None, None] * spend
    streams: Rows = []
    fences = [_frame([], "ring_fence service")]
    for code, agency in enumerate(names.agency.labels):
        led = arrays.services.agency == code
        inside = led & (rng.random(len(led)) < 0.5)
        fence = _frame(
            [{"ring_fence": f"{agency}_fence", "service": names.service.labels[s]} for s in np.flatnonzero(inside)],
            "ring_fence service",
        )
        for kind, label in enumerate(names.kind.labels):
            own = spend[led, kind].sum(axis=0)
            extra = owed[(by_service["agency"] == agency).to_numpy(), kind].sum(axis=0)
            granted = label == "revenue" and rng.random() < 0.6
            grant = 0.5 * float(spend[inside, kind].sum(axis=0).min()) if granted else 0.0
            streams += _streams(rng, arrays, (agency, label), (own, extra, grant))
            fences += [fence] if grant > 0 else []
    return {"funding": pd.DataFrame(streams), "ring_fences": pd.concat(fences, ignore_index=True)}


def _streams(
    rng: np.random.Generator, arrays: PlaceArrays, named: tuple[str, str], needed: tuple[FloatArray, FloatArray, float]
) -> Rows:
    """Return one agency's general money of one kind and its grant, whose fence may end before the last year."""
    (agency, kind), (own, extra, grant) = named, needed
    years = arrays.names.year.labels
    ends, room = len(years) - int(rng.integers(0, 2)), float(rng.choice([1.0, 1.15]))
    conditions = {
        "agency": agency,
        "kind": kind,
        "poolable_share": float(rng.choice([0.5, 1.0])),
        "carry_forward_share": float(rng.choice([0.0, 0.2])),
        "theme": f"of_{agency}" if rng.random() < 0.5 else "",
    }
    rows: Rows = []
    for t, year in enumerate(years):
        base = conditions | {"year": year}
        least = 0.2 * (own[t] - grant) if kind == "revenue" else 0.0
        amount = 1e-6 + room * (own[t] + extra[t]) - grant
        rows.append({**base, "stream": f"{agency} {kind}", "amount": amount, "minimum_contribution": least})
        if grant > 0:
            fence = f"{agency}_fence" if t < ends else ""
            rows.append({**base, "stream": f"{agency} grant", "amount": grant, "ring_fence": fence})
    return rows


def _earmarks(rng: np.random.Generator, funding: pd.DataFrame) -> pd.DataFrame:
    """Return, now and then, half of what the first agency owes to a pot earmarked for what it leads."""
    drawn = bool(rng.random() < 0.3)
    rows: Rows = [
        {
            "stream": row["stream"],
            "subject": f"tag:of_{row['agency']}",
            "year": row["year"],
            "amount": 0.5 * float(row["minimum_contribution"]),
        }
        for row in funding[funding["agency"] == funding["agency"].iloc[0]].to_dict("records")
        if drawn and float(row["minimum_contribution"]) > 0
    ]
    return _frame(rows, "stream subject year amount")


def _resources(rng: np.random.Generator, arrays: PlaceArrays) -> Tables:
    """Return staff of some agencies: enough for today; what is not delivered today may need another's staff."""
    names, volume = arrays.names, _by_service(arrays, arrays.baseline)
    resources, usage = [], []
    owners = [code for code in range(len(names.agency)) if rng.random() < 0.6]
    for owner in owners:
        staff, taken = f"{names.agency.labels[owner]}_staff", np.zeros(len(names.year))
        for service, label in enumerate(names.service.labels):
            foreign = arrays.services.agency[service] != owner
            if rng.random() < 0.5 and (not foreign or volume[service].max() == 0):
                per_unit = float(rng.choice([0.5, 1.0, 4.0]))
                usage.append({"service": label, "resource": staff, "per_unit": per_unit})
                taken += per_unit * volume[service]
        row = {
            "resource": staff,
            "agency": names.agency.labels[owner],
            "kind": "staff",
            "shareable": rng.random() < 0.6,
        }
        bought = {"expansion_cost": float(rng.choice([0.0, 7.0])), "expansion_limit": float(rng.choice([0.0, 20.0]))}
        room = float(rng.choice([1.0, 1.3]))
        resources += [
            row | bought | {"year": y, "available": 1e-6 + room * taken[t]} for t, y in enumerate(names.year.labels)
        ]
    staff = list(dict.fromkeys(row["resource"] for row in resources))
    arcs = [{"resource": one, "other": other, "productivity": 0.8} for one, other in pairwise(staff)]
    return {
        "resources": _frame(resources, "resource agency kind shareable expansion_cost expansion_limit year available"),
        "usage": _frame(usage, "service resource per_unit"),
        "substitution": _frame(arcs, "resource other productivity"),
    }


def _limits(rng: np.random.Generator, arrays: PlaceArrays) -> pd.DataFrame:
    """Return limits a little outside what happens today in every year."""
    names = arrays.names
    subjects = [
        *names.service.labels[:2],
        f"need:{names.need.labels[0]}",
        "group:modes",
        f"tag:of_{names.agency.labels[0]}",
    ]
    rows: Rows = []
    for subject in subjects:
        if rng.random() < 0.5:
            area = str(rng.choice(["", *names.area.labels]))
            figures = _today(arrays, subject, area)
            what = str(rng.choice(list(figures)))
            low, high = 0.9 * float(figures[what].min()), 1.05 * float(figures[what].max()) + 1e-3
            sides = {f"min_{what}": low, f"max_{what}": min(high, 1.0) if what == "coverage" else high}
            side = str(rng.choice(list(sides)))
            rows.append({"subject": subject, "area": area, side: sides[side]})
    for subject, area in (("group:modes", ""), (names.service.labels[0], names.area.labels[0])):
        changes = {"max_cut": 0.3, "max_growth": 0.4}
        rows.append({"subject": subject, "area": area, "year": names.year.labels[-1], **changes})
    columns = "subject area year min_volume max_volume min_spend max_spend min_coverage max_coverage max_cut max_growth"
    frame = _frame(rows, columns)
    return frame.assign(year=frame["year"].fillna(""))


def _today(arrays: PlaceArrays, subject: str, area: str) -> dict[str, FloatArray]:
    """Return (T,) volume, spend and coverage today of a subject in an area, or in all for a blank."""
    services = subject_services(subject, arrays.names, arrays.services)
    cells, delivery = arrays.cells, arrays.deliveries
    here = np.ones(len(cells.area), dtype=bool) if area == "" else cells.area == arrays.names.area.code(area)
    meant = services[delivery.service] & here[delivery.cell]
    volume = arrays.baseline[meant].sum(axis=0)
    cost = arrays.services.cost.sum(axis=1)[delivery.service[meant]]
    spend = (cost[:, None] * _factored(arrays)[meant]).sum(axis=0)
    spend = spend + (fixed_cost_today(arrays)[services].sum(axis=0) if area == "" else 0.0)
    cases = cells.cases[here & np.isin(cells.need, arrays.services.need[services])].sum(axis=0)
    return {"volume": volume, "spend": spend, "coverage": volume / np.maximum(cases, 1e-9)}


def _targets(rng: np.random.Generator, arrays: PlaceArrays) -> pd.DataFrame:
    """Return hard targets below what is achieved today, and soft ones above it."""
    achieved = outcomes_today(arrays)
    rows: Rows = []
    for outcome, label in enumerate(arrays.names.outcome.labels):
        if rng.random() < 0.5:
            area = int(rng.integers(-1, len(arrays.names.area)))
            today = achieved[outcome].sum(axis=0) if area < 0 else achieved[outcome, area]
            soft = bool(rng.random() < 0.5)
            change, penalty = (0.5, float(rng.choice([0.0, 2.0, 500.0]))) if soft else (-0.05, None)
            where = "" if area < 0 else arrays.names.area.labels[area]
            rows += [
                {"outcome": label, "area": where, "year": year, "minimum": now + change * abs(now), "penalty": penalty}
                for year, now in zip(arrays.names.year.labels, today, strict=True)
            ]
    return _frame(rows, "outcome area year minimum penalty")


def outcomes_today(arrays: PlaceArrays) -> FloatArray:
    """Return (O, N, T) today's outcomes up to their ceilings, with each service spread evenly over its tranches."""
    names, effects, cells = arrays.names, arrays.effects, arrays.cells
    years = len(names.year)
    reached = np.zeros((len(names.outcome), len(names.area), len(names.cohort), years))
    cases = np.zeros_like(reached)
    mean = (arrays.conditions.returns.share * arrays.conditions.returns.effectiveness).sum(axis=1)
    for service, outcome, cohort, effect, lag, kept in zip(
        effects.service, effects.outcome, effects.cohort, effects.effect, effects.lag, effects.persistence, strict=True
    ):
        for delivery in np.flatnonzero(arrays.deliveries.service == service):
            cell = arrays.deliveries.cell[delivery]
            if cells.cohort[cell] != cohort:
                continue
            for start in range(years):
                for year in range(start + lag, years):
                    gain = effect * mean[service] * kept ** (year - start - lag) * arrays.baseline[delivery, start]
                    reached[outcome, cells.area[cell], cohort, year] += gain
    for outcome in range(len(names.outcome)):
        gaining = np.isin(arrays.services.need, np.arange(len(names.need)))
        for cell in range(len(cells.need)):
            serves = gaining & (arrays.services.need == cells.need[cell])
            rows = (effects.outcome == outcome) & serves[effects.service] & (effects.cohort == cells.cohort[cell])
            if (effects.effect[rows] > 0).any():
                cases[outcome, cells.area[cell], cells.cohort[cell]] += cells.cases[cell]
    capped = np.isfinite(arrays.ceiling) & (arrays.weight > 0)
    most = np.where(capped, arrays.ceiling, 0.0)[:, None, None, None] * cases
    return np.where(capped[:, None, None, None], np.minimum(reached, most), reached).sum(axis=2)


def _relations(rng: np.random.Generator, arrays: PlaceArrays) -> pd.DataFrame:
    """Return ratios that hold today with some room, in some places what requires or rules out another."""
    volume, labels = _by_service(arrays, arrays.baseline), arrays.names.service.labels
    rows: Rows = []
    for one, other in ((0, 1), (2, 0)):
        if rng.random() < 0.5 and volume[other].min() > 0:
            ratio = 1.1 * float((volume[one] / volume[other]).max()) + 1e-3
            rows.append({"relation": "at_most", "subject": labels[one], "other": labels[other], "ratio": ratio})
    if rng.random() < 0.2:
        least = 0.5 * float(volume[2].min())
        rows.append({"relation": "requires", "subject": labels[1], "other": labels[2], "ratio": least})
    closed = np.flatnonzero(volume[1:].max(axis=1) == 0) + 1
    if len(closed) and rng.random() < 0.6:
        rows.append({"relation": "excludes", "subject": labels[0], "other": labels[closed[0]]})
    return _frame(rows, "relation subject other ratio")
