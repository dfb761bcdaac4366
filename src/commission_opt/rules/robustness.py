"""Robustness: a plan that does not count on every piece of evidence holding at once."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.names import FloatArray, IntArray, distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import effects_of_volumes


class Robustness(Rule):
    r"""What counts is the value that is left if up to gamma effects turn out at the poor end of the evidence.

    Budgeted uncertainty (Bertsimas and Sim, The price of robustness, 2004), dualised, so that it stays linear:

    .. math:: \max\; value(x) - \Gamma\, threshold - \sum_e excess_e, \qquad
        \sum_{j} loss_{e j}\, x_j \le threshold + excess_e, \quad threshold, excess \ge 0

    :math:`loss_{e j}` is the discounted, weighted value that a unit of volume j loses if effect e is at its low end,
    or at its high end where the outcome is valued as a cost. One row of ``effects`` is one piece of evidence: it fails
    for all areas, years and cohorts of the row together. With ``gamma = "all"`` this is the worst case, with 0 nothing
    changes. Where an outcome has a ceiling the loss is counted in full, though part of it may lie beyond the ceiling:
    the plan is then more cautious, never less. The value of a plan on the shared yardstick remains that of the stated
    effects. Agencies that plan alone each guard against gamma failures of what they value themselves.
    """

    kind: Literal["robustness"] = "robustness"
    reads: ClassVar[tuple[str, ...]] = ("effects.low", "effects.high")
    words: ClassVar[dict[str, Words]] = {
        "robustness.effect": Words(
            price="one unit of value that {service} ({cohort}) could lose of {outcome} guaranteed from outside",
            demand="what {service} ({cohort}) could lose of {outcome} by poorer effects is guarded against",
            standing="identity",
        )
    }

    gamma: Annotated[float, Field(ge=0)] | Literal["all"] = Field(
        default=1.0, description="How many effects may fail at once: 0 for none, 'all' for the worst case."
    )
    unstated: float = Field(
        default=0.0, ge=0, description="Share of itself by which an effect without a stated range may be worse."
    )

    def columns(self, draft: Draft) -> None:
        """Add what may be lost by each effect, and take the worst of it from the value."""
        effects, names = draft.arrays.effects, draft.arrays.names
        volume, effect = effects_of_volumes(draft.arrays, draft.volumes)
        loss = self._losses(draft)[effect, draft.volumes.year[volume]]
        loss = loss * draft.volumes.effectiveness[volume] * draft.arrays.equity_weight[draft.volumes.area[volume]]
        used = np.flatnonzero(loss > 0)
        if self.gamma == 0 or not len(used):
            return
        volume, effect, loss = volume[used], effect[used], loss[used]
        rows, row = distinct(effects.evidence[effect], int(effects.evidence.max()) + 1)
        first = np.zeros(len(rows), dtype=np.int64)
        first[row[::-1]] = effect[::-1]
        service = effects.service[first]
        planner = draft.planners.of_service[service]
        most = np.bincount(row, loss * draft.coverable()[volume], len(rows)).astype(float)
        keys = Keys.of(
            (names.service, service), (names.outcome, effects.outcome[first]), (names.cohort, effects.stated_for[first])
        )
        threshold, guards = self._thresholds(draft, planner, most)
        excess = draft.builder.add_columns("excess", keys, most, unit="value")
        position = draft.builder.add_rows("robustness.effect", keys, unit="value", upper=0.0)
        draft.builder.add_entries(position[row], draft.volumes.column[volume], loss)
        draft.builder.add_entries(position, excess, -1.0)
        draft.builder.add_entries(position, threshold[planner], -1.0)
        draft.at_risk.append((excess, np.ones(len(excess))))
        draft.at_risk.append((threshold[guards], self._failures(planner)[guards]))

    def _losses(self, draft: Draft) -> FloatArray:
        """Return (E, T) the value lost by a unit in a year if an effect is at its poor end."""
        effects = draft.arrays.effects
        unknown = (effects.low == effects.effect) & (effects.high == effects.effect)
        spread = self.unstated * np.abs(effects.effect) * unknown
        weight = draft.planners.weight[draft.planners.of_service[effects.service], effects.outcome]
        worse = weight * (effects.effect - np.where(weight > 0, effects.low - spread, effects.high + spread))
        return np.asarray(np.maximum(worse, 0.0)[:, None] * (effects.kept(draft.years) @ draft.arrays.discount))

    @staticmethod
    def _thresholds(draft: Draft, planner: IntArray, most: FloatArray) -> tuple[IntArray, IntArray]:
        """Add the threshold of every planner with something to lose; return (P,) columns and those planners."""
        guards = np.unique(planner)
        largest = np.zeros(len(draft.planners.weight))
        np.maximum.at(largest, planner, most)
        whose = ((draft.arrays.names.agency, guards),) if draft.planners.alone else ()
        column = np.full(len(largest), -1)
        column[guards] = draft.builder.add_columns("threshold", Keys.of(*whose), largest[guards], unit="value")
        return column, guards

    def _failures(self, planner: IntArray) -> FloatArray:
        """Return (P,) how many effects each planner guards against."""
        count = np.bincount(planner).astype(float)
        return count if self.gamma == "all" else np.full(len(count), float(self.gamma))
