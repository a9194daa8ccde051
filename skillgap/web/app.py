"""The page itself: its addresses, and what each answers."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path, PurePath
from typing import Literal
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from skillgap.errors import ResumeError, ResumeLimitError, SkillgapError, UnknownRoleError, UnsupportedFormatError
from skillgap.reporting.html import report_css, report_js
from skillgap.reporting.markup import escape_line
from skillgap.roles.catalogue import RoleSummary, find_roles, load_role
from skillgap.web.carry import CarriedError
from skillgap.web.forms import LONGEST_ROLE, MOST_FILES, Ask, FormError, read_ask
from skillgap.web.guard import FAILED, Address, BodyError, Guard
from skillgap.web.jobs import (
    Settings,
    Sheet,
    Source,
    Target,
    make_download,
    make_edit,
    make_sheet,
    read_only,
)
from skillgap.web.workers import Workers

_SUGGESTIONS = 8
# Names of roles that are not looked up again: more than anyone types.
_MOST_NAMES = 1_000
# Two, so that one slow file does not keep others waiting; each takes a process and about 150 MB.
DEFAULT_WORKERS = 2
# Several files of the largest size that is read at all.
_FILES_OF_FULL_SIZE = 2

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Failure:
    """A resume that could not be read, for a table of several."""

    name: str
    message: str


class _ForeignFormError(FormError):
    """A form without the token that every form of this page has."""


_STATUS: tuple[tuple[type[SkillgapError], int], ...] = (
    (UnsupportedFormatError, 415),
    (ResumeLimitError, 413),
    (ResumeError, 422),
    (CarriedError, 400),
    (_ForeignFormError, 403),
    (FormError, 400),
)


def make_app(address: Address, settings: Settings | None = None, *, workers: int = DEFAULT_WORKERS) -> ASGIApp:
    """The page as an ASGI application that answers at one address only."""
    page = _Page(address, settings or Settings(), workers)
    return Guard(page.app, address=address, most_bytes=page.most_bytes, refuse=page.refuse)


class _Page:
    """What all answers need: settings, workers, templates, and the token that only this page's forms know."""

    def __init__(self, address: Address, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._worker_count = workers
        self._workers: Workers | None = None
        self._ids: dict[str, str] = {}
        self._token = secrets.token_urlsafe(32)
        self.most_bytes = _FILES_OF_FULL_SIZE * settings.limits.file_bytes
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(line=_line, percent=_percent)
        self._templates.globals.update(
            token=self._token,
            address=address.url,
            most_files=MOST_FILES,
            most_bytes=self.most_bytes,
            longest_role=LONGEST_ROLE,
        )
        self.app = Starlette(
            routes=[
                Route("/", self._start),
                Route("/roles", self._suggest),
                Route("/ready", self._make_ready),
                Route("/report", self._report, methods=["POST"]),
                Route("/edit", self._edit, methods=["POST"]),
                Route("/download/{form}", self._download, methods=["POST"]),
                Route("/static/{name}", _static),
            ],
            lifespan=self._live,
            exception_handlers={
                HTTPException: self._refuse_http,
                BodyError: self._refuse_body,
                Exception: self._excuse,
            },
        )

    @asynccontextmanager
    async def _live(self, _: Starlette) -> AsyncIterator[None]:
        self._workers = Workers(self._settings, self._worker_count)
        try:
            await asyncio.gather(self._workers.start(), run_in_threadpool(self._warm_up))
            yield
        finally:
            await self._workers.stop()

    def _warm_up(self) -> None:
        """Load the catalogue, so that the first name that is looked up does not wait for it."""
        self._all_roles()
        load_role(find_roles(limit=1, folders=self._settings.folders)[0].id, folders=self._settings.folders)

    # What the guard and the framework refuse

    def refuse(self, request: Request, status: int, message: str) -> Response:
        """An answer that says why there is no other."""
        if _wants_json(request):
            return JSONResponse({"error": message}, status)
        return self._render("problem.html", status, message=message)

    async def _refuse_http(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        message = "There is no such page here." if status == 404 else "This page is reached through its form."
        return self.refuse(request, status, message)

    async def _refuse_body(self, request: Request, error: Exception) -> Response:
        return self.refuse(request, error.status if isinstance(error, BodyError) else 400, str(error))

    async def _excuse(self, request: Request, _: Exception) -> Response:
        return self.refuse(request, 500, FAILED)

    # Addresses

    async def _start(self, _: Request) -> Response:
        return self._render_start()

    async def _suggest(self, request: Request) -> Response:
        query = request.query_params.get("q", "")[:LONGEST_ROLE]
        found = await run_in_threadpool(find_roles, query, limit=_SUGGESTIONS, folders=self._settings.folders)
        if query.strip() and isinstance(role := await self._resolve(query), str):
            # Whoever has typed a role's whole name is about to use it.
            self._pool.prepare(Target(role))
        return JSONResponse({"roles": [_suggestion(role, query) for role in found]})

    async def _make_ready(self, _: Request) -> Response:
        """Called when someone is about to paste a posting: that needs the whole vocabulary, which takes seconds."""
        self._pool.prepare(Target())
        return Response(status_code=204)

    async def _report(self, request: Request) -> Response:
        try:
            ask = await self._read(request)
            problem = _find_gap(ask)
            if problem:
                return self._render_start(422, ask=ask, problems=(problem,))
            target = await self._target(ask)
            if isinstance(target, UnknownRoleError):
                return await self._ask_role(ask, target)
        except SkillgapError as error:
            return self.refuse(request, _status_of(error), str(error))
        results = await asyncio.gather(*(self._sheet(source, target, ask.before) for source in ask.sources))
        if len(results) > 1:
            status = 200 if any(isinstance(result, Sheet) for result in results) else 422
            rows = [
                Failure(source.name or "pasted text", _message(result)) if isinstance(result, SkillgapError) else result
                for source, result in zip(ask.sources, results, strict=True)
            ]
            return self._render("several.html", status, rows=rows, ask=ask)
        (result,) = results
        if isinstance(result, SkillgapError):
            return self._render_start(_status_of(result), ask=ask, problems=(str(result),))
        self._pool.prepare(target)
        return self._render("report.html", sheet=result, ask=ask, titles=await run_in_threadpool(self._all_roles))

    async def _edit(self, request: Request) -> Response:
        try:
            ask = await self._read(request)
            target = await self._target(ask)
            if isinstance(target, UnknownRoleError):
                raise target
            source = _only_source(ask)
            edit = await self._pool.run(make_edit, source, target, ask.before, target=target)
        except SkillgapError as error:
            return JSONResponse({"error": _message(error)}, _status_of(error))
        status = self._templates.get_template("changes.html").render(changes=edit.changes, coverage=edit.coverage)
        return JSONResponse(
            {
                "role": edit.role,
                "coverage": edit.coverage,
                "status": status,
                "report": edit.fragment,
                "marks": [[mark.start, mark.end, mark.strength, ", ".join(mark.skills)] for mark in edit.marks],
            }
        )

    async def _download(self, request: Request) -> Response:
        form: Literal["html", "json"] | None = {"html": "html", "json": "json"}.get(request.path_params["form"])  # type: ignore[assignment]
        if form is None:
            raise HTTPException(404)
        try:
            ask = await self._read(request)
            target = await self._target(ask)
            if isinstance(target, UnknownRoleError):
                return await self._ask_role(ask, target)
            source = _only_source(ask)
            content = await self._pool.run(make_download, source, target, form, target=target)
            name, _ = await self._pool.run(read_only, source)
        except SkillgapError as error:
            return self.refuse(request, _status_of(error), str(error))
        kind = "text/html; charset=utf-8" if form == "html" else "application/json"
        return Response(content, media_type=kind, headers={"content-disposition": _disposition(name, form)})

    # Steps

    @property
    def _pool(self) -> Workers:
        if self._workers is None:
            raise RuntimeError("the application's lifespan has not begun")
        return self._workers

    async def _read(self, request: Request) -> Ask:
        ask = await read_ask(request, most_bytes=self.most_bytes)
        if not secrets.compare_digest(ask.token.encode(), self._token.encode()):
            raise _ForeignFormError(
                "This form is from an earlier start of the page. Go back, copy your text, and open the page anew."
            )
        return ask

    async def _resolve(self, name: str) -> str | UnknownRoleError:
        known = self._ids.get(name)
        if known:
            return known
        # A name that ends so would be opened as a file of this machine.
        if name.strip().lower().endswith(".toml"):
            return UnknownRoleError(name)
        try:
            role = await run_in_threadpool(load_role, name, folders=self._settings.folders)
        except UnknownRoleError as error:
            return error
        if len(self._ids) < _MOST_NAMES:
            self._ids[name] = role.id
        return role.id

    async def _target(self, ask: Ask) -> Target | UnknownRoleError:
        if ask.posting:
            return Target(posting=ask.posting)
        role = await self._resolve(ask.role)
        return role if isinstance(role, UnknownRoleError) else Target(role)

    async def _sheet(self, source: Source, target: Target, before: str | None) -> Sheet | SkillgapError:
        try:
            return await self._pool.run(make_sheet, source, target, before, target=target)
        except SkillgapError as error:
            return error

    async def _ask_role(self, ask: Ask, error: UnknownRoleError) -> Response:
        """A page that asks which role was meant, and carries what was read meanwhile."""
        read = await asyncio.gather(*(self._carry(source) for source in ask.sources))
        carried = [result for result in read if isinstance(result, tuple)]
        problems = [str(result) for result in read if isinstance(result, SkillgapError)]
        if not carried:
            return self._render_start(_status_of(error), ask=ask, problems=problems or [str(error)])
        return self._render(
            "which_role.html",
            422,
            ask=ask,
            carried=carried,
            problems=problems,
            suggestions=error.suggestions,
            titles=await run_in_threadpool(self._all_roles),
        )

    async def _carry(self, source: Source) -> tuple[str, str] | SkillgapError:
        try:
            return await self._pool.run(read_only, source)
        except SkillgapError as error:
            return error

    @cache  # noqa: B019 - one page, as long as the program
    def _all_roles(self) -> tuple[str, ...]:
        return tuple(role.title for role in find_roles(limit=None, folders=self._settings.folders))

    # Pages

    def _render(self, template: str, status: int = 200, **context: object) -> Response:
        return HTMLResponse(self._templates.get_template(template).render(**context), status)

    def _render_start(self, status: int = 200, *, ask: Ask | None = None, problems: Sequence[str] = ()) -> Response:
        ask = ask or Ask()
        text = next((source.text for source in ask.sources if source.text), "")
        return self._render("start.html", status, ask=ask, text=text, problems=problems, titles=self._all_roles())


def _find_gap(ask: Ask) -> str | None:
    """What a form lacks, as a sentence."""
    if not ask.sources:
        return "There is no resume yet: choose a file, or paste the text."
    if not ask.role and not ask.posting:
        return "There is no role yet: type one, or paste a job posting."
    return None


def _only_source(ask: Ask) -> Source:
    if len(ask.sources) != 1:
        raise FormError("One resume at a time is edited or downloaded.")
    return ask.sources[0]


def _suggestion(role: RoleSummary, query: str) -> dict[str, str]:
    """A role as the list below the field shows it; ``also`` is the other title that the query is part of."""
    asked = query.strip().casefold()
    also = next((title for title in role.alt_titles if asked and asked in title.casefold()), "")
    return {"id": role.id, "title": role.title, "also": "" if asked in role.title.casefold() else also}


def _status_of(error: SkillgapError) -> int:
    return next((status for kind, status in _STATUS if isinstance(error, kind)), 422)


def _message(error: SkillgapError) -> str:
    """What went wrong, without the file's name: that stands beside it."""
    return error.message if isinstance(error, ResumeError) else str(error)


def _wants_json(request: Request) -> bool:
    return request.url.path in ("/edit", "/roles")


def _disposition(name: str, form: str) -> str:
    stem = PurePath(name).stem or "resume"
    plain = "".join(c if c.isascii() and (c.isalnum() or c in "-_. ") else "_" for c in stem)
    full = quote(f"{stem}-skillgap.{form}".encode("utf-8", "replace"), safe="")
    return f"attachment; filename=\"{plain}-skillgap.{form}\"; filename*=UTF-8''{full}"


def _line(text: str) -> Markup:
    return Markup(escape_line(text))


def _percent(share: float) -> str:
    from skillgap.reporting.text import percent

    return percent(share)


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    content = _assets().get(name)
    if content is None:
        raise HTTPException(404)
    return Response(content, media_type=_TYPES[PurePath(name).suffix])


@cache
def _assets() -> dict[str, str]:
    """The page's styles and scripts by name; nothing else can be asked for."""
    folder = files("skillgap.web").joinpath("static")
    own = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in ("page.css", "page.js", "icon.svg")}
    return {**own, "report.css": report_css(), "report.js": report_js()}
