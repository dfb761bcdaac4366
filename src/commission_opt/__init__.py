"""commission_opt: one pot, many agencies, certified plans for outcome-based commissioning.

    import commission_opt as co

    place = co.read_place("instances/riverside")
    plan = co.solve(place, co.read_model("total_place"))

Names are loaded when first used, so that importing the package is quick.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commission_opt.analysis.barriers import Barriers as Barriers
    from commission_opt.analysis.barriers import barriers as barriers
    from commission_opt.analysis.changes import change as change
    from commission_opt.analysis.ladder import Comparison as Comparison
    from commission_opt.analysis.ladder import compare as compare
    from commission_opt.analysis.what_if import WhatIf as WhatIf
    from commission_opt.analysis.why import Why as Why
    from commission_opt.analysis.why import why as why
    from commission_opt.errors import CertificateError as CertificateError
    from commission_opt.errors import CommissioningError as CommissioningError
    from commission_opt.errors import InfeasibleError as InfeasibleError
    from commission_opt.errors import ModelError as ModelError
    from commission_opt.errors import PlaceError as PlaceError
    from commission_opt.errors import SolverError as SolverError
    from commission_opt.errors import StoppedError as StoppedError
    from commission_opt.model.model import Model as Model
    from commission_opt.model.read import read_model as read_model
    from commission_opt.place.place import Place as Place
    from commission_opt.place.read import read_place as read_place
    from commission_opt.place.read_sizes import synthetic_sizes as synthetic_sizes
    from commission_opt.place.synthetic import synthetic_place as synthetic_place
    from commission_opt.place.synthetic import write_synthetic as write_synthetic
    from commission_opt.place.synthetic_parts import SyntheticSize as SyntheticSize
    from commission_opt.place.write import write_place as write_place
    from commission_opt.plan.certificate import Certificate as Certificate
    from commission_opt.plan.certificate import certify as certify
    from commission_opt.plan.plan import Plan as Plan
    from commission_opt.plan.solve import formulate as formulate
    from commission_opt.plan.solve import from_pulp as from_pulp
    from commission_opt.plan.solve import solve as solve
    from commission_opt.program.export import export_program as export_program
    from commission_opt.program.linear import LinearProgram as LinearProgram
    from commission_opt.program.text import program_text as program_text
    from commission_opt.program.text import row_text as row_text
    from commission_opt.solvers.pulp import pulp_variables as pulp_variables
    from commission_opt.solvers.pulp import to_pulp as to_pulp

__version__ = "0.1.0"

_ROOMS = {
    "analysis.barriers": ("Barriers", "barriers"),
    "analysis.changes": ("change",),
    "analysis.ladder": ("Comparison", "compare"),
    "analysis.what_if": ("WhatIf",),
    "analysis.why": ("Why", "why"),
    "errors": (
        "CertificateError",
        "CommissioningError",
        "InfeasibleError",
        "ModelError",
        "PlaceError",
        "SolverError",
        "StoppedError",
    ),
    "model.model": ("Model",),
    "model.read": ("read_model",),
    "place.place": ("Place",),
    "place.read": ("read_place",),
    "place.read_sizes": ("synthetic_sizes",),
    "place.synthetic": ("synthetic_place", "write_synthetic"),
    "place.synthetic_parts": ("SyntheticSize",),
    "place.write": ("write_place",),
    "plan.certificate": ("Certificate", "certify"),
    "plan.plan": ("Plan",),
    "plan.solve": ("formulate", "from_pulp", "solve"),
    "program.export": ("export_program",),
    "program.linear": ("LinearProgram",),
    "program.text": ("program_text", "row_text"),
    "solvers.pulp": ("pulp_variables", "to_pulp"),
}

_ROOM_OF = {name: room for room, names in _ROOMS.items() for name in names}

__all__ = list(_ROOM_OF)


def __getattr__(name: str) -> Any:
    if name not in _ROOM_OF:
        raise AttributeError(f"module 'commission_opt' has no attribute '{name}'")
    return getattr(importlib.import_module(f"commission_opt.{_ROOM_OF[name]}"), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_ROOM_OF])
