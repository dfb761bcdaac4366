from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

config: Any

def njit(**options: Any) -> Callable[[F], F]: ...
