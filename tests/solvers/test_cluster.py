"""The method by areas on a Dask cluster: the same plan as in one process, whatever becomes of its workers."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from commission_opt.errors import SolverError
from commission_opt.solvers import Answer, Limits, Reached, make_solver
from tests.solvers.test_arrow import program_of
from tests.solvers.test_checkpoint import cut_off

STEP = 8
"""Step after which a worker is lost: some were kept by then, some not."""


@pytest.fixture(scope="module", autouse=True)
def shares() -> Iterator[None]:
    """Cut small programs into several shares too."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("commission_opt.solvers.arrow.form.COLUMNS", 60)
        patch.setattr("commission_opt.solvers.arrow.stacks.LANES", 1)
        yield


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Return a cluster of two workers, each a process of its own."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=":0", memory_limit=0, silence_logs=50
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def here() -> Answer:
    """Return the answer of this process."""
    return make_solver("arrow").solve(program_of("total_place"))


def on(cluster: Any, **how: Any) -> Answer:
    """Return the cluster's answer to the same program."""
    return make_solver("auto", Limits(scheduler=cluster.scheduler_address, **how)).solve(program_of("total_place"))


def same(one: Answer, other: Answer) -> bool:
    """Whether two answers are the same to the last digit."""
    return np.array_equal(one.x, other.x) and np.array_equal(one.prices, other.prices) and one.message == other.message


def test_two_workers_find_the_plan_of_one_process(cluster: Any, here: Answer) -> None:
    """To the last digit, as sums are formed in the same order."""
    assert same(on(cluster), here)


def test_every_worker_has_its_share(cluster: Any, here: Answer) -> None:
    """Otherwise more machines would not mean less memory for each."""
    held: list[int] = []

    def tell(_: Reached) -> None:
        if not held:
            actors = cluster.scheduler.workers.values()
            held.extend(len(worker.actors) for worker in actors)

    assert same(on(cluster, tell=tell), here)
    assert len(held) == 2
    assert min(held) >= 2


def test_a_lost_worker_changes_nothing(cluster: Any, here: Answer) -> None:
    """Its shares are rebuilt on another one, from what was kept and the orders since."""
    told: list[Reached] = []

    def tell(reached: Reached) -> None:
        told.append(reached)
        if len(told) == STEP:
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    assert same(on(cluster, tell=tell), here)
    assert len(told) > STEP


def test_a_cluster_goes_on_from_what_another_process_kept(cluster: Any, here: Answer, tmp_path: Path) -> None:
    """The checkpoint is the same whoever works."""
    cut_off(program_of("total_place"), tmp_path, 7)
    assert same(on(cluster, checkpoint=str(tmp_path)), here)


def test_without_a_scheduler_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """How to start one."""
    pytest.importorskip("distributed")
    monkeypatch.setattr("commission_opt.solvers.arrow.cluster.PATIENCE", 0.5)
    with pytest.raises(
        SolverError, match=r"no Dask scheduler at 'tcp://127\.0\.0\.1:1'\. Start one with 'dask scheduler'"
    ):
        make_solver("auto", Limits(scheduler="tcp://127.0.0.1:1")).solve(program_of("aligned"))


def test_without_dask_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not a core dependency."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "commission_opt.solvers.arrow.cluster", raising=False)
    with pytest.raises(SolverError, match=r"pip install 'commission-opt\[cluster\]'"):
        make_solver("auto", Limits(scheduler="tcp://127.0.0.1:1")).solve(program_of("aligned"))
