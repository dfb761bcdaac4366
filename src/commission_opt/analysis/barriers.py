"""Barriers: what lifting each rule that stands in the way is worth, one by one and together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from commission_opt.analysis.lifted import Barrier, Gain, Lifted, find_barriers
from commission_opt.analysis.side_by_side import ask_each
from commission_opt.model.model import Model
from commission_opt.place.arrays import compile_place
from commission_opt.place.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import Progress, SolveOptions

PAIRED = 6
"""Barriers worth most that are lifted two by two."""

SHOWN_BY_AREA = 10
"""Barriers worth most whose worth is told by area."""


@dataclass(frozen=True, eq=False)
class Barriers:
    """Every barrier of a place under a model, ranked by what lifting it is worth.

    Parameters
    ----------
    plan : Plan
        The best plan with all barriers standing.
    ranked : tuple of Barrier
        Dearest first; those worth nothing last.
    gains : tuple of Gain
        What each brings, lifted alone.
    together : Gain
        What all bring, lifted at once.
    pairs : DataFrame
        Of the dearest barriers two by two: one, other, apart_value (their worths added up), together_value and
        extra_value (how much more, or less, they are worth together).
    by_area : DataFrame
        Outcome value gained: a row for each area, a column for each of the dearest barriers.
    hidden : tuple of Barrier
        The fewest found that are worth nothing by themselves and something when lifted together; empty where all that
        are worth nothing alone are worth nothing together either.
    hidden_value : outcome value
        Gained by lifting those together.
    at_least : bool
        Whether yes-or-no decisions were kept as in the plan, so that worths may be larger still.
    """

    plan: Plan
    ranked: tuple[Barrier, ...]
    gains: tuple[Gain, ...]
    together: Gain
    pairs: pd.DataFrame
    by_area: pd.DataFrame
    hidden: tuple[Barrier, ...]
    hidden_value: float
    at_least: bool

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row for each barrier.

        Columns: rule, label, sentence, basis, standing, value (outcome value gained), share (of the plan's value),
        saved_money, area (which gains most; blank where none was examined), area_value.
        """
        most = {label: str(gains.idxmax()) for label, gains in self.by_area.items() if gains.max() > 0}
        value = np.array([gain.value for gain in self.gains])
        return pd.DataFrame(
            {
                "rule": [one.rule for one in self.ranked],
                "label": [one.label for one in self.ranked],
                "sentence": [one.sentence for one in self.ranked],
                "basis": [one.basis for one in self.ranked],
                "standing": [one.standing for one in self.ranked],
                "value": value,
                "share": value / abs(self.plan.value) if self.plan.value else np.nan * value,
                "saved_money": [gain.saved for gain in self.gains],
                "area": [most.get(one.label, "") for one in self.ranked],
                "area_value": [
                    float(self.by_area[one.label].max()) if one.label in most else np.nan for one in self.ranked
                ],
            }
        )


def barriers(place: Place, model: Model, progress: Progress | None = None, **options: Any) -> Barriers:
    r"""Lift every barrier in turn, the dearest two by two, and all at once.

    .. math:: worth(B) = \max \{ value : \text{every rule but } B \} - \max \{ value : \text{every rule} \}

    A barrier is what people could lift: a ring fence, a duty or limit, money or staff that others may not use, a limit
    on the pace of change, a condition of a pot. Facts (cases, staff there are, money there is) are none. With yes-or-no
    decisions these are kept as in the plan, so that the worth found is the least that lifting brings.

    Parameters
    ----------
    place, model
        Where, and under which rules.
    progress : callable or None
        Told in words what is examined and about how long the rest will take.
    **options
        As for :func:`commission_opt.solve`; the solver is HiGHS.

    Raises
    ------
    InfeasibleError, StoppedError, CertificateError, SolverError
        As :func:`commission_opt.solve`.
    """
    tell = progress or (lambda _: None)
    tell("Solving with every barrier standing")
    lifted = Lifted(compile_place(place), model, SolveOptions(**options))
    plan = lifted.plan
    every = find_barriers(lifted.formulation)
    alone = ask_each(every, lambda one: _alone(lifted, one), tell, "Lifting each barrier")
    found = list(zip(every, alone, strict=True))
    order = sorted(range(len(found)), key=lambda at: (-found[at][1].value, -np.nan_to_num(found[at][1].saved), at))
    ranked = tuple(found[at][0] for at in order)
    gains = tuple(found[at][1] for at in order)
    tell("Lifting all of them together")
    together = lifted.gain(every)
    dearest = [one for one, own in zip(ranked, gains, strict=True) if own.value > 0]
    values = dict(zip((one.label for one in ranked), gains, strict=True))
    hidden = _hidden(lifted, [one for one, own in zip(ranked, gains, strict=True) if own.value <= 0])
    return Barriers(
        plan=plan,
        ranked=ranked,
        gains=gains,
        together=together,
        pairs=_pairs(lifted, dearest[:PAIRED], values, tell),
        by_area=_by_area(lifted, dearest[:SHOWN_BY_AREA], tell),
        hidden=hidden,
        hidden_value=lifted.value_gained(hidden) if hidden else 0.0,
        at_least=lifted.whole,
    )


def _alone(lifted: Lifted, one: Barrier) -> Gain:
    return Gain(0.0, 0.0) if lifted.is_idle(one) else lifted.gain([one])


def _pairs(lifted: Lifted, dearest: Sequence[Barrier], alone: dict[str, Gain], tell: Progress) -> pd.DataFrame:
    pairs = list(combinations(dearest, 2))
    gained = ask_each(pairs, lifted.value_gained, tell, "Lifting the dearest two by two")
    rows = []
    for (one, other), both in zip(pairs, gained, strict=True):
        apart = alone[one.label].value + alone[other.label].value
        rows.append((one.label, other.label, apart, both, both - apart))
    return pd.DataFrame(rows, columns=["one", "other", "apart_value", "together_value", "extra_value"])


def _hidden(lifted: Lifted, idle: Sequence[Barrier]) -> tuple[Barrier, ...]:
    """Return the fewest of some barriers, worth nothing alone, that are worth something together: none to spare."""
    if len(idle) < 2 or lifted.value_gained(idle) <= 0:
        return ()
    kept = list(idle)
    for one in idle:
        fewer = [other for other in kept if other is not one]
        if lifted.value_gained(fewer) > 0:
            kept = fewer
    return tuple(kept)


def _by_area(lifted: Lifted, dearest: Sequence[Barrier], tell: Progress) -> pd.DataFrame:
    """Return what every area gains from lifting each of some barriers, from the plan that is kept among equals."""
    names = lifted.formulation.arrays.names.area.labels
    if not dearest:
        return pd.DataFrame(index=list(names))
    gone = [[], *([one] for one in dearest)]
    now, *then = ask_each(gone, lifted.value_by_area, tell, "Finding out where the gain arises")
    gains = {one.label: values - now for one, values in zip(dearest, then, strict=True)}
    return pd.DataFrame(gains, index=list(names))
