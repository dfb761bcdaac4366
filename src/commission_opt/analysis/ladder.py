"""The ladder: what each form of joint working is worth on the same data, step by step."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from commission_opt.analysis.pace import time_left
from commission_opt.errors import CertificateError, InfeasibleError, ModelError, Problem, SolverError
from commission_opt.model.model import Model
from commission_opt.model.read import read_model
from commission_opt.place.arrays import compile_place
from commission_opt.place.place import Place
from commission_opt.plan.conflict import Conflict
from commission_opt.plan.plan import Plan
from commission_opt.plan.reporting import write_report
from commission_opt.plan.run import SolveOptions
from commission_opt.plan.solve import solve_arrays
from commission_opt.plan.words import money_text, number_text

LADDER = ("status_quo", "siloed", "aligned", "community_budget", "section_75", "single_pot", "total_place")
"""The steps that a board can argue about, in order: part pooling in two forms, then the single pot, then all of it."""

PART_POOLED = ("community_budget", "section_75", "local_area_agreement")
"""Forms that each begin from aligned budgets rather than from one another."""

QUICK = 50_000
"""Columns of a program up to which today and silos are solved too, unasked, for a report to set the plan beside."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Plans of one place under several models, on one yardstick.

    Parameters
    ----------
    place : Place
        The data that all share.
    models : tuple of Model
        In the order compared.
    plans : tuple of Plan or Conflict
        For each model its plan, or why there is none.
    """

    place: Place
    models: tuple[Model, ...]
    plans: tuple[Plan | Conflict, ...]

    @property
    def table(self) -> pd.DataFrame:
        """Return one row for each model.

        Columns: model, title, status, value (shared yardstick), step (gain in value), step_from (the model that it is
        a gain on: the one before, but aligned budgets for part pooling, and the best part pooling for what follows
        it), spend_money, unspent_money, violation, gap.
        """
        rows: list[dict[str, Any]] = []
        for model, plan in zip(self.models, self.plans, strict=True):
            row: dict[str, Any] = {"model": model.name, "title": model.title, "status": "infeasible"}
            if isinstance(plan, Plan):
                left = plan.funding.loc[plan.funding["use"] == "unspent", "amount_money"].sum()
                base = self.step_from(model.name)
                row |= {
                    "status": plan.status,
                    "value": plan.value,
                    "step": plan.value - base.value if base else np.nan,
                    "step_from": base.model.name if base else "",
                    "spend_money": plan.spend,
                    "unspent_money": float(left),
                    "violation": plan.certificate.violation,
                    "gap": plan.certificate.gap,
                }
            rows.append(row)
        columns = ["model", "title", "status", "value", "step", "step_from", "spend_money", "unspent_money"]
        return pd.DataFrame(rows).reindex(columns=[*columns, "violation", "gap"])

    def step_from(self, model: str) -> Plan | None:
        """Return the plan that a model is a step up from, or None for the first."""
        solved = self.solved
        names = [plan.model.name for plan in solved]
        before = solved[: names.index(model)]
        aligned = [plan for plan in before if plan.model.name == "aligned"]
        if model in PART_POOLED and aligned:
            return aligned[0]
        if aligned and before[-1].model.name in PART_POOLED:
            return max(before[names.index("aligned") :], key=lambda plan: plan.value)
        return before[-1] if before else None

    @property
    def outcomes(self) -> pd.DataFrame:
        """Return outcomes (rows) by model (columns), in each outcome's own unit, all areas and years together."""
        amounts = {plan.model.name: plan.outcomes.groupby("outcome")["amount_units"].sum() for plan in self.solved}
        units = self.place.tables["outcomes"].set_index("outcome")["unit"]
        table = pd.DataFrame(amounts)
        table.insert(0, "unit", units.reindex(table.index))
        return table.reset_index(names="outcome")

    @property
    def agencies(self) -> pd.DataFrame:
        """Return who gains and who pays at every step.

        Columns: model, agency, put_in_money, led_spend_money, savings_money, net_money, own_outcomes_value, and the
        change of the last two on the model that it is a step from (net_change_money, own_outcomes_change).
        """
        parts = []
        for plan in self.solved:
            table = plan.agencies.set_index("agency")
            base = self.step_from(plan.model.name)
            change = table - (base.agencies.set_index("agency") if base is not None else table)
            table = table.assign(
                model=plan.model.name,
                net_change_money=change["net_money"],
                own_outcomes_change=change["own_outcomes_value"],
            )
            parts.append(table.reset_index())
        if not parts:
            return pd.DataFrame()
        table = pd.concat(parts, ignore_index=True)
        return table[["model", *(name for name in table.columns if name != "model")]]

    def summary(self) -> str:
        """Return what every step is worth, in a few lines for a person."""
        settings = self.place.settings
        lines = [f"What joint working is worth in {settings.title or settings.name}, on one yardstick:"]
        for plan in self.solved:
            base = self.step_from(plan.model.name)
            if base is not None:
                gain = plan.value - base.value
                share = 100 * gain / abs(base.value) if base.value else 0.0
                lines.append(
                    f"  {base.model.name} to {plan.model.name}: {number_text(gain)} ({share:+.2f} %), "
                    f"spend {money_text(plan.spend - base.spend, settings)}"
                )
        return "\n".join(lines)

    def plan(self, model: str) -> Plan:
        """Return the plan under a model by name.

        Raises
        ------
        InfeasibleError
            When that model has no plan.
        ModelError
            When it was not compared.
        """
        for candidate, plan in zip(self.models, self.plans, strict=True):
            if candidate.name == model:
                if isinstance(plan, Conflict):
                    raise InfeasibleError(plan)
                return plan
        known = ", ".join(candidate.name for candidate in self.models)
        raise ModelError([Problem("comparison", f"the model '{model}' was not compared.", f"Compared were {known}.")])

    @property
    def solved(self) -> list[Plan]:
        """Return the plans of the models that have one, in order."""
        return [plan for plan in self.plans if isinstance(plan, Plan)]

    def to_html(self, path: str | Path) -> Path:
        """Write the comparison as one HTML page that needs nothing else."""
        return write_report("page", "write_comparison", self, path)

    def to_excel(self, path: str | Path) -> Path:
        """Write the comparison as a workbook: the ladder in words and as a chart, and its tables."""
        return write_report("workbook", "write_comparison", self, path)

    def to_folder(self, path: str | Path) -> Path:
        """Write the comparison's tables as a folder of CSV files with a datapackage.json."""
        return write_report("folder", "write_comparison", self, path)

    def to_json(self, path: str | Path) -> Path:
        """Write the comparison as one JSON document."""
        return write_report("document", "write_comparison", self, path)


