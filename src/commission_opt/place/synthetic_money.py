"""Money and staff of a synthetic place: just enough of either for today's volumes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from commission_opt.place.names import BoolArray
from commission_opt.place.synthetic_parts import Sketch, Totals

GRANT_SHARE = 0.6
"""Part of what fenced services cost today that their grant pays."""

STAFF_ROOM = 1.15
"""What staff there is against what today's volumes take."""


@dataclass(frozen=True)
class _Agency:
    """An agency of every synthetic place: what it answers for and the conditions of its money.

    ``spend_a_head`` is what such agencies spend a year: the £4,310 a head of England's NHS, schools, councils and
    police (IFS 2023), apportioned; the figures of work and pensions, housing and probation are assumed.
    """

    agency: str
    kind: str
    theme: str
    outcomes: tuple[str, str]
    spend_a_head: float
    poolable: float = 1.0
    carry: float = 0.0
    contribution: float = 0.0
    fenced: bool = False
    tier: str = "local"


AGENCIES = (
    _Agency("council", "council", "care", ("independent_years", "safe_childhoods"), 970.0, 1.0, 0.05, 0.05, True),
    _Agency("nhs", "nhs", "health", ("healthy_years", "recoveries"), 2_100.0, 0.9, 0.0, 0.1, True),
    _Agency("police", "police", "safety", ("crimes_avoided", "victims_supported"), 230.0, 0.8, 0.03),
    _Agency("dwp", "work and pensions", "work", ("work_years", "earnings_gained"), 1_650.0, 0.5, tier="national"),
    _Agency("schools", "schools", "learning", ("attendance_years", "qualifications"), 950.0, 0.7, 0.1, fenced=True),
    _Agency("housing", "housing", "homes", ("tenancies_kept", "homes_found"), 150.0, carry=0.1),
    _Agency(
        "probation", "probation", "safety", ("reoffences_avoided", "settled_releases"), 130.0, 0.6, tier="national"
    ),
)
"""In the order in which a place of few services takes them."""


def money_tables(sketch: Sketch, totals: Totals) -> dict[str, pd.DataFrame]:
    """Return agencies, funding, ring fences and staff that fit today's volumes."""
    present = AGENCIES[: int(sketch.lead.max()) + 1]
    fenced = {agency.agency: _fenced(sketch, code) for code, agency in enumerate(present) if agency.fenced}
    fences = [
        pd.DataFrame(
            {"ring_fence": f"{agency}_grant", "service": sketch.services[inside], "legal_basis": "Grant condition"}
        )
        for agency, inside in fenced.items()
    ]
    streams = [stream for code, agency in enumerate(present) for stream in _streams(sketch, totals, code)]
    return {
        "agencies": pd.DataFrame({"agency": a.agency, "kind": a.kind, "tier": a.tier} for a in present),
        "funding": pd.DataFrame(streams),
        "ring_fences": pd.concat(fences),
        **_staff(sketch, totals, present),
    }


def _fenced(sketch: Sketch, code: int) -> BoolArray:
    """Return (S,) the first half of the services that an agency leads: those that its grant is for."""
    led = sketch.lead == code
    return np.asarray(led & (np.cumsum(led) <= max(1, int(led.sum()) // 2)))


def _streams(sketch: Sketch, totals: Totals, code: int) -> list[dict[str, object]]:
    """Return a fenced grant, general revenue and capital that add up to what an agency spends today."""
    agency, led = AGENCIES[code], sketch.lead == code
    spend = np.where(led, totals.costed * sketch.unit_cost, 0.0)
    grant = float(np.floor(GRANT_SHARE * spend[_fenced(sketch, code)].sum())) if agency.fenced else 0.0
    general = _pence_up(spend.sum() - grant)
    capital = _pence_up(float((totals.costed * sketch.capital_cost)[led].sum()))
    common = {
        "agency": agency.agency,
        "theme": agency.theme,
        "ring_fence": "",
        "poolable_share": agency.poolable,
        "source": f"What today's volumes cost: about a quarter of £{agency.spend_a_head:,.0f} a head, its part of "
        "public spending (IFS 2023 and own apportionment)",
        "grade": "assumed",
    }
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


def _staff(sketch: Sketch, totals: Totals, present: tuple[_Agency, ...]) -> dict[str, pd.DataFrame]:
    """Return a staff group for each agency, used by every other service that it leads."""
    staffed = np.flatnonzero(np.arange(len(sketch.need)) % 2 == 0)
    lead = sketch.lead[staffed]
    per_unit = 5.0 + 5.0 * (staffed % 4)
    used = np.bincount(lead, per_unit * totals.units[staffed], len(present))
    agencies = np.array([agency.agency for agency in present])
    staff = np.array([f"{agency}_staff" for agency in agencies])
    employed = used > 0
    told = {"source": "Invented: fits today's volumes", "grade": "assumed"}
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
            **told,
        }
    )[employed]
    pairs = zip(staff[employed][:-1], staff[employed][1:], strict=True)
    use = {"service": sketch.services[staffed], "resource": staff[lead], "per_unit": per_unit, **told}
    return {
        "resources": resources,
        "usage": pd.DataFrame(use),
        "substitution": pd.DataFrame({"resource": a, "other": b, "productivity": 0.8, **told} for a, b in pairs),
    }
