"""Checks of scenarios and of what clusters value."""

from __future__ import annotations

from collections.abc import Mapping

from commission_opt.errors import Problem
from commission_opt.place.sheets import Sheet, positions, quoted

SURE = 1e-9
"""By how much probabilities may miss 1: rounding."""


def probabilities_complete(sheets: Mapping[str, Sheet]) -> list[Problem]:
    """Complain of scenarios whose probabilities do not add up to 1."""
    scenarios = sheets["scenarios"]
    total = float(scenarios.frame["probability"].sum())
    if abs(total - 1.0) <= SURE:
        return []
    message = f"the probabilities add up to {total:.10g}; expected 1, as just one of the scenarios comes true"
    word = "Raise" if total < 1.0 else "Lower"
    remedy = f"{word} one of them by {abs(1.0 - total):.10g}, or add the scenario in which all is as stated."
    return [scenarios.problem(len(scenarios.frame) - 1, "probability", message, remedy)]


def local_weights_agree(sheets: Mapping[str, Sheet]) -> list[Problem]:
    """Complain of clusters that value as a gain what the place values as a cost, or the other way round."""
    local, outcomes = sheets["local_weights"], sheets["outcomes"].frame
    place = local.frame["outcome"].map(dict(zip(outcomes["outcome"], outcomes["weight"], strict=True)))
    return [
        local.problem(
            at,
            "weight",
            f"{local.frame['weight'].iloc[at]:g} for {quoted(local.frame['outcome'].iloc[at])}, whose weight in the "
            f"place is {place.iloc[at]:g}; expected the same sign",
            "Clusters may value an outcome more or less than the place does, or not at all (0).",
        )
        for at in positions(local.frame["weight"] * place < 0)
    ]
