"""HTML put together from escaped text, and the styles and scripts that the pages carry."""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from skillgap.reporting.records import to_json
from skillgap.reporting.terminal import clean_line, clean_text

# HTML may not hold these, not even escaped.
_PLANE_ENDS = "".join(chr(plane << 16 | end) for plane in range(17) for end in (0xFFFE, 0xFFFF))
_NONCHARACTERS = re.compile(f"[\ufdd0-\ufdef{_PLANE_ENDS}]")


def escape_line(text: str) -> str:
    """The text as one line of HTML, for elements and for attributes in double quotes.

    >>> escape_line('<b title="x">A & B')
    '&lt;b title=&quot;x&quot;&gt;A &amp; B'
    """
    return html.escape(_NONCHARACTERS.sub("\ufffd", clean_line(text)))


def escape_text(text: str) -> str:
    """The text as HTML with its spaces and line ends.

    >>> escape_text("<script>  alert(1)")
    '&lt;script&gt;  alert(1)'
    """
    return html.escape(_NONCHARACTERS.sub("\ufffd", clean_text(text)))


@cache
def read_asset(name: str) -> str:
    """A style sheet or script that lies beside this module."""
    return files("skillgap.reporting").joinpath(name).read_text(encoding="utf-8")


def script_data(data: object) -> str:
    r"""Plain data as JSON that may stand inside a ``<script type="application/json">``.

    >>> script_data(["</script>"])
    '["\\u003c/script>"]'
    """
    return to_json(data).replace("<", "\\u003c")


def render_page(*, title: str, body: str, styles: Sequence[str], scripts: Sequence[str] = ()) -> str:
    """A whole page; ``title`` and ``body`` are HTML already, see `page_head`."""
    return page_head(title=title, styles=styles, scripts=scripts) + body + page_foot(scripts)


def page_head(*, title: str, styles: Sequence[str], scripts: Sequence[str] = ()) -> str:
    """A page up to its body's first element, with a policy by which it loads nothing and runs only what is named here.

    The policy holds in every browser that opens the file: no address is fetched, no other style or script is
    taken, no form is sent.
    """
    style, script = "\n".join(styles), "\n".join(scripts)
    allowed = [f"style-src {_source_hash(style)}", *([f"script-src {_source_hash(script)}"] if script else [])]
    policy = "; ".join(["default-src 'none'", *allowed, "base-uri 'none'", "form-action 'none'"])
    return (
        "<!DOCTYPE html>\n"
        '<html lang="en">\n'
        "<head>\n"
        '<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="robots" content="noindex">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{title}</title>\n"
        f"<style>{style}</style>\n"
        "</head>\n"
        "<body>\n"
    )


def page_foot(scripts: Sequence[str] = ()) -> str:
    """The end of the page that `page_head` began with the same scripts."""
    script = "\n".join(scripts)
    return f"{f'<script>{script}</script>' if script else ''}\n</body>\n</html>\n"


def _source_hash(source: str) -> str:
    digest = hashlib.sha256(source.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(digest).decode('ascii')}'"
