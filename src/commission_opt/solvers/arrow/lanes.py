"""Lanes: figures of areas that stand side by side, in one register of the processor, for what is compiled."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import intrinsic, lower_builtin, models, register_model

from commission_opt.place.names import FloatArray

Lane = FloatArray
"""One figure (L,) of each of the areas of a stack. Compiled, lanes add, subtract, multiply and divide as numbers do."""

Lanes = tuple[int, ...]
"""As long as a stack has places (L): of a tuple the compiler knows the length."""

SUMS = ("reassoc", "contract", "arcp", "nsz")
"""Freedoms with sums, as of all that is compiled here."""

NUMBER = ir.DoubleType()


class Register(types.Type):
    """A lane, as the compiler sees it.

    Parameters
    ----------
    count : int
        Places of a stack (L).
    """

    def __init__(self, count: int) -> None:
        self.count = count
        super().__init__(name=f"Register({count})")

    @property
    def held(self) -> Any:
        """What the processor holds it in."""
        return ir.VectorType(NUMBER, self.count)


@register_model(Register)
class RegisterModel(models.PrimitiveModel):
    """Says how a lane is held."""

    def __init__(self, manager: Any, lane: Register) -> None:
        super().__init__(manager, lane, lane.held)


def _taken(of: Any) -> tuple[Register, list[Any]]:
    """Return what lanes there are among arguments, and what all of these are taken for."""
    lane = next(one for one in of if isinstance(one, Register))
    return lane, [one if isinstance(one, Register) else types.float64 for one in of]


def _spread(builder: Any, lane: Register, value: Any) -> Any:
    """Put one figure into all places."""
    nothing, place = ir.Constant(lane.held, ir.Undefined), ir.IntType(32)
    first = builder.insert_element(nothing, value, ir.Constant(place, 0))
    return builder.shuffle_vector(first, nothing, ir.Constant(ir.VectorType(place, lane.count), [0] * lane.count))


def _all_spread(builder: Any, values: Any, of: Any) -> list[Any]:
    """Put those of the values that are single figures into all places."""
    lane, _ = _taken(of)
    pairs = zip(values, of, strict=True)
    return [value if isinstance(one, Register) else _spread(builder, lane, value) for value, one in pairs]


def _arithmetic(sign: Callable[..., Any], instruction: str) -> None:
    """Let a sign be understood of lanes, and of lanes and single figures."""

    class Signature(AbstractTemplate):
        def generic(self, args: Any, _: Any) -> Any:
            if len(args) != 2 or not any(isinstance(one, Register) for one in args):
                return None
            lane, of = _taken(args)
            return signature(lane, *of)

    def code(_: Any, builder: Any, sig: Any, args: Any) -> Any:
        return getattr(builder, instruction)(*_all_spread(builder, args, sig.args), flags=SUMS)

    infer_global(sign)(Signature)
    for pair in ((Register, Register), (Register, types.Float), (types.Float, Register)):
        lower_builtin(sign, *pair)(code)


for _instruction, _signs in {
    "fadd": (operator.add, operator.iadd),
    "fsub": (operator.sub, operator.isub),
    "fmul": (operator.mul, operator.imul),
    "fdiv": (operator.truediv, operator.itruediv),
}.items():
    for _sign in _signs:
        _arithmetic(_sign, _instruction)


def _primitive(count: int, kinds: Callable[..., Any], emit: Callable[..., Any]) -> Any:
    """Return a function of so many arguments for compiled code.

    ``kinds`` returns, of what the arguments are, what the result is and what they are taken for; ``emit`` writes the
    instructions, given context, builder, what the arguments are taken for, and their values.
    """

    def typed(*of: Any) -> Any:
        result, taken = kinds(*of)

        def code(context: Any, builder: Any, _: Any, values: Any) -> Any:
            return emit(context, builder, taken, values)

        return result(*taken), code

    # A function for the compiler has to name each of its arguments.
    by_count: dict[int, Callable[..., Any]] = {
        1: lambda _, one: typed(one),
        2: lambda _, one, two: typed(one, two),
        3: lambda _, one, two, three: typed(one, two, three),
        4: lambda _, one, two, three, four: typed(one, two, three, four),
    }
    return intrinsic(by_count[count])


def _line(context: Any, builder: Any, lane: Register, array: tuple[Any, Any], at: Any) -> Any:
    """Return where a line of an array begins."""
    of, value = array
    data = context.make_array(of)(context, builder, value).data
    begin = builder.gep(data, [builder.mul(at, ir.Constant(at.type, lane.count))])
    return builder.bitcast(begin, lane.held.as_pointer())


def _require_lines(array: Any) -> None:
    if not (
        isinstance(array, types.Array) and array.ndim == 2 and array.layout == "C" and array.dtype == types.float64
    ):
        raise TypingError(f"lanes stand in an array (n, L) of figures, line after line, not in {array}")


def _of_load(array: Any, _: Any, lanes: Any) -> Any:
    _require_lines(array)
    return Register(len(lanes)), [array, types.intp, lanes]


def _load(context: Any, builder: Any, of: Any, values: Any) -> Any:
    lane = Register(len(of[2]))
    return builder.load(_line(context, builder, lane, (of[0], values[0]), values[1]), align=8)


load: Callable[[FloatArray, int, Lanes], Lane] = _primitive(3, _of_load, _load)
"""Return a line (L,) of an array (n, L)."""


def _of_store(array: Any, _: Any, value: Any) -> Any:
    _require_lines(array)
    return types.none, [array, types.intp, value]


def _store(context: Any, builder: Any, of: Any, values: Any) -> Any:
    builder.store(values[2], _line(context, builder, of[2], (of[0], values[0]), values[1]), align=8)
    return context.get_dummy_value()


store: Callable[[FloatArray, int, Lane], None] = _primitive(3, _of_store, _store)
"""Write a line (L,) of an array (n, L)."""


def _of_each(_: Any, lanes: Any) -> Any:
    return Register(len(lanes)), [types.float64, lanes]


def _each(_: Any, builder: Any, of: Any, values: Any) -> Any:
    return _spread(builder, Register(len(of[1])), values[0])


each: Callable[[float, Lanes], Lane] = _primitive(2, _of_each, _each)
"""Return one figure in all places."""


def _of_chosen(*of: Any) -> Any:
    return _taken(of)


def _where_less(_: Any, builder: Any, of: Any, values: Any) -> Any:
    one, other, yes, no = _all_spread(builder, values, of)
    return builder.select(builder.fcmp_ordered("<", one, other), yes, no)


where_less: Callable[[Lane | float, Lane | float, Lane | float, Lane | float], Lane]
where_less = _primitive(4, _of_chosen, _where_less)
"""Return the third figure where the first is less than the second, else the fourth."""


def _chosen(sign: str) -> Any:
    def emit(_: Any, builder: Any, of: Any, values: Any) -> Any:
        one, other = _all_spread(builder, values, of)
        return builder.select(builder.fcmp_ordered(sign, one, other), one, other)

    return _primitive(2, _of_chosen, emit)


smaller: Callable[[Lane, Lane | float], Lane] = _chosen("<")
"""Return the smaller of two figures."""

greater: Callable[[Lane, Lane | float], Lane] = _chosen(">")
"""Return the greater of two figures."""


def _known(builder: Any, name: str, result: Any, values: list[Any], freedoms: tuple[str, ...] = ()) -> Any:
    """Call what the compiler knows by a name, for registers of this length."""
    kind = ir.FunctionType(result, [one.type for one in values])
    function = cgutils.get_or_insert_function(builder.module, kind, f"llvm.{name}.v{values[-1].type.count}f64")
    return builder.call(function, values, fastmath=freedoms)


def _each_by(name: str) -> Any:
    def emit(_: Any, builder: Any, of: Any, values: Any) -> Any:
        return _known(builder, name, of[0].held, list(values))

    return _primitive(1, lambda value: (value, [value]), emit)


magnitude: Callable[[Lane], Lane] = _each_by("fabs")
"""Return figures without their signs."""

root: Callable[[Lane], Lane] = _each_by("sqrt")
"""Return the square roots of figures."""

logarithm: Callable[[Lane], Lane] = _each_by("log")
"""Return the natural logarithms of figures."""


def _total(_: Any, builder: Any, _of: Any, values: Any) -> Any:
    return _known(builder, "vector.reduce.fadd", NUMBER, [ir.Constant(NUMBER, -0.0), *values], ("reassoc",))


total: Callable[[Lane], float] = _primitive(1, lambda value: (types.float64, [value]), _total)
"""Return what all places add up to."""


def _greatest(_: Any, builder: Any, _of: Any, values: Any) -> Any:
    return _known(builder, "vector.reduce.fmax", NUMBER, list(values), ("nnan",))


greatest: Callable[[Lane], float] = _primitive(1, lambda value: (types.float64, [value]), _greatest)
"""Return the greatest of all places."""
