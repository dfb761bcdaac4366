"""The engine: for every form of joint working a solver that is kept warm, and the plans found last."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field

from commission_opt.analysis.bracket import Bracket
from commission_opt.analysis.changes import change
from commission_opt.analysis.what_if import WhatIf
from commission_opt.errors import InfeasibleError, ModelError, Problem, nearest
from commission_opt.explorer.scenario import Scenario, common_steps
from commission_opt.model.model import Model
from commission_opt.place.place import Place
from commission_opt.plan.plan import Plan

FORMS_KEPT, PLANS_KEPT = 3, 12
"""Solvers and plans that are kept; the one used longest ago goes first."""

LONGEST = 120.0
"""Seconds after which a solve is given up."""


@dataclass
class _Kept:
    """A kept solver, and the changes that it holds."""

    what_if: WhatIf
    steps: list[tuple[str, str]] = field(default_factory=list)

    def move_to(self, scenario: Scenario) -> None:
        """Take back what the scenario does not share, and make the changes that are missing."""
        shared = common_steps(tuple(self.steps), scenario.changes)
        while len(self.steps) > shared:
            self.what_if.undo()
            self.steps.pop()
        for key, value in scenario.steps[shared:]:
            self.what_if.set(key, value)
            self.steps.append((key, value))


class Engine:
    """Answers scenarios of one place, one after another, whoever asks.

    Parameters
    ----------
    place : Place
        What to begin with.
    models : mapping of str to Model
        Forms of joint working that may be chosen, by name.
    """

    def __init__(self, place: Place, models: Mapping[str, Model]) -> None:
        self.place, self.models = place, dict(models)
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._plans: OrderedDict[object, Plan | InfeasibleError] = OrderedDict()
        self._working: tuple[object, WhatIf] | None = None
        self.lock = threading.RLock()

    def model(self, name: str) -> Model:
        """Return a model that is offered.

        Raises
        ------
        ModelError
            When there is none of this name.
        """
        if name not in self.models:
            remedy = nearest(name, self.models) or f"Offered are {', '.join(self.models)}."
            raise ModelError([Problem("scenario", f"'{name}' is no form of joint working on offer.", remedy)])
        return self.models[name]

    def changed(self, scenario: Scenario) -> tuple[Place, Model]:
        """Return place and model with the changes made, for questions that are solved afresh."""
        return change(self.place, self.model(scenario.model), scenario.changes)

    def plan(self, scenario: Scenario) -> Plan:
        """Return the certified plan of a scenario; errors as :meth:`commission_opt.WhatIf.solve`."""
        with self.lock:
            found = self._plans.get(scenario.identity)
            if found is None:
                found = self._solve(scenario)
            self._plans[scenario.identity] = found
            self._plans.move_to_end(scenario.identity)
            while len(self._plans) > PLANS_KEPT:
                self._plans.popitem(last=False)
        if isinstance(found, InfeasibleError):
            raise found.with_traceback(None)
        return found

    def _solve(self, scenario: Scenario) -> Plan | InfeasibleError:
        kept = self._kept.get(scenario.model)
        if kept is None:
            kept = _Kept(WhatIf(self.place, self.model(scenario.model), time_limit=LONGEST))
            self._kept[scenario.model] = kept
        self._kept.move_to_end(scenario.model)
        while len(self._kept) > FORMS_KEPT:
            self._kept.popitem(last=False)
        kept.move_to(scenario)
        self._working = (scenario.identity, kept.what_if)
        try:
            return kept.what_if.solve()
        except InfeasibleError as error:
            return error
        finally:
            self._working = None

    def meanwhile(self, scenario: Scenario) -> Bracket | None:
        """Return between what and what a scenario is worth that is being solved; None where it is not, or no more.

        It waits for nobody: the solve goes on beside it.
        """
        working = self._working
        if working is None or working[0] != scenario.identity:
            return None
        found = working[1].bracket()
        return found if self._working is working else None
