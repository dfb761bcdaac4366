"""Devolution: a share of the pot belongs to areas or clusters, and is spent there or nowhere."""

from __future__ import annotations

from typing import ClassVar, Literal

import numpy as np
from pydantic import Field, model_validator

from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import EVERYTHING, FloatArray, IntArray, Names
from commission_opt.program.blocks import Keys
from commission_opt.rules.apart import divide_among
from commission_opt.rules.area_groups import By, Per, group_areas
from commission_opt.rules.base import Prohibition, Rule, Settings, Words
from commission_opt.rules.draft import Draft
from commission_opt.rules.money import Money

PARTS: dict[str, Per] = {"population": "head", "deprivation": "weighted_head", "need": "case"}
"""What each part of the formula counts."""


class Formula(Settings):
    """How devolved money is divided: parts by people, by people times equity weight, and by cases of need."""

    population: float = Field(default=1.0, ge=0, description="Part that follows people.")
    deprivation: float = Field(
        default=0.0, ge=0, description="Part that follows people times the area's equity weight."
    )
    need: float = Field(default=0.0, ge=0, description="Part that follows cases of need.")

    @model_validator(mode="after")
    def _some_part(self) -> Formula:
        if self.population + self.deprivation + self.need <= 0:
            raise ValueError("at least one part of the formula has to be above 0")
        return self


