"""The elimination of areas: the same as by dense matrices, and no more work than where rows and joint rows meet."""

from __future__ import annotations

import numpy as np
import pytest

from commission_opt.solvers.arrow import part as parts
from commission_opt.solvers.arrow import stacks
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.part import Part
from commission_opt.solvers.arrow.pattern import Share
from commission_opt.solvers.arrow.structure import find_structure
from tests.solvers.test_arrow import program_of


def share_of(model: str) -> Share:
    """Return all areas of a small place under a model."""
    program = program_of(model)
    return Form(program, find_structure(program)).share(0)


def centred(share: Share) -> Part:
    """Return the areas where they start."""
    part = Part(share)
    part.centre(1.0, np.zeros(share.touched), 0.0)
    return part


def by_matrices(share: Share, weight: np.ndarray) -> np.ndarray:
    """Return what areas give to the joint rows, worked out with one dense matrix for each area."""
    pattern, response = share.pattern, np.zeros((share.touched, share.touched))
    for stack, lane in zip(*np.nonzero(share.live), strict=True):
        kind = pattern.kind[stack]
        own = pattern.rows[kind + 1] - pattern.rows[kind]
        begin, end = pattern.columns[kind], pattern.columns[kind + 1]
        first = pattern.start[begin]
        values = pattern.value[pattern.first_value[stack] : pattern.first_value[stack + 1], lane]
        matrix = np.zeros((own + share.touched, end - begin))
        for column in range(begin, end):
            start, stop = pattern.start[column], pattern.start[column + 1]
            matrix[pattern.row[start:stop], column - begin] = values[start - first : stop - first]
        weights = weight[pattern.first_column[stack] : pattern.first_column[stack + 1], lane]
        normal = matrix * weights @ matrix.T
        response += normal[own:, own:] - normal[own:, :own] @ np.linalg.solve(normal[:own, :own], normal[:own, own:])
    return response


@pytest.mark.parametrize("model", ["aligned", "section_75", "total_place"])
@pytest.mark.parametrize("lanes", [1, 8])
def test_what_is_left_of_areas_agrees_with_dense_matrices(
    model: str, lanes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Zeros that are passed over must be zeros, whether areas stand side by side or not."""
    monkeypatch.setattr(stacks, "LANES", lanes)
    share = share_of(model)
    assert len(share.pattern.lanes) == lanes
    part = centred(share)
    expected = by_matrices(share, 1.0 / (part._point.least / part._point.below + part._point.most / part._point.above))
    found = part.eliminate()
    assert np.abs(found - np.triu(expected)).max() < 1e-9 * np.abs(expected).max()


def test_products_of_few_rows_add_up_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """Room that is full is emptied and used again."""
    share = share_of("aligned")
    whole = centred(share).eliminate()
    monkeypatch.setattr(parts, "BATCH", 1)
    monkeypatch.setattr(parts, "STEP", 1)
    monkeypatch.setattr(parts, "KINDS", 10_000)
    assert np.abs(centred(share).eliminate() - whole).max() < 1e-12 * np.abs(whole).max()


def test_joint_rows_that_areas_meet_late_come_last() -> None:
    """Work is saved where rows that are eliminated first have little to do with the last joint rows."""
    share = share_of("aligned")
    part = centred(share)
    part.eliminate()
    size = int(share.pattern.rows[-1] - share.pattern.rows[-2] - share.pattern.simple[-1])
    ends = part._blocks.end[:size] - size
    assert ends[: size // 4].mean() < 0.5 * share.touched
    assert ends[-1] == share.touched
