from collections.abc import Callable
from typing import Any, TypeVar

from numba.core.datamodel import models as models

M = TypeVar("M")

def intrinsic(function: Callable[..., Any]) -> Any: ...
def lower_builtin(function: Callable[..., Any], *kinds: type) -> Callable[[Callable[..., Any]], Callable[..., Any]]: ...
def register_model(kind: type) -> Callable[[type[M]], type[M]]: ...
