"""A place and a model with some barriers lifted: each question is solved from the plan with all of them standing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace as replace_fields
from threading import Lock

import numpy as np

from commission_opt.model.formulate import Formulation
from commission_opt.model.model import Model
from commission_opt.model.objective import keep
from commission_opt.place.arrays import PlaceArrays
from commission_opt.place.names import FloatArray, IntArray
from commission_opt.plan.exposed import expose_bounds
from commission_opt.plan.levers import row_ends
from commission_opt.plan.plan import Plan
from commission_opt.plan.proof import Proof, prove, tidy
from commission_opt.plan.run import Run, SolveOptions
from commission_opt.plan.solve import answer_formulation, formulate_for
from commission_opt.plan.tables import outcome_amounts, outcome_values
from commission_opt.plan.words import demands_text, money_text, rule_of, standing_of, subject_text
from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram
from commission_opt.rules import FAMILIES
from commission_opt.rules.base import PRIORITY, Prohibition, Standing
from commission_opt.solvers.kept import KeptSolver

NOTHING = 1e-9
"""Share of the plan's value that a plan of least spend may give up: rounding."""

REMEMBERED = 10
"""Barriers lifted alone, worth most so far, whose plans are held for further questions."""

ROUNDING = 1e-8
"""Share of the plan's value, or of its spend, below which a difference of two answers is rounding."""


@dataclass(frozen=True, eq=False)
class Barrier:
    """A barrier of one place under one model.

    Parameters
    ----------
    rule, label : str
        Rule family, and the label of the rows or of what is forbidden.
    sentence : str
        What it demands or forbids, in words.
    basis : str
        Statute, guidance or agreement.
    standing : str
        Who could lift it: ``political``, ``financial`` or ``statutory``.
    prohibition : Prohibition or None
        How it is lifted; None where it is rows that are let go.
    """

    rule: str
    label: str
    sentence: str
    basis: str
    standing: Standing
    prohibition: Prohibition | None = None


def find_barriers(formulation: Formulation) -> tuple[Barrier, ...]:
    """Return every barrier: what rules forbid without rows, then rows that somebody could let go, by subject."""
    return (*_forbidden(formulation), *_rows(formulation))


def _forbidden(formulation: Formulation) -> list[Barrier]:
    arrays = formulation.arrays
    return [
        Barrier(
            rule=rule.kind,
            label=one.label,
            sentence=one.sentence.format(amount=money_text(one.amount, arrays.place.settings)),
            basis=one.basis or rule.source,
            standing=one.standing,
            prohibition=one,
        )
        for rule in formulation.model.rules
        if rule.enabled
        for one in rule.prohibitions(arrays)
    ]


def _rows(formulation: Formulation) -> list[Barrier]:
    program, place = formulation.program, formulation.arrays.place
    found: dict[str, Barrier] = {}
    for block in program.rows:
        kind = rule_of(block)
        rule = formulation.model.rule(kind)
        if rule is None or standing_of(block) not in PRIORITY or block.family in FAMILIES[kind].no_barriers:
            continue
        for label, rows in _by_subject([block]).items():
            sentence = _over_all(demands_text(program, block, rows, place), place.years)
            before = f"{found[label].sentence}, and " if label in found else ""
            found[label] = Barrier(kind, label, f"{before}{sentence}", rule.source, standing_of(block))
    return list(found.values())


def _over_all(sentence: str, years: Sequence[str]) -> str:
    """Return a sentence about every area and year without naming them all."""
    period = f" in {years[0]} to {years[-1]}" if len(years) > 1 else f" in {years[0]}"
    return sentence.replace(" in all areas", "").replace(period, f" over {len(years)} years" if len(years) > 1 else "")


