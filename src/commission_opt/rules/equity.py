"""Equity: no area or cluster left too far behind the place's mean."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field

from commission_opt.place.names import FloatArray, IntArray
from commission_opt.program.blocks import Keys
from commission_opt.rules.area_groups import By, Per, PerHead, add_per_head, group_areas
from commission_opt.rules.base import Rule, Settings, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.outcomes import value_of_columns


class DistributionalWeights(Settings):
    """Weights of outcomes that rise where incomes are low."""

    elasticity: float = Field(default=1.3, ge=0, description="How fast a pound's worth falls with income.")
    median_income: float | None = Field(
        default=None, gt=0, description="Income whose weight is 1, in money; none: the median of the place's areas."
    )


class Equity(Rule):
    r"""What areas or clusters have for one of their people stays close to the place's mean.

    .. math:: level_h \ge floor \cdot mean, \qquad least \le level_h \le least + largest\_gap \cdot mean,

        \sum_h size_h \, level_h = mean \cdot \sum_h size_h, \qquad
        q'_n = q_n \cdot (median / income_n)^{elasticity}

    A level is the discounted value of outcomes over all years (without equity weights, which would count the same
    concern twice), or the money spent, for each person, weighted person or case of need. Agencies that plan alone
    have agreed no floors; distributional weights hold for each of them. Floors and gaps are shares of a mean above
    nothing: where services do more harm than good in the place as a whole, no floor below 1 can be met by all.

    References
    ----------
    HM Treasury, The Green Book (2022), annex 3: distributional weights with an elasticity of 1.3.
    """

    kind: Literal["equity"] = "equity"
    reads: ClassVar[tuple[str, ...]] = ("areas.cluster", "areas.population", "areas.income", "areas.equity_weight")
    words: ClassVar[dict[str, Words]] = {
        "equity.level": Words(
            price="one more {unit} brought to {neighbourhood} from outside",
            demand="{neighbourhood} has what is gained or spent there",
            standing="identity",
        ),
        "equity.mean": Words(
            price="one more {unit} added to what the place has, before the mean is taken",
            demand="the mean of the place is that of its neighbourhoods",
            standing="identity",
        ),
        "equity.floor": Words(
            price="one more {unit} that {neighbourhood} has to have beyond its floor",
            demand="{neighbourhood} has to reach its share of the place's mean",
            standing="political",
            gives="{neighbourhood} may stay {amount} below its share of the place's mean",
        ),
        "equity.least": Words(
            price="one more {unit} between {neighbourhood} and the neighbourhood that has least",
            demand="{neighbourhood} has no less than the neighbourhood that has least",
            standing="identity",
        ),
        "equity.gap": Words(
            price="one more {unit} that {neighbourhood} may be ahead of the neighbourhood that has least",
            demand="{neighbourhood} may be ahead of the neighbourhood that has least only by a share of the mean",
            standing="political",
            gives="{neighbourhood} may be {amount} further ahead of the neighbourhood that has least",
        ),
    }

    by: By = Field(default="area", description="Whether areas or clusters are compared.")
    measure: Literal["outcomes", "spend"] = Field(default="outcomes", description="What is compared.")
    per: Per = Field(
        default="head", description="For each person, each person times the area's equity weight, or each case of need."
    )
    floor: float | None = Field(default=None, ge=0, description="Least level, as a share of the place's mean.")
    largest_gap: float | None = Field(
        default=None, ge=0, description="Most by which levels may differ, as a share of the place's mean."
    )
    distributional_weights: DistributionalWeights | None = Field(
        default=None, description="Weights by income that multiply the equity weights of areas; none: none."
    )

    def shape(self, draft: Draft) -> None:
        """Multiply the equity weights of areas by their distributional weights."""
        if self.distributional_weights is not None:
            draft.area_weight = draft.area_weight * _weights(draft, self.distributional_weights)

    def rows(self, draft: Draft) -> None:
        """Add levels and their mean, then the floor and the largest gap."""
        if self.floor is None and self.largest_gap is None:
            return
        if draft.planners.alone or draft.apart:
            who = "clusters that decide" if draft.apart else "agencies that plan"
            draft.notes.append(f"Floors and gaps do not bind: {who} alone have not agreed any.")
            return
        unit = "units of value" if self.measure == "outcomes" else "money"
        groups = group_areas(draft, self.by, self.per)
        levels = add_per_head(draft, groups, self._coefficients(draft), "equity.level", unit)
        mean = _add_mean(draft, levels, unit)
        if self.floor is not None:
            _compare(draft, levels, "equity.floor", (mean, self.floor), at_least=True)
        if self.largest_gap is not None:
            least = _add_between(draft, levels, "equity.least")
            _compare(draft, levels, "equity.least", (least, 1.0), at_least=True)
            position = _compare(draft, levels, "equity.gap", (least, 1.0), at_least=False)
            draft.builder.add_entries(position, np.full(len(position), mean), -self.largest_gap)

    def _coefficients(self, draft: Draft) -> FloatArray:
        """Return (n,) what one unit of every column adds to what is compared."""
        if self.measure == "spend":
            return draft.spending.of_columns(draft.builder.column_count, np.ones(draft.years))
        return value_of_columns(draft, draft.planners.weight, np.ones(len(draft.arrays.names.area)))


def _weights(draft: Draft, settings: DistributionalWeights) -> FloatArray:
    """Return (N,) distributional weights, 1 where no income is known."""
    income = draft.arrays.income
    known = income > 0
    if not known.all():
        draft.notes.append("Incomes are not known in every area; outcomes count in full where they are not.")
    if not known.any():
        return np.ones(len(income))
    median = settings.median_income or float(np.median(income[known]))
    return np.asarray(np.where(known, median / np.where(known, income, 1.0), 1.0) ** settings.elasticity)


def _add_mean(draft: Draft, levels: PerHead, unit: str) -> int:
    """Add the mean of the place as a column, and return it."""
    share = levels.groups.share
    mean = _add_between(draft, levels, "equity.mean")
    row = draft.builder.add_rows("equity.mean", Keys((), ()), unit=f"{unit} a head", lower=0.0, upper=0.0)
    draft.builder.add_entries(np.repeat(row, len(share)), levels.column, share)
    draft.builder.add_entries(row, np.array([mean]), -1.0)
    return mean


def _add_between(draft: Draft, levels: PerHead, family: str) -> int:
    """Add one column that lies where levels lie."""
    low = draft.builder.column_lower()[levels.column].min(initial=0.0)
    high = draft.builder.column_upper()[levels.column].max(initial=0.0)
    return int(draft.builder.add_columns(family, Keys((), ()), high, unit="a head", lower=low)[0])


def _compare(draft: Draft, levels: PerHead, family: str, against: tuple[int, float], *, at_least: bool) -> IntArray:
    """Add rows that hold every level to at least, or at most, a share of one column; return their positions."""
    count = len(levels.column)
    keys = Keys.of((levels.groups.names, np.arange(count)))
    low, high = (0.0, np.inf) if at_least else (-np.inf, 0.0)
    position = draft.builder.add_rows(family, keys, unit="units a head", lower=low, upper=high)
    column, share = against
    draft.builder.add_entries(position, levels.column, 1.0)
    draft.builder.add_entries(position, np.full(count, column), -share)
    return position
