"""Solvers: each turns a program into an answer, which is a claim."""

from __future__ import annotations

from commission_opt.errors import SolverError
from commission_opt.solvers.answer import Answer, Limits, Reached, Solver, Status


def make_solver(name: str, limits: Limits | None = None) -> Solver:
    """Return the solver of a name: ``auto``, ``arrow``, ``highs``, ``pulp`` (CBC) or ``pulp:NAME``.

    ``auto`` takes the one that suits each program; ``arrow`` solves area by area wherever that is possible.

    Raises
    ------
    SolverError
        When there is no such solver, or it is not installed.
    """
    kind, _, inner = name.partition(":")
    if kind.casefold() in ("auto", "arrow") and not inner:
        from commission_opt.solvers.auto import ChosenSolver

        return ChosenSolver(limits, by_areas=kind.casefold() == "arrow")
    if kind.casefold() == "highs" and not inner:
        from commission_opt.solvers.highs import HighsSolver

        return HighsSolver(limits)
    if kind.casefold() == "pulp":
        from commission_opt.solvers.pulp import PulpSolver

        return PulpSolver(inner or "CBC", limits)
    raise SolverError(
        f"There is no solver '{name}'. Use auto, arrow, highs, pulp:CBC or pulp:NAME with a solver that PuLP knows."
    )


__all__ = ["Answer", "Limits", "Reached", "Solver", "Status", "make_solver"]
