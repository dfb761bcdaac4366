"""Cluster: the shares of the areas kept by the workers of a Dask cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Self

from distributed import Client
from threadpoolctl import threadpool_limits

from commission_opt.errors import SolverError
from commission_opt.place.names import FloatArray
from commission_opt.solvers.arrow.crew import StateOf
from commission_opt.solvers.arrow.form import Form
from commission_opt.solvers.arrow.part import Part
from commission_opt.solvers.arrow.pattern import Share

LOST = "Actor was lost"
"""What the cluster says of a part whose worker is gone."""

PATIENCE = 10
"""Seconds to wait for the scheduler, and for a worker when all are gone."""


Orders = list[tuple[str, tuple[Any, ...]]]
"""Names of orders, and what is told with them."""

Question = Callable[[Any], Any]
"""Put to a worker; returns the answer to come."""


TRIES = 10
"""Times that an answer is waited for, or a part rebuilt, before the cluster is given up."""


class Worker:
    """A part on a worker: obeys orders by their names.

    Parameters
    ----------
    share : Share
        The areas.
    """

    def __init__(self, share: Share) -> None:
        threadpool_limits(limits=1, user_api="blas")
        self._part = Part(share)

    def obey(self, order: str, told: tuple[Any, ...]) -> Any:
        """Carry out an order."""
        return getattr(self._part, order)(*told)

    def repeat(self, state: dict[str, FloatArray] | None, orders: Orders) -> None:
        """Go on from what was kept, and carry out all orders given since."""
        if state is not None:
            self._part.restore(state)
        for order, told in orders:
            self.obey(order, told)


class Cluster:
    """Workers of a Dask cluster, each of which keeps its shares; a worker that is lost costs its shares one rebuild.

    Every order is the same for all parts and leads to the same state whoever carries it out. So what is needed to
    rebuild a part is its share, the state that was kept last, and the orders since, which are small.

    Parameters
    ----------
    form : Form
        The program.
    address : str
        Of the scheduler, for instance ``tcp://10.0.0.1:8786``.

    Raises
    ------
    SolverError
        When there is no scheduler at this address, or it has no worker.
    """

    def __init__(self, form: Form, address: str) -> None:
        make: Callable[..., Any] = Client
        try:
            self._client = make(address, timeout=PATIENCE)
        except (OSError, ValueError) as error:
            raise SolverError(
                f"There is no Dask scheduler at '{address}'. Start one with 'dask scheduler', and workers with 'dask "
                "worker ADDRESS', and name its address, such as tcp://127.0.0.1:8786."
            ) from error
        self._form = form
        self._state_of: StateOf | None = None
        self._orders: Orders = []
        # What is not held here as a future may be let go by the cluster, whoever else holds the worker that it became.
        self._futures = [self._place(number) for number in range(len(form.cuts))]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._futures.clear()
        self._client.close()

    def _place(self, number: int) -> Any:
        """Give a share to one of the workers in turn."""
        try:
            self._client.wait_for_workers(1, timeout=PATIENCE)
        except TimeoutError as error:
            raise SolverError("The Dask cluster has no worker. Start one with 'dask worker ADDRESS'.") from error
        names = sorted(self._client.scheduler_info(n_workers=-1)["workers"])
        share = self._client.scatter(self._form.share(number), workers=[names[number % len(names)]])
        return self._client.submit(Worker, share, actor=True, pure=False, workers=[names[number % len(names)]])

    def ask(self, order: str, *told: Any) -> list[Any]:
        """Have every part do the same; return their answers."""
        answers = self._answers(lambda worker: worker.obey(order, told))
        self._orders.append((order, told))
        return answers

    def _answers(self, question: Question) -> list[Any]:
        """Put a question to the worker of every part; where that one is gone, to the one that takes the part over."""
        asked = [self._asked(number, question) for number in range(len(self._futures))]
        return [self._heard(number, question, answer) for number, answer in enumerate(asked)]

    def _asked(self, number: int, question: Question) -> Any:
        """Return the answer to come; None where the worker is gone."""
        try:
            return question(self._futures[number].result())
        except (OSError, RuntimeError) as error:
            _require_loss(error)
            return None

    def _heard(self, number: int, question: Question, answer: Any) -> Any:
        """Return the answer; a part whose worker is gone is rebuilt on another one, which is asked then."""
        for _ in range(TRIES):
            try:
                if answer is not None:
                    return answer.result()
                self._futures[number] = self._place(number)
                state = self._state_of(number) if self._state_of is not None else None
                repeated = self._asked(number, partial(_repeat, state, self._orders))
                if repeated is not None:
                    repeated.result()
                    answer = self._asked(number, question)
            except (OSError, RuntimeError) as error:
                answer = None
                _require_loss(error)
        raise SolverError("The Dask cluster loses one worker after the other. See what its workers say.")

    def states(self) -> Iterator[dict[str, FloatArray]]:
        """Return what has to be kept of one part after the other."""
        for number in range(len(self._futures)):
            state: dict[str, FloatArray] = self._heard(number, _state, self._asked(number, _state))
            yield state

    def restore(self, state_of: StateOf) -> None:
        """Let every part go on from what is kept of it."""
        for number in range(len(self._futures)):
            state = state_of(number)
            question = partial(_repeat, state, [])
            self._heard(number, question, self._asked(number, question))

    def kept(self, state_of: StateOf) -> None:
        """Take note that the present state is kept: orders before it need not be repeated."""
        self._state_of, self._orders = state_of, []


def _repeat(state: dict[str, FloatArray] | None, orders: Orders, worker: Any) -> Any:
    return worker.repeat(state, orders)


def _require_loss(error: OSError | RuntimeError) -> None:
    """Pass on an error that does not come from a worker being gone."""
    if isinstance(error, RuntimeError) and LOST not in str(error):
        raise error


def _state(worker: Any) -> Any:
    return worker.obey("state", ())
