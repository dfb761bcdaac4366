"""Large programs are made and worked on some columns at a time, which must show neither in figures nor in memory."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from commission_opt.model.formulate import Formulation, formulate_arrays
from commission_opt.model.read import read_model
from commission_opt.place import read_place
from commission_opt.place.arrays import compile_place
from commission_opt.place.synthetic import SyntheticSize, synthetic_place
from commission_opt.plan.certificate import row_violations
from commission_opt.plan.tables import outcome_amounts
from commission_opt.program import builder, linear, scaling
from commission_opt.rules import draft, volumes

BYTES = 32
"""Most bytes a nonzero of formulating a place of 300 areas at its peak, the finished program's 19 included."""


def formulated(model: str) -> Formulation:
    """Return Riverside under a model."""
    return formulate_arrays(compile_place(read_place("riverside")), read_model(model))


def figures(formulation: Formulation) -> dict[str, np.ndarray]:
    """Return every figure that is worked out some columns at a time."""
    program, x = formulation.program, formulation.program.upper.copy()
    x[~np.isfinite(x)] = 1.0
    scaled, factors = scaling.scale(program)
    return {
        "starts": program.matrix.indptr,
        "rows": program.matrix.indices,
        "coefficients": program.matrix.data,
        "objective": program.objective,
        "upper": program.upper,
        "row_upper": program.row_upper,
        "row_lower": program.row_lower,
        "spend": formulation.spend,
        "scaled": scaled.matrix.data,
        "row factors": factors.row,
        "outcomes": outcome_amounts(formulation, x),
        "violations": row_violations(program, x),
        "flow": formulation.money.payments.flow(x, len(formulation.money.payers.names)),
    }


@pytest.mark.parametrize("model", ["aligned", "siloed", "whole_place", "integrated_settlement"])
def test_parts_do_not_show_in_the_figures(monkeypatch: pytest.MonkeyPatch, model: str) -> None:
    """A part may end between any two columns, or after the last: all figures stay as they are."""
    whole = figures(formulated(model))
    for module in (builder, draft, scaling, volumes):
        monkeypatch.setattr(module, "PART", 97)
    monkeypatch.setattr(linear, "LEAST", 97)
    for name, found in figures(formulated(model)).items():
        np.testing.assert_allclose(found, whole[name], rtol=1e-12, atol=1e-12, err_msg=name)


def test_formulating_takes_little_more_memory_than_the_program() -> None:
    """A nation's 160 million coefficients have to fit beside all else: no second copy, no labels in full."""
    arrays = compile_place(synthetic_place(SyntheticSize(areas=300, services=60, years=3, tranches=3), 1))
    model = read_model("aligned")
    tracemalloc.start()
    try:
        program = formulate_arrays(arrays, model).program
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < BYTES * program.matrix.nnz