def compare(place: Place, models: Iterable[Model | str] = LADDER, **options: Any) -> Comparison:
    """Solve a place under several models.

    Parameters
    ----------
    place : Place
        The data.
    models : iterable of Model or str
        Models, or files or names of models that ship; by default the ladder from today to Total Place.
    **options
        As for :func:`commission_opt.solve`; ``progress`` is told each model's title, and about how long the rest will
        take.

    Returns
    -------
    Comparison
        A model whose rules cannot all hold is kept with its conflict.

    Raises
    ------
    ModelError
        When there is no such model, or two have the same name.
    StoppedError, SolverError, CertificateError
        As :func:`commission_opt.solve`.
    """
    read: Sequence[Model] = [model if isinstance(model, Model) else read_model(model) for model in models]
    _require_own_names(read)
    settings = SolveOptions(**options)
    arrays = compile_place(place)
    plans: list[Plan | Conflict] = []
    started = time.perf_counter()
    for done, model in enumerate(read):
        if settings.progress is not None:
            left = time_left(done, len(read), time.perf_counter() - started)
            settings.progress(f"{model.title} ({done + 1} of {len(read)}{left})")
        try:
            plans.append(solve_arrays(arrays, model, SolveOptions(**{**options, "progress": None})))
        except InfeasibleError as error:
            plans.append(error.conflict)
    return Comparison(place, tuple(read), tuple(plans))


def beside(plan: Plan, models: Sequence[str] = ("status_quo", "siloed"), **options: Any) -> Comparison:
    """Solve a plan's place under other models too, for the plan to be seen beside them.

    Parameters
    ----------
    plan : Plan
        The last of the comparison.
    models : sequence of str
        Models that ship; by default today's volumes, and agencies that plan alone. The plan's own is left out.
    **options
        As for :func:`compare`.
    """
    others = compare(plan.place, [name for name in models if name != plan.model.name], **options)
    return Comparison(plan.place, (*others.models, plan.model), (*others.plans, plan))


def beside_if_quick(plan: Plan, **options: Any) -> Comparison | None:
    """Return a plan beside today and silos, for a report that was asked for the plan alone.

    Returns
    -------
    Comparison or None
        None where the plan's program is so large that the others would take long, or where they cannot be solved.
    """
    if plan.program.shape[1] > QUICK:
        return None
    with suppress(SolverError, CertificateError):
        return beside(plan, **options)
    return None


def _require_own_names(models: Sequence[Model]) -> None:
    names = [model.name for model in models]
    for name in dict.fromkeys(names):
        if names.count(name) > 1:
            remedy = "Give one of them another name, in its file or with model.set('name', ...)."
            raise ModelError([Problem("comparison", f"two models are called '{name}'.", remedy, column="name")])
