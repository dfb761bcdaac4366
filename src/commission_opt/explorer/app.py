"""The page's application: a handful of addresses, each answered from memory; no address names a file."""

from __future__ import annotations

from importlib.resources import files
from typing import TypeVar

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route

from commission_opt.errors import CommissioningError
from commission_opt.explorer.answers import MEANWHILE, Answers
from commission_opt.explorer.controls import describe
from commission_opt.explorer.engine import Engine
from commission_opt.explorer.exports import KINDS, export
from commission_opt.explorer.jobs import Jobs
from commission_opt.explorer.rendering import render
from commission_opt.explorer.scenario import Errand, Message, Pins, Question
from commission_opt.reports.document import clean
from commission_opt.reports.palette import palette_css

SCRIPTS = ("page.js", "controls.js", "scenario.js", "server.js")

Asked = TypeVar("Asked", bound=Message)


def make_app(engine: Engine, first: str) -> Starlette:
    """Return the application of a place's page.

    Parameters
    ----------
    engine : Engine
        Answers scenarios.
    first : str
        Name of the form of joint working that the page begins with.
    """
    answers, jobs = Answers(engine), Jobs()
    description = clean(describe(engine.place, engine.models) | {"first": first})

    async def page(_: Request) -> Response:
        return HTMLResponse(render("page.html", title=description["title"], years=description["years"]))

    async def place(_: Request) -> Response:
        return JSONResponse(description)

    async def solve(request: Request) -> Response:
        asked = await _read(request, Question)
        return JSONResponse(clean(await run_in_threadpool(answers.answer, asked)))

    async def pins(request: Request) -> Response:
        asked = await _read(request, Pins)
        return JSONResponse({"html": await run_in_threadpool(answers.pins, asked)})

    async def errand(request: Request) -> Response:
        asked = await _read(request, Errand)
        if asked.what in KINDS:
            return await run_in_threadpool(_file, engine, asked)
        if asked.what == MEANWHILE:
            return JSONResponse({"text": await run_in_threadpool(answers.meanwhile, asked.scenario)})
        job = jobs.ask((asked.what, asked.service, asked.scenario.identity), answers.work(asked))
        return JSONResponse({"state": job.state, "told": job.told, "result": job.result})

    return Starlette(
        routes=[
            Route("/", page),
            Route("/place", place),
            Route("/solve", solve, methods=["POST"]),
            Route("/pins", pins, methods=["POST"]),
            Route("/errand", errand, methods=["POST"]),
            *(_asset(name, _static(name), "text/javascript") for name in SCRIPTS),
            _asset("page.css", _static("page.css"), "text/css"),
            _asset("report.css", f"{palette_css()}\n{render('style.css')}", "text/css"),
        ]
    )


async def _read(request: Request, kind: type[Asked]) -> Asked:
    try:
        return kind.model_validate_json(await request.body())
    except ValidationError as error:
        raise HTTPException(422, f"Not understood: {error.error_count()} problems.") from error


def _file(engine: Engine, asked: Errand) -> Response:
    try:
        with engine.lock:
            return Response(export(engine.plan(asked.scenario), asked.what), media_type=KINDS[asked.what])
    except CommissioningError as error:
        return JSONResponse({"headline": str(error)}, 409)


def _static(name: str) -> str:
    """Return a script or a style of ours."""
    return files("commission_opt.explorer").joinpath("static", name).read_text(encoding="utf-8")


def _asset(name: str, text: str, kind: str) -> Route:
    """Return the address of a text that never changes."""

    async def asset(_: Request) -> Response:
        return Response(text, media_type=f"{kind}; charset=utf-8")

    return Route(f"/{name}", asset)
