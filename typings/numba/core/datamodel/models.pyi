from typing import Any

class PrimitiveModel:
    def __init__(self, manager: Any, kind: Any, held: Any) -> None: ...
