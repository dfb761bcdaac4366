"""Scenarios by position: how likely each is, and what it makes of every effect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from commission_opt.place.conditions import subject_services
from commission_opt.place.expand import Effects
from commission_opt.place.names import EVERYTHING, FloatArray, Names, in_order

if TYPE_CHECKING:
    from commission_opt.place.arrays import PlaceNames
    from commission_opt.place.money import Services


@dataclass(frozen=True, eq=False)
class Scenarios:
    """Names of the scenarios (J), their probabilities (J,), and what each effect is multiplied by in them (J, E)."""

    names: Names
    probability: FloatArray
    multiplier: FloatArray


def compile_scenarios(
    tables: dict[str, pd.DataFrame], names: PlaceNames, services: Services, effects: Effects
) -> Scenarios:
    """Turn the tables of scenarios into positions; rows that mean the same effect multiply."""
    stated = in_order(tables["scenarios"], ["scenario"])
    scenario = Names("scenario", tuple(stated["scenario"]))
    multiplier = np.ones((len(scenario), len(effects.effect)))
    rows = in_order(tables["scenario_effects"], ["scenario", "subject", "outcome"])
    outcomes = names.outcome.codes(rows["outcome"])
    for at, subject, outcome, factor in zip(
        scenario.codes(rows["scenario"]), rows["subject"], outcomes, rows["multiplier"], strict=True
    ):
        meant = subject_services(str(subject), names, services)[effects.service]
        meant = meant & ((effects.outcome == outcome) | (outcome == EVERYTHING))
        multiplier[at, meant] *= factor
    return Scenarios(scenario, stated["probability"].to_numpy(dtype=float), multiplier)
