"""What stands before every request: whose it is, how large it is, and what a browser may do with the answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from skillgap.worker_process import WorkerError

# Scripts and styles come from the page's own files alone, and nothing else is loaded or sent anywhere.
_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "content-security-policy": _POLICY,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not "no-referrer": browsers then send "Origin: null" with forms, which tells nothing.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
}

FAILED = "Something went wrong here that should not have. Nothing was kept; please try again."

# A browser shows no answer to a request that it could not send whole, so what is too large is read and dropped.
_MOST_DROPPED_BYTES = 2_000_000_000
_BODY_SECONDS = 60.0
# Bodies held in memory at once; further requests wait for their turn.
_BODIES_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Address:
    """Where the page is served: the values of the Host and Origin headers that mean it."""

    host: str
    port: int

    @property
    def url(self) -> str:
        """What people open."""
        return f"http://{self._bracketed(self.host)}:{self.port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """All values of the Host header that a browser on this machine sends for it."""
        names = {self._bracketed(self.host), "localhost"}
        # Browsers leave the port out where it is the usual one.
        return frozenset(
            f"{name}{port}" for name in names for port in {f":{self.port}", "" if self.port == 80 else f":{self.port}"}
        )

    @property
    def origins(self) -> frozenset[str]:
        """All values of the Origin header that the page's own requests have."""
        return frozenset(f"http://{host}" for host in self.hosts)

    @staticmethod
    def _bracketed(host: str) -> str:
        return f"[{host}]" if ":" in host else host


class Guard:
    """An ASGI application around another, which never meets a request that this one refuses."""

    def __init__(
        self, app: ASGIApp, *, address: Address, most_bytes: int, refuse: Callable[[Request, int, str], Response]
    ) -> None:
        self._app = app
        self._hosts = address.hosts
        self._origins = address.origins
        self._url = address.url
        self._most_bytes = most_bytes
        self._refuse = refuse
        self._bodies = asyncio.Semaphore(_BODIES_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        guarded = _Answer(send)
        request = Request(scope)
        try:
            problem = self._find_problem(scope["method"], scope["path"], request.headers)
            if problem:
                await self._answer(request, receive, guarded, *problem)
            elif scope["method"] == "POST":
                async with self._bodies:
                    await self._pass_body(request, receive, guarded)
            else:
                await self._app(scope, receive, guarded.send)
        except Exception as error:
            # An error's message or its traceback may quote the resume: only what it is and where is told.
            print(f"skillgap: the page failed: {_where(error)}", file=sys.stderr)
            if not guarded.has_begun:
                await self._refuse(request, 500, FAILED)(scope, receive, guarded.send)

    def _find_problem(self, method: str, path: str, headers: Headers) -> tuple[int, str] | None:
        """Status and message where a request comes from elsewhere or is too large."""
        # A name that an attacker's server points at this machine would make its page one with ours.
        if headers.get("host", "").lower() not in self._hosts:
            return 421, f"This page answers only at {self._url}."
        is_own = headers.get("sec-fetch-site", "same-origin") in ("same-origin", "none")
        # Others may link to the first page and to nothing else.
        if path != "/" and not is_own:
            return 403, f"Another page sent this. Use the form at {self._url}."
        if method != "POST":
            return None
        if headers.get("origin", self._url.rstrip("/")) not in self._origins:
            return 403, f"Another page sent this. Use the form at {self._url}."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self._most_bytes:
            return 413, str(BodyError.too_large(self._most_bytes))
        return None

    async def _pass_body(self, request: Request, receive: Receive, guarded: _Answer) -> None:
        await self._app(request.scope, _Body(receive, self._most_bytes).receive, guarded.send)

    async def _answer(self, request: Request, receive: Receive, guarded: _Answer, status: int, message: str) -> None:
        if request.method == "POST":
            await _drop_body(receive)
        await self._refuse(request, status, message)(request.scope, receive, guarded.send)


class BodyError(Exception):
    """A request's body that is too large or does not come; ``status`` is what it is answered with."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status

    @classmethod
    def too_large(cls, most_bytes: int) -> BodyError:
        """More came than may."""
        return cls(413, f"That is more than {most_bytes // 1_000_000} MB, the most that this page takes in one go.")


class _Body:
    """Receives a request's body up to a size, and not for ever."""

    def __init__(self, receive: Receive, most_bytes: int) -> None:
        self._receive = receive
        self._most_bytes = most_bytes
        self._bytes = 0
        self._end = asyncio.get_running_loop().time() + _BODY_SECONDS
        self._is_whole = False

    async def receive(self) -> Message:
        """The next part of the body, or what comes after it.

        Raises:
            BodyError: the body is too large or too slow.
        """
        if self._is_whole:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._end):
                message = await self._receive()
        except TimeoutError:
            raise BodyError(408, "The form did not come in whole. Send it again.") from None
        self._bytes += len(message.get("body", b""))
        self._is_whole = not message.get("more_body", False)
        if self._bytes > self._most_bytes:
            if not self._is_whole:
                await _drop_body(self._receive)
            raise BodyError.too_large(self._most_bytes)
        return message


class _Answer:
    """Sends an answer with the headers that every answer has."""

    def __init__(self, send: Callable[[Message], Awaitable[None]]) -> None:
        self._send = send
        self.has_begun = False

    async def send(self, message: Message) -> None:
        """Send a part of the answer."""
        if message["type"] == "http.response.start":
            self.has_begun = True
            MutableHeaders(scope=message).update(HEADERS)
        await self._send(message)


async def _drop_body(receive: Receive) -> None:
    """Read what still comes and forget it, up to a size and for a time."""
    left = _MOST_DROPPED_BYTES
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            while left > 0:
                message = await receive()
                left -= len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
    except TimeoutError:
        return


def _where(error: BaseException) -> str:
    if isinstance(error, WorkerError):
        return str(error)
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    place = f" in {trace.tb_frame.f_code.co_qualname}, line {trace.tb_lineno}" if trace else ""
    return f"{type(error).__name__}{place}"
