"""Solve the tiny place under the models that ship, with settings changed as on the command line."""

from __future__ import annotations

from commission_opt.analysis.changes import change
from commission_opt.model.read import read_model
from commission_opt.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.solve import solve


def planned(place: Place, model: str, **settings: str) -> Plan:
    """Return the certified plan of a place under a model that ships; ``__`` in a setting stands for a full stop."""
    changes = {key.replace("__", "."): value for key, value in settings.items()}
    return solve(*change(place, read_model(model), changes))


def delivered(plan: Plan) -> tuple[float, float, float]:
    """Return the units of visits, clinic and ward, over all years."""
    units = (
        plan.allocation.groupby("service")["volume_units"].sum().reindex(["visits", "clinic", "ward"], fill_value=0.0)
    )
    visits, clinic, ward = units.tolist()
    return visits, clinic, ward
