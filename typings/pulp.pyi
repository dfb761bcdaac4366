"""The part of PuLP 3.3 that the adapter uses: PuLP ships no types."""

from collections.abc import ItemsView, Iterable

__version__: str
LpMinimize: int
LpConstraintLE: int
LpConstraintEQ: int
LpConstraintGE: int
LpStatus: dict[int, str]
LpStatusNotSolved: int
LpStatusOptimal: int
LpStatusInfeasible: int
LpStatusUnbounded: int
LpStatusUndefined: int
LpInteger: str
LpContinuous: str

class PulpError(Exception): ...

class LpVariable:
    name: str
    varValue: float | None
    def __init__(
        self, name: str, lowBound: float | None = None, upBound: float | None = None, cat: str = "Continuous"
    ) -> None: ...

class LpAffineExpression:
    constant: float
    def __init__(self, e: Iterable[tuple[LpVariable, float]] | None = None) -> None: ...
    def items(self) -> ItemsView[LpVariable, float]: ...

class LpConstraint:
    sense: int
    pi: float | None
    constant: float
    def __init__(self, e: LpAffineExpression, sense: int, name: str | None = None, rhs: float = 0) -> None: ...
    def items(self) -> ItemsView[LpVariable, float]: ...

class LpSolver:
    def available(self) -> bool: ...

class LpProblem:
    status: int
    objective: LpAffineExpression | None
    constraints: dict[str, LpConstraint]
    def __init__(self, name: str, sense: int) -> None: ...
    def addVariables(self, variables: Iterable[LpVariable]) -> None: ...
    def addConstraint(self, constraint: LpConstraint, name: str | None = None) -> None: ...
    def setObjective(self, obj: LpAffineExpression) -> None: ...
    def solve(self, solver: LpSolver | None = None) -> int: ...
    def variables(self) -> list[LpVariable]: ...
    def variablesDict(self) -> dict[str, LpVariable]: ...

def listSolvers(onlyAvailable: bool = False) -> list[str]: ...
def getSolver(solver: str, **options: object) -> LpSolver: ...
