"""Factor: areas eliminated in batches, and the dense system of the joint rows that is left."""

from __future__ import annotations

import numpy as np
from scipy.linalg.blas import dsyrk

from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.blocks import Blocks, eliminate, from_joint, solve_blocks, to_joint
from commission_opt.solvers.arrow.form import Form

BATCH = 3_000
"""Rows of areas whose part in the joint rows is worked out in one product: its operands stay in the cache."""


class Factor:
    """The normal equations of the areas, eliminated, with their response in the joint rows.

    Parameters
    ----------
    form : Form
        The program; only the pattern of its matrix is used.
    """

    def __init__(self, form: Form) -> None:
        pattern = self._pattern = form.pattern
        size = (np.diff(pattern.rows) - pattern.simple)[:-1].astype(np.int64)
        self._joint, self._touched = form.joint.shape[0], form.touched
        self._size = size
        widest = max(int(size.max(initial=0)), 1)
        self._batch = max(1, BATCH // widest)
        self._beside = np.zeros((self._batch * widest, self._touched))
        begin = np.concatenate([[0], np.cumsum(size**2)])
        self._blocks = Blocks(
            inverse=np.zeros(int(begin[-1])),
            begin=begin,
            pivot=np.ones(len(form.right)),
            beside=np.zeros(max(1, len(pattern.reach))),
            table=np.zeros((widest, widest + self._touched)),
        )
        self._weight = np.zeros(len(form.cost))

    def make(self, weight: FloatArray) -> FloatArray:
        """Eliminate the areas at these weights of the columns (n,); return (J, J) their response to joint prices."""
        self._weight = weight
        touched = self._touched
        direct, indirect = np.zeros((touched, touched)), np.zeros((touched, touched))
        for first in range(0, len(self._size), self._batch):
            end = min(first + self._batch, len(self._size))
            eliminate(self._pattern, self._blocks, weight, direct, (first, end, self._beside))
            if touched:
                # The upper half of a matrix stored by column is the lower half of one stored by row.
                indirect = dsyrk(1.0, self._beside.T, beta=1.0, c=indirect.T, overwrite_c=1).T
        half = np.tril(direct - indirect)
        response = np.zeros((self._joint, self._joint))
        response[:touched, :touched] = half + np.tril(half, -1).T
        return response

    def joint_part(self, right: FloatArray) -> FloatArray:
        """Return (J,) what is left of the joint rows' right-hand side when the areas' rows are eliminated."""
        solved = right.copy()
        solve_blocks(self._pattern, self._blocks, solved)
        left = right[self._pattern.local :].copy()
        to_joint(self._pattern, self._weight, solved, left)
        return left

    def complete(self, right: FloatArray, joint: FloatArray) -> FloatArray:
        """Return (m,) all prices, given those of the joint rows."""
        solved = right.copy()
        from_joint(self._pattern, self._weight, joint, solved)
        solve_blocks(self._pattern, self._blocks, solved)
        solved[self._pattern.local :] = joint
        return solved
