"""Many random places quickly: a random place whose money and weights are drawn anew."""

from __future__ import annotations

import numpy as np

from commission_opt.place import Place


def varied(place: Place, seed: int) -> Place:
    """Return a place with up to half as much money again in every stream, and other weights of outcomes and areas.

    What happens today stays affordable, so that every model still has a plan.
    """
    rng = np.random.default_rng(seed)
    for table, column, least, most in (
        ("funding", "amount", 1.0, 1.5),
        ("outcomes", "weight", 0.5, 2.0),
        ("areas", "equity_weight", 0.5, 2.0),
    ):
        figures = place.tables[table][column]
        place = place.with_figures(table, column, figures * rng.uniform(least, most, len(figures)))
    return place
