"""Faults of scenarios and of what clusters value."""

from __future__ import annotations

from tests.place.fault import Fault, append, edit, remove

DOUBT_FAULTS = [
    Fault(
        "probabilities that do not add up",
        edit("scenarios.csv", "80%", "0.75"),
        ("scenarios.csv", "row 3", "column probability", "add up to 0.95", "expected 1", "Raise one of them by 0.05"),
    ),
    Fault(
        "probabilities of more than all",
        append("scenarios.csv", "worse,,0.1"),
        ("scenarios.csv", "row 4", "add up to 1.1", "Lower one of them by 0.1"),
    ),
    Fault(
        "an effect in no scenario",
        append("scenario_effects.csv", "pore,patrol,calm,1"),
        ("scenario_effects.csv", "row 4", "column scenario", "'pore'", "'poor'"),
    ),
    Fault(
        "a subject that there is not",
        append("scenario_effects.csv", "poor,tag:helth,,1"),
        ("scenario_effects.csv", "row 4", "column subject", "'tag:helth'"),
    ),
    Fault(
        "an effect below nothing",
        append("scenario_effects.csv", "poor,patrol,calm,-1"),
        ("scenario_effects.csv", "row 4", "column multiplier", "'-1' is out of range"),
    ),
    Fault(
        "effects without scenarios", remove("scenarios.csv"), ("scenario_effects.csv", "row 2", "no table scenarios")
    ),
    Fault(
        "a cost that a cluster values as a gain",
        edit("local_weights.csv", "strain,-0.02", "strain,0.02"),
        ("local_weights.csv", "row 3", "column weight", "0.02 for 'strain'", "-0.01", "expected the same sign"),
    ),
    Fault(
        "a cluster that there is not",
        append("local_weights.csv", "uper,calm,1"),
        ("local_weights.csv", "row 4", "column cluster", "'uper'", "'upper'"),
    ),
]
