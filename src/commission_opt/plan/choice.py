"""The choice among plans of equal worth, made when a plan's figures are first asked for."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from commission_opt.model.formulate import Formulation
from commission_opt.place.names import FloatArray
from commission_opt.plan.certificate import Certificate, certify, row_violations
from commission_opt.plan.ledger import settle_contributions
from commission_opt.plan.proof import Proof, tidy
from commission_opt.plan.ties import Face, best_face, break_ties, movable
from commission_opt.program.linear import LinearProgram
from commission_opt.solvers import Solver

EVEN = 1e-9
"""Largest relative violation that the even settlement of contributions may bring."""


@dataclass(frozen=True, eq=False)
class Choice:
    """Which of all best plans is kept: the one of least spend, then least change, then first by names.

    Parameters
    ----------
    formulation : Formulation
        What the columns mean.
    program : LinearProgram
        What was answered, whole numbers and all.
    proof : Proof
        The certified answer; the plan chosen is worth as much.
    helper : Solver or None
        Who answers the small programs that decide; None keeps the answer as it is.
    tolerances : (float, float)
        Largest violation and gap; where the choice would exceed them the answer is kept as it is.
    """

    formulation: Formulation
    program: LinearProgram
    proof: Proof
    helper: Solver | None
    tolerances: tuple[float, float]

    @property
    def x(self) -> FloatArray:
        """The values of the columns (n,)."""
        return self._kept[0]

    @property
    def certificate(self) -> Certificate:
        """What is proven about them."""
        return self._kept[1]

    @cached_property
    def unique(self) -> tuple[bool | None, bool | None]:
        """Whether no other allocation, and no other way of paying for it, would be as good.

        None where it was not examined. With whole numbers the choice is among the plans that share them, and whether
        others would do as well is not examined.
        """
        if self.helper is None or len(self.program.whole):
            return None, None
        volumes_move, payments_move = movable(self.formulation, self._face, self.helper)
        return not volumes_move, not payments_move

    @cached_property
    def _face(self) -> Face:
        program, answer = self.proof.program, self.proof.answer
        return best_face(program, tidy(program, answer.x), answer)

    @cached_property
    def _kept(self) -> tuple[FloatArray, Certificate]:
        answered = tidy(self.proof.program, self.proof.answer.x)
        if self.helper is None:
            return answered, self.proof.certificate
        x = self._without_ties(self.helper)
        certificate = certify(self.program, x, self.proof.answer.prices, self.proof.bound)
        return (x, certificate) if certificate.holds(*self.tolerances) else (answered, self.proof.certificate)

    def _without_ties(self, helper: Solver) -> FloatArray:
        program = self.proof.program
        best = break_ties(self.formulation, self._face, helper)
        settled = settle_contributions(self.formulation, best)
        # A rule that speaks of what each agency puts in, as guarantees do, may forbid the even settlement.
        even = row_violations(program, settled).max(initial=0.0) <= EVEN
        return tidy(program, settled if even else best)
