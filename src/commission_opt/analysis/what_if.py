"""What if: one place and one model, kept ready; change anything, and have the certified plan in a moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Self

from commission_opt.analysis.bracket import Bracket
from commission_opt.analysis.changes import change
from commission_opt.analysis.ground import Ground, origin_of
from commission_opt.model.model import Model
from commission_opt.place.arrays import PlaceArrays, compile_place
from commission_opt.place.place import Place
from commission_opt.place.recompile import moves_only, recompile_place
from commission_opt.plan.plan import Plan
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import answer_formulation
from commission_opt.solvers.kept import KeptSolver

REMEMBERED = 100
"""Changes that can be undone."""

GROUNDS = 4
"""Formulations that are kept, with the plans found on them; the one used longest ago goes first."""

Setting = str | float | int | bool


@dataclass(frozen=True, eq=False)
class _State:
    """A place and a model after some changes, and the ground that they stand on."""

    arrays: PlaceArrays
    model: Model
    ground: Ground


class WhatIf:
    """Keeps a solver ready for one place and model, so that a change is solved from where the last plan stood.

    Every plan is the one that :func:`commission_opt.solve` gives for the changed place and model: the program is
    written down anew from the changed figures (where budgets or weights alone have changed, only the bounds and the
    objective that rest on them), solved from the last basis, and certified. Only the choice among plans of equal worth
    waits until figures of the plan are asked for; value, spend and tables hold it. Meanwhile :meth:`bracket` says
    between what and what it will be worth.

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
    >>> what_if.set("budget.council", "+5%").bracket().high
    >>> what_if.solve().value
    >>> what_if.undo().set("ring_fences.enabled", False).solve().value
    """

    def __init__(self, place: Place, model: Model, **options: Any) -> None:
        self._options = SolveOptions(**options)
        self._options.require_kept()
        self._first = self._now = _State(compile_place(place), model, Ground())
        self._past: list[_State] = []
        self._kept: list[KeptSolver] = []
        self._grounds: list[Ground] = []

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
        self._now = _State(arrays, model, self._ground_of(arrays, model))
        return self

    def _ground_of(self, arrays: PlaceArrays, model: Model) -> Ground:
        """Return the ground of a place and model that come after those that stand now."""
        now = self._now
        if model is now.model and moves_only(now.arrays, arrays):
            return now.ground
        known = next((ground for ground in self._grounds if ground.holds(arrays, model)), None)
        if known is not None:
            return known
        return Ground(origin_of(now.ground, now.model, model) if arrays is now.arrays else None)

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
        run, now = Run(self._options, kept=self._kept), self._now
        if not now.ground.reaches(now.arrays):
            self._now = now = replace(now, ground=Ground())
        plan = answer_formulation(run, now.ground.formulate(run, now.arrays, now.model))
        now.ground.remember(plan)
        self._grounds = [now.ground, *(ground for ground in self._grounds if ground is not now.ground)]
        for ground in self._grounds[GROUNDS:]:
            ground.forget()
        del self._grounds[GROUNDS:]
        return plan

    def bracket(self, wait: bool = False) -> Bracket:
        """Return at once between what and what the plan is worth that :meth:`solve` will find, if there is one.

        The upper end follows from prices that were proven for plans found before, the lower one from these plans and
        mixtures of them. Where budgets fall for the first time, a plan that needs less money is sought in the
        background; from then on brackets have a lower end for lower budgets too. What changes more than budgets,
        weights of outcomes, or a rule that only forbids, has no bracket before it is solved.

        Parameters
        ----------
        wait : bool
            Whether to wait for that plan where there is no lower end without it.
        """
        now = self._now
        found = now.ground.bracket(now.arrays)
        if found.low is None and found.high is not None:
            search = now.ground.seek_cheaper(now.arrays, self._options)
            if wait:
                search.join()
                found = now.ground.bracket(now.arrays)
        return found


def _written(value: Setting) -> str:
    """Return a value as it is written after ``--set KEY=``."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
