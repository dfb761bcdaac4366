"""Money and staff of a synthetic place: just enough of either for today's volumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from commission_opt.place.names import BoolArray
from commission_opt.place.synthetic_parts import Sketch, named

GRANT_SHARE = 0.6
"""Part of what fenced services cost today that their grant pays."""

STAFF_ROOM = 1.15
"""What staff there is against what today's volumes take."""


@dataclass(frozen=True)
class _Agency:
    """An agency of every synthetic place: what it answers for and the conditions of its money."""

    agency: str
    kind: str
    theme: str
    outcomes: tuple[str, str]
    poolable: float = 1.0
    carry: float = 0.0
    contribution: float = 0.0
    fenced: bool = False
    tier: str = "local"


AGENCIES = (
    _Agency("council", "council", "care", ("independent_years", "safe_childhoods"), 1.0, 0.05, 0.05, True),
    _Agency("nhs", "nhs", "health", ("healthy_years", "recoveries"), 0.9, 0.0, 0.1, True),
    _Agency("police", "police", "safety", ("crimes_avoided", "victims_supported"), 0.8, 0.03),
    _Agency("dwp", "work and pensions", "work", ("work_years", "earnings_gained"), 0.5, tier="national"),
    _Agency("schools", "schools", "learning", ("attendance_years", "qualifications"), 0.7, 0.1, fenced=True),
    _Agency("housing", "housing", "homes", ("tenancies_kept", "homes_found"), carry=0.1),
    _Agency("probation", "probation", "safety", ("reoffences_avoided", "settled_releases"), 0.6, tier="national"),
)
"""In the order in which a place of few services takes them."""


def money_tables(sketch: Sketch) -> dict[str, pd.DataFrame]:
    """Return agencies, funding, ring fences and staff that fit today's volumes."""
    present = AGENCIES[: int(sketch.lead.max()) + 1]
    names = np.array(named("service", len(sketch.need)))
    fenced = {agency.agency: _fenced(sketch, code) for code, agency in enumerate(present) if agency.fenced}
    fences = [
        pd.DataFrame({"ring_fence": f"{agency}_grant", "service": names[inside], "legal_basis": "Grant condition"})
        for agency, inside in fenced.items()
    ]
    streams = [stream for code, agency in enumerate(present) for stream in _streams(sketch, code, agency)]
    return {
        "agencies": pd.DataFrame({"agency": a.agency, "kind": a.kind, "tier": a.tier} for a in present),
        "funding": pd.DataFrame(streams),
        "ring_fences": pd.concat(fences),
        **_staff(sketch, present, names),
    }


def _fenced(sketch: Sketch, code: int) -> BoolArray:
    """Return (S,) the first half of the services that an agency leads: those that its grant is for."""
    led = sketch.lead == code
    return np.asarray(led & (np.cumsum(led) <= max(1, int(led.sum()) // 2)))


def _streams(sketch: Sketch, code: int, agency: _Agency) -> list[dict[str, object]]:
    """Return a fenced grant, general revenue and capital that add up to what an agency spends today."""
    led, units = sketch.lead == code, sketch.volume @ sketch.cost_factor
    spend = np.where(led, units * sketch.unit_cost, 0.0)
    grant = float(np.floor(GRANT_SHARE * spend[_fenced(sketch, code)].sum())) if agency.fenced else 0.0
    general = _pence_up(spend.sum() - grant)
    capital = _pence_up(float((units * sketch.capital_cost)[led].sum()))
    common = {"agency": agency.agency, "theme": agency.theme, "poolable_share": agency.poolable}
    streams: list[dict[str, object]] = [
        {
            **common,
            "stream": f"{agency.agency}_general",
            "kind": "revenue",
            "amount": general,
            "carry_forward_share": agency.carry,
            "minimum_contribution": float(np.floor(agency.contribution * general)),
        }
    ]
    if grant > 0:
        fence = f"{agency.agency}_grant"
        streams.append({**common, "stream": fence, "kind": "revenue", "amount": grant, "ring_fence": fence})
    if capital > 0:
        streams.append({**common, "stream": f"{agency.agency}_capital", "kind": "capital", "amount": capital})
    return streams


def _pence_up(amount: float) -> float:
    """Round up to the penny, so that today's volumes stay within the money."""
    return float(np.ceil(amount * 100.0) / 100.0)


def _staff(
    sketch: Sketch, present: tuple[_Agency, ...], names: np.ndarray[tuple[int], np.dtype[np.str_]]
) -> dict[str, pd.DataFrame]:
    """Return a staff group for each agency, used by every other service that it leads."""
    staffed = np.flatnonzero(np.arange(len(names)) % 2 == 0)
    lead = sketch.lead[staffed]
    per_unit = 5.0 + 5.0 * (staffed % 4)
    used = np.bincount(lead, per_unit * sketch.volume[staffed].sum(axis=1), len(present))
    agencies = np.array([agency.agency for agency in present])
    staff = np.array([f"{agency}_staff" for agency in agencies])
    employed = used > 0
    resources = pd.DataFrame(
        {
            "resource": staff,
            "agency": agencies,
            "kind": "staff",
            "unit": "hours",
            "available": np.ceil(STAFF_ROOM * used),
            "shareable": np.arange(len(present)) % 2 == 0,
            "expansion_cost": 40.0,
            "expansion_limit": np.ceil(0.05 * used),
        }
    )[employed]
    pairs = zip(staff[employed][:-1], staff[employed][1:], strict=True)
    return {
        "resources": resources,
        "usage": pd.DataFrame({"service": names[staffed], "resource": staff[lead], "per_unit": per_unit}),
        "substitution": pd.DataFrame({"resource": a, "other": b, "productivity": 0.8} for a, b in pairs),
    }
