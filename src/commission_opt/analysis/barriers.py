"""Barriers: what lifting each rule that stands in the way is worth, one by one and together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from commission_opt.analysis.lifted import Barrier, Gain, Lifted, find_barriers
from commission_opt.model.model import Model
from commission_opt.place.arrays import compile_place
from commission_opt.place.place import Place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import SolveOptions

Steps = Callable[[str, int, int], None]
"""Who is told in words what is done, how many steps are done, and of how many."""

LAST_STEPS = 2
"""Steps after each barrier by itself: all of them together, and the dearest two by two."""

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
    at_least : bool
        Whether yes-or-no decisions were kept as in the plan, so that worths may be larger still.
    """

    plan: Plan
    ranked: tuple[Barrier, ...]
    gains: tuple[Gain, ...]
    together: Gain
    pairs: pd.DataFrame
    by_area: pd.DataFrame
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


def barriers(place: Place, model: Model, progress: Steps | None = None, **options: Any) -> Barriers:
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
        Told in words what is examined, how many steps are done, and of how many: 0 while that is not known.
    **options
        As for :func:`commission_opt.solve`; the solver is HiGHS.

    Raises
    ------
    InfeasibleError, StoppedError, CertificateError, SolverError
        As :func:`commission_opt.solve`.
    """
    tell = progress or (lambda _words, _done, _total: None)
    tell("Solving with every barrier standing", 0, 0)
    lifted = Lifted(compile_place(place), model, SolveOptions(**options))
    plan = lifted.plan
    every = find_barriers(lifted.formulation)
    found = _each_alone(lifted, every, tell)
    order = sorted(range(len(found)), key=lambda at: (-found[at][1].value, -np.nan_to_num(found[at][1].saved), at))
    ranked = tuple(found[at][0] for at in order)
    gains = tuple(found[at][1] for at in order)
    total = len(every) + LAST_STEPS
    tell("Lifting all of them together", len(every), total)
    together = lifted.gain(every)
    dearest = [one for one, own in zip(ranked, gains, strict=True) if own.value > 0]
    tell("Lifting the dearest two by two", len(every) + 1, total)
    values = dict(zip((one.label for one in ranked), gains, strict=True))
    return Barriers(
        plan=plan,
        ranked=ranked,
        gains=gains,
        together=together,
        pairs=_pairs(lifted, dearest[:PAIRED], values),
        by_area=_by_area(lifted, dearest[:SHOWN_BY_AREA]),
        at_least=lifted.whole,
    )


def _each_alone(lifted: Lifted, every: Sequence[Barrier], tell: Steps) -> list[tuple[Barrier, Gain]]:
    found = []
    for done, one in enumerate(every):
        if lifted.is_idle(one):
            found.append((one, Gain(0.0, 0.0)))
            continue
        tell(f"Lifting: {one.sentence}", done, len(every) + LAST_STEPS)
        found.append((one, lifted.gain([one])))
    return found


def _pairs(lifted: Lifted, dearest: Sequence[Barrier], alone: dict[str, Gain]) -> pd.DataFrame:
    rows = []
    for one, other in combinations(dearest, 2):
        apart = alone[one.label].value + alone[other.label].value
        both = lifted.value_gained([one, other])
        rows.append((one.label, other.label, apart, both, both - apart))
    return pd.DataFrame(rows, columns=["one", "other", "apart_value", "together_value", "extra_value"])


def _by_area(lifted: Lifted, dearest: Sequence[Barrier]) -> pd.DataFrame:
    """Return what every area gains from lifting each of some barriers, from the plan that is kept among equals."""
    names = lifted.formulation.arrays.names.area.labels
    if not dearest:
        return pd.DataFrame(index=list(names))
    now = lifted.value_by_area([])
    return pd.DataFrame({one.label: lifted.value_by_area([one]) - now for one in dearest}, index=list(names))