class Devolution(Rule):
    r"""A share of the pot, or all money, is divided among areas or clusters by formula; each spends its part at home.

    Where they decide ``together``:

    .. math:: local_{h k t} \le share \cdot formula_h \cdot pot_{k t}, \qquad
        local_{h k t} \le \sum_{s, n \in h} cost_{s k} \, x_{s n t},

        \sum_p y_{p k t} - \sum_h local_{h k t} + carry_{k t} - carry_{k, t-1} \le (1 - share) \cdot pot_{k t}

    The pot is what its members could put in, each kind of money by itself. Local money that cannot be used at home
    lapses; the centre may add to it anywhere. Without a pot, and so for agencies that plan alone, nothing is devolved.
    What members pay for beside the pot counts as spent at home too, since the money of a service is not kept apart by
    area; capital cost that revenue pays for counts as the centre's.

    Where each decides ``alone``, all money is divided, in the pot or not, and so is every other row :math:`i` that
    joins areas (resources, limits, targets, ratios, blocks that each opens for itself): each keeps what it has of it
    today, and what is left goes by the formula, so that together they never break it:

    .. math:: \sum_{j \in h} a_{ij} x_j \le today_{ih} + formula_h \left( b_i - \sum_{h'} today_{ih'} \right)

    No row then joins two of them, so each maximises its own part of the objective. They have agreed no floors, no
    guarantees and no levelling up. Where one objective is shared and no rule but the pot joins areas, deciding together
    on a share of 1 is the same.

    With ``weights = "local"`` an outcome in an area is worth what its cluster says (``local_weights``), whoever
    decides. The value on the shared yardstick remains that of the place's weights.
    """

    kind: Literal["devolution"] = "devolution"
    reads: ClassVar[tuple[str, ...]] = (
        "areas.cluster",
        "areas.population",
        "areas.equity_weight",
        "demand.cases",
        "local_weights",
    )
    words: ClassVar[dict[str, Words]] = {
        "devolution.budget": Words(
            price="one more {unit} of {kind} money devolved to {neighbourhood} in {year}",
            demand="{neighbourhood} has {bound} of devolved {kind} money in {year}",
            standing="political",
            gives="{neighbourhood} has {amount} more of devolved {kind} money in {year}",
        ),
        "devolution.spent": Words(
            price="one more {unit} of {kind} money that {neighbourhood} may count as spent at home in {year}",
            demand="devolved {kind} money of {neighbourhood} has to be spent there in {year}",
            standing="political",
            gives="{amount} of devolved {kind} money of {neighbourhood} may be spent elsewhere in {year}",
        ),
        "devolution.centre": Words(
            price="one more {unit} of {kind} money of the pot that stays with the whole place in {year}",
            demand="the whole place keeps {bound} of the pot's {kind} money in {year}",
            standing="political",
            gives="the whole place keeps {amount} more of the pot's {kind} money in {year}",
        ),
        "devolution.parts": Words(
            price="one more unit of {what} from outside",
            demand="{what} is what those who decide alone have of it together",
            standing="identity",
        ),
    }

    no_barriers: ClassVar[frozenset[str]] = frozenset(words)

    by: By = Field(default="cluster", description="Whether areas or clusters hold the budgets.")
    decides: Literal["together", "alone"] = Field(
        default="together", description="Whether one plan is made for all, or each plans for itself with its own part."
    )
    weights: Literal["shared", "local"] = Field(
        default="shared", description="Whether outcomes are worth the same everywhere, or what each cluster says."
    )
    share: float = Field(
        default=0.2, ge=0, le=1, description="Share of the pot that is devolved where they decide together."
    )
    formula: Formula = Field(default=Formula(), description="How it is divided.")

    def prohibitions(self, _arrays: PlaceArrays, /) -> tuple[Prohibition, ...]:
        """Return the division among areas or clusters as a whole."""
        part = "all money" if self.decides == "alone" else f"{self.share:.0%} of the pot".replace("%", " %")
        return (
            Prohibition(
                label="devolution",
                sentence=f"{part} is divided among {self.by}s by formula, and spent there or nowhere",
                standing="political",
                lift=lambda arrays, rule: (arrays, rule.model_copy(update={"enabled": False})),
            ),
        )

    def shape(self, draft: Draft) -> None:
        """Let clusters value outcomes themselves, and say so where they decide alone."""
        if draft.planners.alone:
            return
        draft.apart = self.decides == "alone"
        if self.weights == "local" and (draft.arrays.local_weight != draft.arrays.weight).any():
            draft.local_weight = draft.arrays.local_weight
        elif self.weights == "local":
            draft.notes.append("No cluster states weights of its own, so all value outcomes as the place does.")

    def rows(self, draft: Draft) -> None:
        """Divide the program, or add what is spent from local budgets, what they hold, and what the centre keeps."""
        money = draft.money
        if draft.apart:
            names, of_area, part = self._divide(draft)
            if len(names) > 1:
                draft.afterwards.append(lambda program: divide_among(draft, program, (names, of_area, part)))
            return
        if money is None or not len(money.payers.pots):
            draft.notes.append("There is no pot, so nothing is devolved.")
            return
        names, of_area, part = self._divide(draft)
        pot = _pot_by_kind(draft, money)
        kinds, years = np.unique(money.payers.kind[money.payers.pots]), np.arange(draft.years)
        grid = np.meshgrid(kinds, np.arange(len(names)), years, indexing="ij")
        kind, group, year = (codes.reshape(-1) for codes in grid)
        keys = Keys.of((names, group), (draft.arrays.names.kind, kind), (draft.arrays.names.year, year))
        budget = self.share * part[group] * pot[kind, year]
        # Twice the budget, so that what limits local spending is a row with a price of its own.
        local = draft.builder.add_columns("local", keys, 2.0 * budget, unit="money a year")
        position = draft.builder.add_rows("devolution.budget", keys, unit="money a year", upper=budget)
        draft.builder.add_entries(position, local, 1.0)
        self._spent_at_home(draft, money, keys, (local, of_area))
        self._centre(draft, money, (1.0 - self.share) * pot, (kind, year, local))

    def _divide(self, draft: Draft) -> tuple[Names, IntArray, FloatArray]:
        """Return the groups, the group of every area, and the part (H,) of each in devolved money."""
        weights = {name: getattr(self.formula, name) for name in PARTS if getattr(self.formula, name) > 0}
        found = [(weight, group_areas(draft, self.by, PARTS[name])) for name, weight in weights.items()]
        names = Names.sorted("neighbourhood", [label for _, groups in found for label in groups.names.labels])
        of_area = np.full(len(draft.arrays.names.area), EVERYTHING, dtype=np.int64)
        part = np.zeros(len(names))
        for weight, groups in found:
            code = np.array([names.code(label) for label in groups.names.labels], dtype=np.int64)
            counted = groups.of_area != EVERYTHING
            of_area[counted] = code[groups.of_area[counted]]
            part[code] += weight * groups.share / sum(weights.values())
        return names, of_area, part

    @staticmethod
    def _spent_at_home(draft: Draft, money: Money, keys: Keys, local: tuple[IntArray, IntArray]) -> None:
        """Hold local spending to what is spent in the areas of the group on services that the pot may pay for."""
        column, of_area = local
        position = draft.builder.add_rows("devolution.spent", keys, unit="money a year", upper=0.0)
        draft.builder.add_entries(position, column, 1.0)
        group, kind, year = keys.codes
        row_of = np.full((len(keys.names[0]), len(keys.names[1]), draft.years), -1)
        row_of[group, kind, year] = position
        payers, lines = money.payers, money.lines
        in_scope = np.asarray(payers.eligible[payers.pots].any(axis=0))[lines.subject, lines.kind, lines.year]
        charged, column, amount = lines.entries()
        area = draft.area_of_columns()[column]
        home = np.where(area != EVERYTHING, of_area[area], EVERYTHING)
        row = row_of[home, lines.kind[charged], lines.year[charged]]
        used = np.flatnonzero((home != EVERYTHING) & (row >= 0) & in_scope[charged])
        draft.builder.add_entries(row[used], column[used], -amount[used])

    @staticmethod
    def _centre(draft: Draft, money: Money, kept: FloatArray, local: tuple[IntArray, IntArray, IntArray]) -> None:
        """Hold what pots pay beyond local budgets to the part that is not devolved, and what is carried of it."""
        names, payers = draft.arrays.names, money.payers
        kinds = np.unique(payers.kind[payers.pots])
        kind, year = np.repeat(kinds, draft.years), np.tile(np.arange(draft.years), len(kinds))
        position = draft.builder.add_rows(
            "devolution.centre",
            Keys.of((names.kind, kind), (names.year, year)),
            unit="money a year",
            upper=kept[kind, year],
        )
        row_of = np.full(kept.shape, -1)
        row_of[kind, year] = position
        pot_row = np.where(payers.stream[:, None] < 0, row_of[payers.kind], -1)
        money.payments.add_to(draft, lambda payer, line: pot_row[payer, money.lines.year[line]])
        draft.builder.add_entries(row_of[local[0], local[1]], local[2], -1.0)
        of_members = (draft.arrays.streams.kind, _members_carry(draft, money))
        for of_kind, columns in ((payers.kind, money.pot_carried), of_members):
            giver, when = np.nonzero(columns >= 0)
            draft.builder.add_entries(row_of[of_kind[giver], when], columns[giver, when], 1.0)
            draft.builder.add_entries(row_of[of_kind[giver], when + 1], columns[giver, when], -1.0)


def _pot_by_kind(draft: Draft, money: Money) -> FloatArray:
    """Return (K, T) what members could put into the pots of each kind of money."""
    stream, year = np.nonzero(money.pooled >= 0)
    most = np.minimum(money.amount[stream, year], draft.builder.column_upper()[money.pooled[stream, year]])
    pot = np.zeros((len(draft.arrays.names.kind), draft.years))
    np.add.at(pot, (draft.arrays.streams.kind[stream], year), most)
    return pot


def _members_carry(draft: Draft, money: Money) -> IntArray:
    """Return (F, T) the columns of money carried by streams that may put all they have into a pot, else -1."""
    upper = draft.builder.column_upper()
    free = np.asarray(((money.pooled >= 0) & (upper[money.pooled] > money.amount)).any(axis=1))
    return np.where(free[:, None], money.carried, -1)
