"""Rules that bounds of columns keep, told as rows, so that a conflict can name them and a repair can change them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from commission_opt.program.blocks import Block
from commission_opt.program.linear import LinearProgram
from commission_opt.rules import FAMILIES
from commission_opt.rules.base import Bound


def expose_bounds(program: LinearProgram, most: float) -> LinearProgram:
    """Return the same program with a row for every bound of a column that is a rule.

    Parameters
    ----------
    program : LinearProgram
        Whose rows keep their positions.
    most : money
        More than any such column could be: its bound in place of the rule's.
    """
    for family in FAMILIES.values():
        for name, bound in family.bounds.items():
            block = program.column_block(bound.column)
            if block is not None and len(block):
                program = _expose(program, name, (block, bound), most)
    return program


def _expose(program: LinearProgram, name: str, of: tuple[Block, Bound], most: float) -> LinearProgram:
    block, bound = of
    column = np.arange(block.start, block.stop)
    least = bound.side == "least"
    column = column[program.lower[column] > 0] if least else column
    if not len(column):
        return program
    stated = (program.lower if least else program.upper)[column]
    lower, upper = program.lower.copy(), program.upper.copy()
    if least:
        lower[column] = 0.0
    else:
        upper[column] = np.maximum(stated, most)
    rows = Block(name, block.keys.take(column - block.start), block.unit, program.shape[0])
    count = len(column)
    matrix = sparse.csr_array((np.ones(count), (np.arange(count), column)), shape=(count, program.shape[1]))
    bounds = (stated, np.inf) if least else (-np.inf, stated)
    return replace(program, lower=lower, upper=upper).with_rows([rows], matrix, bounds)
