from typing import Any

class Type:
    def __init__(self, name: str) -> None: ...

class Array(Type):
    ndim: int
    layout: str
    dtype: Type

class Float(Type): ...

float64: Any
intp: Any
none: Any
