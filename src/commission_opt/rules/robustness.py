"""Robustness: a plan that does not count on every piece of evidence holding at once."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.names import FloatArray, IntArray, distinct
from commission_opt.program.blocks import Keys
from commission_opt.rules.base import Rule, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import effects_of_volumes, yardsticks
from commission_opt.rules.safe_targets import protect_targets
from commission_opt.rules.tail import guard_against_scenarios


class Robustness(Rule):
    r"""What counts is the value that is left if the evidence disappoints: some of it, or in the worst scenarios.

    By ``budget``, up to gamma effects turn out at the poor end of the evidence. Budgeted uncertainty (Bertsimas and
    Sim, The price of robustness, 2004), dualised, so that it stays linear:

    .. math:: \max\; value(x) - \Gamma\, threshold - \sum_e excess_e, \qquad
        \sum_{j} loss_{e j}\, x_j \le threshold + excess_e, \quad threshold, excess \ge 0

    :math:`loss_{e j}` is the discounted, weighted value that a unit of volume j loses if effect e is at its low end,
    or at its high end where the outcome is valued as a cost. One row of ``effects`` is one piece of evidence: it fails
    for all areas, years and cohorts of the row together. With ``gamma = "all"`` this is the worst case, with 0 nothing
    changes.

    By ``cvar``, one of the place's scenarios comes true. What counts is the expected value, and by the weight
    ``aversion`` the mean value of the tail in its place: of the worst cases, as many as 1 - alpha of all (Rockafellar
    and Uryasev, Optimization of conditional value-at-risk, 2000):

    .. math:: \max\; (1 - aversion) \sum_j p_j V_j(x)
        + aversion \left( \eta - \tfrac{1}{1 - \alpha} \sum_j p_j h_j \right), \qquad h_j \ge \eta - V_j(x)

    written as what is lost against the stated effects, :math:`lost_j = value - V_j`, and :math:`value - \eta` the
    threshold. With alpha 0 the tail is all cases; from 1 less the probability of the worst scenario on, it is that
    scenario alone.

    Where an outcome has a ceiling, losses are counted in full, though part of them may lie beyond the ceiling, and
    what a scenario gains of it is not counted: the plan is then more cautious, never less. The value of a plan on the
    shared yardstick remains that of the stated effects. Agencies that plan alone each guard what they value themselves.

    With ``protect_targets``, hard targets are reached even if gamma of the effects behind each of them fail:

    .. math:: outcome_j - \Gamma\, threshold_j - \sum_e excess_{j e} \ge minimum_j
    """

    kind: Literal["robustness"] = "robustness"
    reads: ClassVar[tuple[str, ...]] = ("effects.low", "effects.high", "scenarios", "scenario_effects")
    words: ClassVar[dict[str, Words]] = {
        "robustness.effect": Words(
            price="one unit of value that {service} ({cohort}) could lose of {outcome} guaranteed from outside",
            demand="what {service} ({cohort}) could lose of {outcome} by poorer effects is guarded against",
            standing="identity",
        ),
        "robustness.scenario": Words(
            price="one unit of value that is lost in the scenario {scenario} guaranteed from outside",
            demand="what is lost in the scenario {scenario} is guarded against",
            standing="identity",
        ),
        "robustness.target": Words(
            price="one more {unit} of {outcome} in {area} in {year} that {service} ({cohort}) could lose guaranteed "
            "from outside",
            demand="{outcome} in {area} in {year} reaches its target though {service} ({cohort}) does less than stated",
            standing="identity",
        ),
    }

    measure: Literal["budget", "cvar"] = Field(
        default="budget", description="Whether some effects may fail, or one of the place's scenarios comes true."
    )
    gamma: Annotated[float, Field(ge=0)] | Literal["all"] = Field(
        default=1.0, description="How many effects may fail at once: 0 for none, 'all' for the worst case."
    )
    unstated: float = Field(
        default=0.0, ge=0, description="Share of itself by which an effect without a stated range may be worse."
    )
    alpha: float = Field(
        default=0.8, ge=0, lt=1, description="For cvar: share of cases better than the tail; 0.8 for the worst fifth."
    )
    aversion: float = Field(
        default=0.5, ge=0, le=1, description="For cvar: weight of the tail's mean against the expected value."
    )
    protect_targets: bool = Field(
        default=False, description="Whether hard targets have to be reached though gamma effects fail."
    )

    def columns(self, draft: Draft) -> None:
        """Add what may be lost, and take the worst of it from the value."""
        if self.measure == "cvar":
            guard_against_scenarios(draft, self.alpha, self.aversion)
        elif self.gamma != 0:
            self._guard_against_failures(draft)

    def rows(self, draft: Draft) -> None:
        """Hold hard targets against failures."""
        if self.protect_targets:
            effects = draft.arrays.effects
            protect_targets(draft, self.gamma, effects.effect - effects.low + self._unstated(draft))

    def _guard_against_failures(self, draft: Draft) -> None:
        """Add what may be lost by each effect, and take the worst of it from the value."""
        effects, names = draft.arrays.effects, draft.arrays.names
        volume, effect = effects_of_volumes(draft.arrays, draft.volumes)
        loss = np.zeros(len(volume))
        for weight, area_weight in yardsticks(draft):
            lost = self._losses(draft, weight)[effect, draft.volumes.year[volume]]
            loss += lost * draft.volumes.effectiveness[volume] * area_weight[draft.volumes.area[volume]]
        used = np.flatnonzero(loss > 0)
        if not len(used):
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

    def _unstated(self, draft: Draft) -> FloatArray:
        """Return (E,) outcome units by which an effect without a stated range may be worse."""
        effects = draft.arrays.effects
        unknown = (effects.low == effects.effect) & (effects.high == effects.effect)
        return np.asarray(self.unstated * np.abs(effects.effect) * unknown)

    def _losses(self, draft: Draft, weights: FloatArray) -> FloatArray:
        """Return (E, T) the value lost by a unit in a year if an effect is at its poor end."""
        effects, spread = draft.arrays.effects, self._unstated(draft)
        weight = weights[draft.planners.of_service[effects.service], effects.outcome]
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
