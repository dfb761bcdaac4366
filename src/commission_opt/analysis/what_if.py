"""What if: one place and one model, kept ready; change anything, and have the certified plan in a moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from commission_opt.analysis.changes import change
from commission_opt.model.model import Model
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.place import Place
from commission_opt.place.recompile import recompile_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import answer_arrays
from commission_opt.solvers.kept import KeptSolver

REMEMBERED = 100
"""Changes that can be undone."""

Setting = str | float | int | bool


@dataclass(frozen=True, eq=False)
class _State:
    """A place and a model after some changes."""

    arrays: PlaceArrays
    model: Model


class WhatIf:
    """Keeps a solver ready for one place and model, so that a change is solved from where the last plan stood.

    Every plan is the one that :func:`commission_opt.solve` gives for the changed place and model: the program is
    written down anew from the changed figures, solved from the last basis, and certified. Only the choice among plans
    of equal worth waits until figures of the plan are asked for; value, spend and tables hold it.

    Parameters
    ----------
    place, model
        What to begin with; neither is changed.
    **options
        Fields of :class:`commission_opt.plan.run.SolveOptions`, such as ``time_limit`` in seconds for each solve; the
        solver is HiGHS.

    Examples
    --------
    >>> what_if = WhatIf(place, model)
    >>> what_if.set("budget.council", "+5%").solve().value
    >>> what_if.undo().set("ring_fences.enabled", False).solve().value
    """

    def __init__(self, place: Place, model: Model, **options: Any) -> None:
        self._options = SolveOptions(**options)
        self._options.require_kept()
        self._first = self._now = _State(compile_place(place), model)
        self._past: list[_State] = []
        self._kept: list[KeptSolver] = []

    @property
    def place(self) -> Place:
        """The place as changed so far."""
        return self._now.arrays.place

    @property
    def model(self) -> Model:
        """The model as changed so far."""
        return self._now.model

    def set(self, key: str, value: Setting) -> Self:
        """Change one figure or setting, on top of the changes made so far, and return this same object.

        Parameters
        ----------
        key : str
            As for ``--set`` and :func:`commission_opt.change`: ``budget.council``, ``weight.reoffending``,
            ``ring_fences.enabled``.
        value : str, int, float or bool
            A figure, a relative change (``"+5%"``, of the figure as it stands now), a factor (``"*1.1"``), or a
            setting.

        Raises
        ------
        ModelError, PlaceError
            When there is no such setting or figure, or the value does not fit; nothing is changed then.
        """
        place, model = change(self.place, self.model, {key: _written(value)})
        arrays = self._now.arrays if place is self.place else recompile_place(self._now.arrays, place)
        self._past = [*self._past, self._now][-REMEMBERED:]
        self._now = _State(arrays, model)
        return self

    def undo(self) -> Self:
        """Take back the last change, of up to a hundred; with none left, nothing happens."""
        if self._past:
            self._now = self._past.pop()
        return self

    def reset(self) -> Self:
        """Take back every change."""
        self._now, self._past = self._first, []
        return self

    def solve(self) -> Plan:
        """Return the certified plan of the place and model as they stand; errors as :func:`commission_opt.solve`."""
        run = Run(self._options, kept=self._kept)
        return answer_arrays(run, self._now.arrays, self._now.model)


def _written(value: Setting) -> str:
    """Return a value as it is written after ``--set KEY=``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
