"""The server: on this machine alone, silent about what it is asked, until it is interrupted."""

from __future__ import annotations

import ipaddress
import signal
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from skillgap.errors import MissingExtraError, SkillgapError
from skillgap.web.guard import Address

if TYPE_CHECKING:
    from skillgap.web.jobs import Settings

_LOOPBACK_NAMES = ("localhost",)
# Connections that wait to be accepted: more than any one person opens.
_BACKLOG = 64
# How long a request that is under way may take to end when the server stops.
_STOP_SECONDS = 2


class AddressError(SkillgapError):
    """The page cannot be served where it should be."""


class StartError(SkillgapError):
    """The page's worker processes do not start."""


def check_loopback(host: str) -> str:
    """The address that a host means, if no other machine can reach it.

    >>> check_loopback("localhost"), check_loopback("::1")
    ('127.0.0.1', '::1')

    Raises:
        AddressError: other machines could.
    """
    if host.lower() in _LOOPBACK_NAMES:
        return "127.0.0.1"
    try:
        if ipaddress.ip_address(host).is_loopback:
            return host
    except ValueError:
        pass
    raise AddressError(
        f"The page is served to this machine only, and {host!r} may be reached from others. Use 127.0.0.1 or ::1."
    )


@contextmanager
def open_socket(host: str, port: int) -> Iterator[tuple[socket.socket, Address]]:
    """A listening socket and the address that people open; port 0 takes a free one.

    Raises:
        AddressError: the port is taken or may not be opened, or the host is no address of this machine alone.
    """
    at = check_loopback(host)
    family = socket.AF_INET6 if ":" in at else socket.AF_INET
    # With its protocol named, or asyncio does not know it for TCP and leaves answers waiting 40 ms for each other.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        try:
            # Or a restart on the same port would have to wait for connections long closed.
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((at, port))
            listener.listen(_BACKLOG)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            message = f"Port {port} of {at} cannot be opened: {reason}. Choose another, or none to take a free one."
            raise AddressError(message) from None
        yield listener, Address(at, listener.getsockname()[1])


def serve(
    settings: Settings, *, host: str, port: int, opens_browser: bool, announce: Callable[[Address], None]
) -> None:
    """Serve the page until interrupted; ``announce`` is called with its address once it answers.

    Raises:
        MissingExtraError: the extra ``web`` is not installed.
        AddressError: the page cannot be served there.
        StartError: its worker processes do not start.
    """
    try:
        import uvicorn

        from skillgap.web.app import make_app
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("skillgap"):
            raise
        raise MissingExtraError("The page and its server", extra="web") from None
    with open_socket(host, port) as (listener, address):
        config = uvicorn.Config(
            make_app(address, settings),
            access_log=False,
            # Its messages may quote what came in.
            log_level="critical",
            server_header=False,
            proxy_headers=False,
            ws="none",
            lifespan="on",
            timeout_graceful_shutdown=_STOP_SECONDS,
        )
        server = uvicorn.Server(config)
        start = server.startup

        async def start_and_greet(sockets: list[socket.socket] | None = None) -> None:
            await start(sockets)
            if server.started and not server.should_exit:
                _greet(address, opens_browser, announce)

        server.startup = start_and_greet  # type: ignore[method-assign]
        # Ended by another program, the server clears up just as when it is interrupted at the terminal.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(SystemExit):  # uvicorn's way to say that it has not started
            server.run(sockets=[listener])
        if not server.started:
            raise StartError(
                "The page cannot start: its worker processes end at once, or take minutes. Is there memory left, and "
                "may this program start others?"
            )


def _greet(address: Address, opens_browser: bool, announce: Callable[[Address], None]) -> None:
    announce(address)
    if opens_browser:
        # A browser may hold on to the caller until it has started.
        threading.Thread(target=webbrowser.open, args=(address.url,), daemon=True).start()
