r"""Arrow: programs of many areas that meet in few rows, so called after the shape of their equations.

.. math:: \begin{pmatrix} L & C^T \\ C & G \end{pmatrix}, \quad L \text{ block diagonal by area}

Its modules load numba, so they are imported only where the method is used.
"""