def _by_subject(blocks: Sequence[Block]) -> dict[str, IntArray]:
    """Return the rows of every subject of some blocks: a family with the first of the rows' names."""
    found: dict[str, list[IntArray]] = {}
    for block in blocks:
        code = block.keys.codes[0] if block.keys.names else np.zeros(len(block), dtype=np.int64)
        for each in np.unique(code):
            rows = block.start + np.flatnonzero(code == each)
            found.setdefault(subject_text(block, int(rows[0])), []).append(rows)
    return {label: np.concatenate(rows) for label, rows in found.items()}


@dataclass(frozen=True, eq=False)
class _Found:
    """A plan without one barrier, what it gains, and a solver that goes on from it."""

    value: float
    plan: Plan
    onwards: KeptSolver


@dataclass(frozen=True)
class Gain:
    """What a place gains when some barriers are lifted at once.

    Parameters
    ----------
    value : outcome value
        Gained by the best plan without the barriers.
    saved : money
        That much less would be spent, over all years, for outcomes of today's plan's value; NaN where agencies do not
        share one objective.
    """

    value: float
    saved: float


class Lifted:
    """Plans of one place and model with some of its barriers gone, each from where the plan with all of them stands.

    Questions may be asked from several threads at once: what one finds depends on no other.

    Parameters
    ----------
    arrays, model
        What all barriers stand in.
    options : SolveOptions
        How to solve.
    """

    def __init__(self, arrays: PlaceArrays, model: Model, options: SolveOptions) -> None:
        options.require_kept()
        self._arrays, self._model, self._options = arrays, model, options
        self._best, self._least = KeptSolver(), KeptSolver()
        self._decided: dict[str, float] = {}
        self._dearest: dict[str, _Found] = {}
        self._lock = Lock()
        self.formulation = self._anew([])
        self.plan = self._answered(self.formulation, self._best)
        program = self.plan.choice.program
        self.whole = len(program.whole) > 0
        if self.whole:
            x = self.plan.choice.proof.answer.x
            self._decided = {program.column_label(int(at)): float(x[at]) for at in program.whole}
            self.formulation, self._best = self._anew([]), KeptSolver()
            self._answered(self.formulation, self._best)
        self._value = _value_of(self.plan)
        self._cheapest = self._spend(self.formulation, self._least) if self._is_shared() else None

    def gain(self, gone: Sequence[Barrier]) -> Gain:
        """Return what the best plan without some barriers gains, and what today's outcomes would then cost less."""
        formulation = self._formulated(gone)
        best = self._best.branch()
        plan = self._answered(formulation, best)
        gained = self._gained(plan)
        if len(gone) == 1 and gained > 0:
            self._remember(gone[0], _Found(gained, plan, best))
        if self._cheapest is None:
            return Gain(gained, np.nan)
        rows_alone = all(one.prohibition is None for one in gone)
        least = self._spend(formulation, (self._least if rows_alone else best).branch())
        now = -self._cheapest.certificate.objective
        return Gain(gained, _or_nothing(now + least.certificate.objective, now))

    def value_gained(self, gone: Sequence[Barrier]) -> float:
        """Return the outcome value that the best plan without some barriers gains."""
        alone = [self._dearest[one.label] for one in gone if one.label in self._dearest]
        start = max(alone, key=lambda found: found.value).onwards if alone else self._best
        return self._gained(self._answered(self._formulated(gone), start.branch()))

    def value_by_area(self, gone: Sequence[Barrier]) -> FloatArray:
        """Return (N,) the outcome value of every area in the plan kept among equals, without some barriers."""
        plan = self._plan_without(gone)
        amounts = outcome_amounts(plan.formulation, plan.x)
        return np.asarray(outcome_values(plan.formulation, amounts).sum(axis=(0, 2)))

    def is_idle(self, one: Barrier) -> bool:
        """Whether prices alone prove that a barrier is worth nothing: rows without a price let nothing more through."""
        if one.prohibition is not None or self._cheapest is None:
            return False
        rows = self._rows_of(self.formulation.program, {one.label})
        proofs = (self.plan.choice.proof, self._cheapest)
        return not any(proof.answer.prices[rows].any() for proof in proofs)

    def _is_shared(self) -> bool:
        return self._model.objective.kind == "weighted_outcomes" and self._model.rule("silos") is None

    def _formulated(self, gone: Sequence[Barrier]) -> Formulation:
        """Return the place formulated without some barriers, its rules' bounds of columns told as rows."""
        changed = [one for one in gone if one.prohibition is not None]
        found = self._anew(changed) if changed else self.formulation
        program = found.program
        rows = self._rows_of(program, {one.label for one in gone if one.prohibition is None})
        lower, upper = program.row_lower.copy(), program.row_upper.copy()
        # Not endless, so that prices stay possible ones and the solver goes on from them.
        ends = row_ends(program)
        lower[rows], upper[rows] = ends[0][rows], ends[1][rows]
        return replace_fields(found, program=program.with_bounds(program.lower, program.upper, lower, upper))

    def _anew(self, changed: Sequence[Barrier]) -> Formulation:
        arrays, model = self._arrays, self._model
        for one in changed:
            rule = model.rule(one.rule)
            if one.prohibition is not None and rule is not None:
                arrays, rule = one.prohibition.lift(arrays, rule)
                model = model.with_rule(rule)
        found = formulate_for(Run(self._options), arrays, model)
        program = expose_bounds(found.program, 2.0 * float(found.money.amount.sum()))
        return replace_fields(found, program=self._as_decided(program))

    def _as_decided(self, program: LinearProgram) -> LinearProgram:
        """Keep yes-or-no decisions as in the plan, where it is known and decides the same things."""
        labels = [program.column_label(int(at)) for at in program.whole] if self._decided else []
        if not labels or not all(label in self._decided for label in labels):
            return program
        x = np.zeros(program.shape[1])
        x[program.whole] = [self._decided[label] for label in labels]
        return program.with_whole_fixed(x)

    def _answered(self, formulation: Formulation, kept: KeptSolver) -> Plan:
        return answer_formulation(Run(self._options, kept=[kept]), formulation)

    def _gained(self, plan: Plan) -> float:
        return _or_nothing(_value_of(plan) - self._value, self._value)

    def _remember(self, one: Barrier, found: _Found) -> None:
        with self._lock:
            self._dearest[one.label] = found
            if len(self._dearest) > REMEMBERED:
                del self._dearest[min(self._dearest, key=lambda label: self._dearest[label].value)]

    def _plan_without(self, gone: Sequence[Barrier]) -> Plan:
        if not gone:
            return self.plan
        if len(gone) == 1 and gone[0].label in self._dearest:
            return self._dearest[gone[0].label].plan
        return self._answered(self._formulated(gone), self._best.branch())

    def _spend(self, formulation: Formulation, kept: KeptSolver) -> Proof:
        """Return the proof of the least spend for outcomes of at least the plan's value."""
        name, goal = formulation.objectives[0]
        best = self.plan.choice.proof.certificate.objective
        program = keep(formulation.program, name, goal, best - NOTHING * abs(best))
        program = program.with_objective(-formulation.spend)
        return prove(Run(self._options, kept=[kept]), formulation, program)

    @staticmethod
    def _rows_of(program: LinearProgram, labels: set[str]) -> IntArray:
        families = {label.partition("[")[0] for label in labels}
        found = _by_subject([block for block in program.rows if block.family in families])
        return np.concatenate(
            [*(rows for label, rows in found.items() if label in labels), np.zeros(0, dtype=np.int64)]
        )


def _value_of(plan: Plan) -> float:
    """Return the value on the shared yardstick of the answer itself, whichever plan is kept among equals."""
    formulation, proof = plan.formulation, plan.choice.proof
    x = tidy(proof.program, proof.answer.x)
    worth = float(outcome_values(formulation, outcome_amounts(formulation, x)).sum())
    return worth - formulation.recouped.beyond_today(x, formulation.arrays.equity_weight)


def _or_nothing(gained: float, of: float) -> float:
    """Return what is gained, or nothing where it is no more than rounding."""
    return gained if abs(gained) > ROUNDING * abs(of) else 0.0
