"""The plan: a certified allocation, the only thing that analysis and reports accept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd

from commission_opt.errors import CertificateError
from commission_opt.model.formulate import Formulation
from commission_opt.model.model import Model
from commission_opt.place.names import FloatArray
from commission_opt.place.place import Place
from commission_opt.plan.certificate import Certificate
from commission_opt.plan.choice import Choice
from commission_opt.plan.contracts import contract_notes
from commission_opt.plan.ledger import Ledger, follow_money, funding_table
from commission_opt.plan.prices import LARGE, price_table
from commission_opt.plan.proof import solver_notes
from commission_opt.plan.reporting import write_report
from commission_opt.plan.sites import closures, sites_table
from commission_opt.plan.tables import (
    agencies_table,
    allocation_table,
    outcome_amounts,
    outcome_values,
    outcomes_table,
    resources_table,
)
from commission_opt.plan.today import broken_promises
from commission_opt.plan.unspent import reasons_unspent
from commission_opt.plan.words import number_text
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Status

LEADING = 40
"""Rules that are examined for a quick look."""


@dataclass(frozen=True, eq=False)
class Plan:
    """An allocation with proof of how good it is.

    Made by :func:`commission_opt.solve` and :func:`commission_opt.from_pulp` only, from answers that passed their
    certificate. Tables are worked out when they are first asked for.

    Parameters
    ----------
    choice : Choice
        The certified answer, and which of all plans of its worth is kept.
    timings : mapping of str to seconds
        By step.
    """

    choice: Choice
    timings: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        answer = self.choice.proof.answer
        if not (np.isfinite(answer.x).all() and np.isfinite(answer.prices).all()):
            raise CertificateError("A plan holds a figure that is not a number.")
        answer.prices.setflags(write=False)

    @property
    def formulation(self) -> Formulation:
        """Place, model, and what the columns mean."""
        return self.choice.formulation

    @property
    def program(self) -> LinearProgram:
        """The linear program that was answered last, in the place's own units."""
        return self.choice.proof.program

    @cached_property
    def x(self) -> FloatArray:
        """The certified values of the program's columns (n,)."""
        x = self.choice.x
        x.setflags(write=False)
        return x

    @property
    def row_prices(self) -> FloatArray:
        """The prices that prove the bound (m,), in objective units per unit of the row."""
        return self.choice.proof.answer.prices

    @property
    def certificate(self) -> Certificate:
        """What is proven."""
        return self.choice.certificate

    @property
    def solver(self) -> str:
        """Who answered."""
        return self.choice.proof.answer.solver

    @property
    def unique(self) -> bool | None:
        """Whether any other allocation would have been worse; None where it was not examined."""
        return self.choice.unique[0]

    @property
    def unique_payments(self) -> bool | None:
        """Whether any other way of paying for it would have been worse; None where it was not examined."""
        return self.choice.unique[1]

    @property
    def place(self) -> Place:
        """The place that was planned for."""
        return self.formulation.arrays.place

    @property
    def model(self) -> Model:
        """The model that it was planned under."""
        return self.formulation.model

    @property
    def status(self) -> str:
        """``optimal``; ``stopped`` where the solver was stopped early, with what is proven in the certificate."""
        return "stopped" if self.choice.proof.answer.status is Status.STOPPED else "optimal"

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """What a reader of the plan has to know."""
        found = [*closures(self.formulation, self.x), *contract_notes(self.formulation, self.x)]
        if len(self.choice.program.whole):
            found.append("Prices hold as long as the yes-or-no decisions of this plan stay as they are.")
        found += self.formulation.notes
        if self.model.rule("baseline") is not None:
            found += broken_promises(self.formulation, self.x)
        if self.unique is False:
            found.append(
                "Other allocations are worth exactly as much; this one spends least, changes least, "
                "and comes first by names."
            )
        elif self.unique_payments is False:
            found.append("The same allocation could be paid for in other ways; this one comes first by names.")
        if self.recouped:
            found.append(
                f"Outcomes are worth {number_text(self.recouped)} more than the value stated: that part is public "
                "money saved beyond today's, which came back to be spent and counts as what it bought, not twice."
            )
        return (*found, *solver_notes(self.choice.proof))

    @cached_property
    def _amounts(self) -> FloatArray:
        return outcome_amounts(self.formulation, self.x)

    @cached_property
    def _ledger(self) -> Ledger:
        return follow_money(self.formulation, self.x)

    @cached_property
    def value(self) -> float:
        """Value of the outcomes on the shared yardstick: weighted by outcome, area and year, whoever gains them.

        Public money saved that came back and was spent again counts as what it bought, not a second time.
        """
        return float(outcome_values(self.formulation, self._amounts).sum()) - self.recouped

    @cached_property
    def recouped(self) -> float:
        """Value inside the outcomes that came back as money or as averted demand, beyond today's."""
        formulation = self.formulation
        return formulation.recouped.beyond_today(self.x, formulation.arrays.equity_weight)

    @property
    def objective(self) -> float:
        """Value of what the model maximised; differs from ``value`` for silos, costs and penalties."""
        return self.choice.proof.certificate.objective

    @cached_property
    def spend(self) -> float:
        """Money spent over all years and kinds, in the place's money unit."""
        scale = 100 * self.place.settings.money_unit
        return float(self._ledger.pence.sum()) / scale

    @cached_property
    def allocation(self) -> pd.DataFrame:
        """What is delivered where, to whom and when; see :func:`commission_opt.plan.tables.allocation_table`."""
        return allocation_table(self.formulation, self.x, self._ledger)

    @cached_property
    def funding(self) -> pd.DataFrame:
        """Who paid for what, what was carried forward, and what is left unspent and why."""
        reasons = reasons_unspent(self.formulation, self.program, self.row_prices)
        return funding_table(self.formulation, self._ledger, reasons)

    @cached_property
    def outcomes(self) -> pd.DataFrame:
        """What is gained by outcome, area and year."""
        return outcomes_table(self.formulation, self._amounts)

    @cached_property
    def agencies(self) -> pd.DataFrame:
        """The ledger by agency, over all years."""
        return agencies_table(self.formulation, self.x, self._ledger, self._amounts)

    @cached_property
    def resources(self) -> pd.DataFrame:
        """Staff, buildings and equipment by year."""
        return resources_table(self.formulation, self.x)

    @cached_property
    def sites(self) -> pd.DataFrame:
        """Sites by year, open or closed, and what is in them; empty where the model does not decide on sites."""
        return sites_table(self.formulation, self.x)

    @cached_property
    def prices(self) -> pd.DataFrame:
        """What one more unit of every binding rule is worth."""
        return price_table(self.choice)

    @cached_property
    def leading_prices(self) -> pd.DataFrame:
        """The same table, in which only the dearest rules are examined from both sides: for a quick look."""
        return self.prices if self.program.shape[1] > LARGE else price_table(self.choice, LEADING)

    def summary(self) -> str:
        """Return a few lines for a person."""
        from commission_opt.plan.summary import summary_text

        return summary_text(self)

    def to_html(self, path: str | Path) -> Path:
        """Write the plan as one HTML page that needs nothing else."""
        return write_report("page", "write_plan", self, path)

    def to_excel(self, path: str | Path) -> Path:
        """Write the plan's tables as a workbook, one sheet each."""
        return write_report("workbook", "write_plan", self, path)

    def to_folder(self, path: str | Path) -> Path:
        """Write the plan's tables as a folder of CSV files with a datapackage.json."""
        return write_report("folder", "write_plan", self, path)

    def to_json(self, path: str | Path) -> Path:
        """Write the plan as one JSON document."""
        return write_report("document", "write_plan", self, path)
