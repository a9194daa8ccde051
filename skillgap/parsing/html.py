"""HTML (and MHTML, as mail programs and old Word save it) → text blocks, as a browser would lay them out.

Only as much CSS is followed as decides where words part and whether they can be seen: simple selectors, display,
colours, sizes and the usual ways of hiding text. Nothing is ever fetched.
"""

from __future__ import annotations

import codecs
import email
import email.policy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from skillgap.errors import EmptyResumeError, UnreadableResumeError
from skillgap.model import BlockKind, ResumeWarning
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.flow import Collector, Look, Paragraph
from skillgap.parsing.safe_xml import spend_tree
from skillgap.parsing.visibility import PAGE, SMALLEST_POINTS, TRANSPARENT, UNKNOWN, find_reason

_SKIPPED = frozenset({
    "script", "style", "template", "noscript", "iframe", "object", "embed", "audio", "video", "canvas",
    "map", "datalist", "title", "desc", "metadata", "frameset", "applet", "param", "base",
    "link", "meta",
})  # fmt: skip
_BLOCKS = frozenset({
    "html", "body", "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
    "header", "hgroup", "hr", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre", "section",
    "summary", "svg", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption", "legend", "textarea",
    "text",
})  # fmt: skip
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_HEADING_SIZES = {"h1": 2.0, "h2": 1.5, "h3": 1.17, "h4": 1.0, "h5": 0.83, "h6": 0.67, "small": 0.83, "big": 1.2}
_BOLD = frozenset({"b", "strong", "h1", "h2", "h3", "h4", "h5", "h6", "th"})
_DEFAULT_POINTS = 12.0
_FARTHEST_POINTS = 1000.0
_LEAST_OPACITY = 0.05
# libxml2 gives up at a nesting of 256; Python's own stack is not much deeper.
_DEEPEST = 200
_MOST_RULES = 5_000
_MOST_PART_ENDS = 2_000
_LONGEST_HEADER = 4_000
_HEADER = re.compile(rb"^content-[\w-]{1,40}:[^\n]*+(?:\n[ \t][^\n]*+)*+", re.IGNORECASE | re.MULTILINE)
# Rules within rules within …: sheets nest two or three deep.
_MOST_CSS_DEPTH = 8
_MOST_PARTS = 100


def read_html(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of an HTML page; what its styles hide is marked as hidden."""
    reader = _Reader(budget)
    reader.read(_decode(data))
    return Document(tuple(reader.out.blocks), "html", "lxml", warnings=tuple(reader.warnings))


def read_mhtml(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of the first page of a web archive or an e-mail."""
    if data.lower().count(b"boundary=") > _MOST_PARTS:
        raise UnreadableResumeError("The e-mail is nested too deeply to be a resume.")
    # Python's e-mail parser takes time that grows with the square of parts and of a header's parameters.
    if data.count(b"\n--") > _MOST_PART_ENDS or any(len(m[0]) > _LONGEST_HEADER for m in _HEADER.finditer(data)):
        raise UnreadableResumeError("The e-mail has too many parts or too long headers to be a resume.")
    message = email.message_from_bytes(data, policy=email.policy.default)
    body = message.get_body(("html", "plain"))
    if body is None:
        raise EmptyResumeError("The file is an e-mail or web archive without text.")
    payload = body.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = body.get_content_charset()
    text = _decode(content) if charset is None else _decode_as(content, charset)
    reader = _Reader(budget)
    if body.get_content_type() == "text/html":
        reader.read(text)
    else:
        reader.read(f"<pre>{text.replace('&', '&amp;').replace('<', '&lt;')}</pre>")
    attached = [part.get_filename() or "unnamed" for part in message.iter_attachments()]
    warnings = list(reader.warnings)
    if attached and message.get_content_type() != "multipart/related":
        warnings.append(ResumeWarning("part-skipped", f"Attachments were not read: {', '.join(attached)}."))
    return Document(tuple(reader.out.blocks), "html", "lxml", warnings=tuple(warnings))


# ---------------------------------------------------------------------------------------------- characters

_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]+)|<\?xml[^>]{0,200}?encoding=[\"']([\w.:-]+)", re.I
)


def _decode(data: bytes) -> str:
    for mark, codec in ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16")):
        if data.startswith(mark):
            return data.decode(codec, "replace")
    if data[:2048].count(0) * 3 > len(data[:2048]):
        return data.decode("utf-16-be" if data[:1] == b"\x00" else "utf-16-le", "replace")
    match = _CHARSET.search(data[:4096])
    declared = (match[1] or match[2]).decode("ascii") if match else "utf-8"
    return _decode_as(data, declared)


def _decode_as(data: bytes, codec: str) -> str:
    """Text in the declared encoding, or in Windows' own where the declaration is wrong."""
    if codec.lower().startswith("utf-16"):
        codec = "utf-8"  # A declaration that could be read as ASCII is not in UTF-16.
    if codec.lower() in ("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"):
        codec = "cp1252"  # As browsers read it.
    for attempt in (codec, "utf-8"):
        try:
            return data.decode(attempt)
        except (LookupError, ValueError):
            continue
    return data.decode("cp1252", "replace")


# ---------------------------------------------------------------------------------------------- styles


@dataclass(frozen=True, slots=True)
class _Compound:
    """One simple selector: a tag, an id and classes, each of which an element must have."""

    tag: str
    id: str
    classes: frozenset[str]

    def fits(self, element: etree._Element, classes: frozenset[str]) -> bool:
        if self.tag and self.tag != element.tag:
            return False
        return (not self.id or self.id == element.get("id")) and self.classes <= classes


@dataclass(frozen=True, slots=True)
class _Rule:
    """Declarations, and the selector they are for: the element's own compound last."""

    selector: tuple[_Compound, ...]
    declarations: Mapping[str, str]
    weight: tuple[int, int, int]


_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_COMPOUND = re.compile(r"([a-zA-Z][\w-]*|\*)?((?:[.#][\w-]+)*)")
_FOLLOWED = frozenset({
    "display", "visibility", "color", "background", "background-color", "background-image", "font-size",
    "font-weight", "font", "opacity", "text-indent", "position", "left", "top", "width", "height", "max-height",
    "overflow", "clip", "clip-path", "float", "text-decoration", "-webkit-text-fill-color", "white-space", "right",
    "bottom", "margin", "margin-left", "margin-top", "max-width", "transform", "scale", "filter",
    "content-visibility", "letter-spacing",
})  # fmt: skip


def _declarations(text: str) -> dict[str, str]:
    found = {}
    for declaration in text.split(";"):
        name, colon, value = declaration.partition(":")
        name = name.strip().lower()
        if colon and (name in _FOLLOWED or name.startswith("--")):
            value = value.strip().lower()
            plain = value.removesuffix("important").rstrip().removesuffix("!").rstrip()
            if plain != value:
                found[name + _IMPORTANT] = plain
            found[name] = plain
    return found


# Ends the names of declarations that win over others, in a sheet or in an element's own style.
_IMPORTANT = "!"


def _rules(sheet: str) -> Iterator[_Rule]:
    order = 0
    for selectors, body in _top_level_rules(_COMMENT.sub(" ", sheet)):
        declarations = _declarations(body)
        if not declarations:
            continue
        for selector in selectors.split(","):
            compounds = _selector(selector)
            if compounds:
                order += 1
                ids = sum(bool(compound.id) for compound in compounds)
                classes = sum(len(compound.classes) for compound in compounds)
                yield _Rule(compounds, declarations, (ids, classes, order))


def _top_level_rules(sheet: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """Selectors and bodies; rules for print or narrow screens are passed over."""
    at = 0
    while (opening := sheet.find("{", at)) >= 0:
        prelude = sheet[at:opening].rpartition(";")[2].strip()
        if prelude.startswith("@"):
            closing = _matching_brace(sheet, opening)
            if (_is_for_screens(prelude) or prelude.startswith(("@layer", "@supports"))) and depth < _MOST_CSS_DEPTH:
                yield from _top_level_rules(sheet[opening + 1 : closing], depth + 1)
        else:
            closing = sheet.find("}", opening)
            closing = len(sheet) if closing < 0 else closing
            yield prelude, sheet[opening + 1 : closing]
        at = closing + 1


def _is_for_screens(prelude: str) -> bool:
    """Whether media queries fit a screen of the usual size; whatever else they ask for is taken as not so.

    >>> _is_for_screens("@media screen and (min-width: 600px)"), _is_for_screens("@media (max-width: 600px)")
    (True, False)
    """
    kind, _, queries = prelude.lower().partition("@media")
    if kind or not queries.strip():
        return False
    return any(
        all(_FITTING.fullmatch(part.strip()) is not None for part in re.split(r"\band\b", query.strip()))
        for query in queries.split(",")
    )


# Screens have a thousand pixels and more.
_FITTING = re.compile(
    r"(?:only\s+)?(?:screen|all)"
    r"|\(\s*min-(?:width|height)\s*:\s*(?:\d{1,3}(?:\.\d*)?px|[1-6]?\d(?:\.\d*)?r?em|0)\s*\)"
)


def _matching_brace(sheet: str, opening: int) -> int:
    depth = 0
    for match in re.compile("[{}]").finditer(sheet, opening):
        depth += 1 if match.group() == "{" else -1
        if depth == 0:
            return match.start()
    return len(sheet)


def _selector(text: str) -> tuple[_Compound, ...]:
    """A selector's compounds; empty where it holds anything but tags, ids and classes."""
    compounds = []
    for part in re.split(r"[\s>]+", text.strip()):
        match = _COMPOUND.fullmatch(part.replace(":root", "html"))
        if match is None or not part:
            return ()
        tag = (match[1] or "").lower()
        names = re.findall(r"([.#])([\w-]+)", match[2])
        id_ = next((name for mark, name in names if mark == "#"), "")
        classes = frozenset(name for mark, name in names if mark == ".")
        compounds.append(_Compound("" if tag == "*" else tag, id_, classes))
    return tuple(compounds)


class _Sheet:
    """The rules of a page, found by the last compound's id, class or tag."""

    def __init__(self, text: str) -> None:
        self._by_key: dict[str, list[_Rule]] = {}
        for number, rule in enumerate(_rules(text)):
            if number >= _MOST_RULES:
                break
            last = rule.selector[-1]
            key = f"#{last.id}" if last.id else f".{min(last.classes)}" if last.classes else last.tag
            self._by_key.setdefault(key, []).append(rule)

    def declarations(self, element: etree._Element) -> dict[str, str]:
        """What applies to an element, its own style attribute last."""
        classes = frozenset((element.get("class") or "").split())
        keys = ("", str(element.tag), f"#{element.get('id')}", *(f".{name}" for name in classes))
        rules = [rule for key in keys for rule in self._by_key.get(key, ()) if _fits(rule, element, classes)]
        found: dict[str, str] = {}
        for rule in sorted(rules, key=lambda rule: rule.weight):
            found.update(rule.declarations)
        found.update(_declarations(element.get("style") or ""))
        urgent = {name.removesuffix(_IMPORTANT): value for name, value in found.items() if name.endswith(_IMPORTANT)}
        return found | urgent


def _fits(rule: _Rule, element: etree._Element, classes: frozenset[str]) -> bool:
    *outer, last = rule.selector
    if not last.fits(element, classes):
        return False
    ancestors = element.iterancestors()
    for compound in reversed(outer):
        if not any(compound.fits(a, frozenset((a.get("class") or "").split())) for a in ancestors):
            return False
    return True


_NAMED = {
    "white": "FFFFFF", "black": "000000", "snow": "FFFAFA", "ivory": "FFFFF0", "whitesmoke": "F5F5F5", "red": "FF0000",
    "ghostwhite": "F8F8FF", "floralwhite": "FFFAF0", "navy": "000080", "blue": "0000FF", "gray": "808080",
    "grey": "808080", "silver": "C0C0C0", "lightgray": "D3D3D3", "lightgrey": "D3D3D3", "darkgray": "A9A9A9",
    "dimgray": "696969", "gainsboro": "DCDCDC", "green": "008000", "maroon": "800000", "purple": "800080",
    "teal": "008080", "yellow": "FFFF00", "orange": "FFA500", "darkblue": "00008B", "azure": "F0FFFF",
    "mintcream": "F5FFFA", "aliceblue": "F0F8FF", "seashell": "FFF5EE", "honeydew": "F0FFF0", "linen": "FAF0E6",
    "lavenderblush": "FFF0F5", "oldlace": "FDF5E6", "beige": "F5F5DC", "cornsilk": "FFF8DC", "lightyellow": "FFFFE0",
    "lightcyan": "E0FFFF", "lavender": "E6E6FA", "canvas": "FFFFFF", "canvastext": "000000",
}  # fmt: skip
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*[, ]\s*(\d{1,3})\s*(?:[,/]\s*([\d.]+%?)\s*)?\)")


def _color(value: str) -> str:
    """A colour as six digits, "transparent", or UNKNOWN."""
    value = value.strip()
    if match := re.match(r"#([0-9a-f]{3,8})\b", value):
        digits = match[1]
        if len(digits) in (3, 4):
            digits = "".join(digit * 2 for digit in digits)
        if len(digits) == 8 and int(digits[6:], 16) < 255 * _LEAST_OPACITY:
            return TRANSPARENT
        return digits[:6].upper() if len(digits) in (6, 8) else UNKNOWN
    if match := _RGB.match(value):
        share = _share_of(match[4])
        if share < _LEAST_OPACITY:
            return TRANSPARENT
        return "".join(f"{min(255, int(part)):02X}" for part in match.group(1, 2, 3)) if share > 0.95 else UNKNOWN
    if match := _HSL.match(value):
        # Greys and the ends of the scale alone: it is white on white that hides.
        saturation, lightness = float(match[1]), float(match[2])
        if _share_of(match[3]) < _LEAST_OPACITY:
            return TRANSPARENT
        if saturation <= 5 or lightness >= 97 or lightness <= 3:
            return f"{min(255, round(2.55 * lightness)):02X}" * 3
        return UNKNOWN
    if match := _RGB_SHARES.match(value):
        return "".join(f"{min(255, round(2.55 * float(part))):02X}" for part in match.group(1, 2, 3))
    if value.startswith(TRANSPARENT):
        return TRANSPARENT
    word = re.match(r"[a-z]+", value)
    return _NAMED.get(word[0], UNKNOWN) if word else UNKNOWN


_HSL = re.compile(
    r"hsla?\(\s*-?[\d.]+(?:deg|turn|rad)?\s*[, ]\s*(\d{1,3}(?:\.\d+)?)%?\s*[, ]\s*(\d{1,3}(?:\.\d+)?)%?"
    r"\s*(?:[,/]\s*(\d*\.?\d+%?)\s*)?\)"
)
_RGB_SHARES = re.compile(
    r"rgb\(\s*(\d{1,3}(?:\.\d+)?)%\s*[, ]\s*(\d{1,3}(?:\.\d+)?)%\s*[, ]\s*(\d{1,3}(?:\.\d+)?)%\s*\)"
)
_SHARE = re.compile(r"\d*\.?\d+%?")


def _share_of(value: str | None) -> float:
    """A share as CSS writes it ("0.5", "50%"), 1 where there is none."""
    if not value or not _SHARE.fullmatch(value):
        return 1.0
    return float(value.rstrip("%")) / (100 if value.endswith("%") else 1)


_LENGTH = re.compile(r"(-?[\d.]+)(px|pt|em|rem|%|in|cm|mm|vw|vh|)")
_UNITS = {"px": 0.75, "pt": 1.0, "in": 72.0, "cm": 28.35, "mm": 2.835, "vw": 6.12, "vh": 7.92, "": 0.75}


def _length(value: str, em: float) -> float | None:
    match = _LENGTH.fullmatch(value.strip())
    if match is None or not re.fullmatch(r"-?\d+\.?\d*|-?\.\d+", match[1]):
        return None
    number, unit = float(match[1]), match[2]
    if unit in ("em", "%"):
        return number * em / (100 if unit == "%" else 1)
    return number * (_DEFAULT_POINTS if unit == "rem" else _UNITS[unit])


# ---------------------------------------------------------------------------------------------- the walk


@dataclass(frozen=True, slots=True)
class _Style:
    """What an element's text inherits."""

    size: float = _DEFAULT_POINTS
    is_bold: bool = False
    color: str = "000000"
    background: str = PAGE
    hidden: str = ""
    takes_space: bool = True
    keeps_lines: bool = False
    kind: BlockKind = "paragraph"

    def look(self) -> Look:
        """How a run of text in this style looks."""
        hidden = self.hidden or find_reason(self.size, self.color, self.background)
        return Look(self.size, self.is_bold, hidden, self.takes_space)


class _Reader:
    def __init__(self, budget: Budget) -> None:
        self.out = Collector(budget)
        self.warnings: list[ResumeWarning] = []
        self._budget = budget
        self._sheet = _Sheet("")
        self._variables: dict[str, str] = {}
        self._paragraph = Paragraph()

    def read(self, text: str) -> None:
        """Read a whole page."""
        content = text.replace("\x00", "").encode("utf-8", "replace")
        spend_tree(content, self._budget)
        parser = etree.HTMLParser(
            no_network=True, remove_comments=True, remove_pis=True, encoding="utf-8", huge_tree=True
        )
        try:
            root = etree.fromstring(content, parser)
        except etree.XMLSyntaxError:
            raise UnreadableResumeError("The HTML cannot be read; save the page again or export it as PDF.") from None
        if root is None:
            return
        if any("depth" in entry.message.lower() for entry in parser.error_log):
            self.warnings.append(ResumeWarning("damaged", "The page is nested too deeply to be read whole."))
        sheets = [
            s.text or "" for s in root.iter("style") if (s.get("media") or "all").lower() in ("all", "screen", "")
        ]
        self._sheet = _Sheet("\n".join(sheets))
        self._variables = self._sheet.declarations(root)
        self._element(root, _Style(), 0)
        self._flush("paragraph")

    def _flush(self, kind: BlockKind) -> None:
        self.out.extend(self._paragraph.blocks())
        self._paragraph = Paragraph(kind)

    def _element(self, element: etree._Element, outer: _Style, depth: int, *, in_flex: bool = False) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED or (tag == "input" and element.get("type") == "hidden"):
            return
        declared = self._sheet.declarations(element)
        style = self._inherit(element, tag, outer, declared)
        display = declared.get("display", "")
        is_block = tag in _BLOCKS or in_flex or display in _BLOCK_DISPLAYS or declared.get("float") in ("left", "right")
        if display in ("inline", "contents") and tag in _BLOCKS and not in_flex:
            is_block = tag in ("tr", "td", "table")
        if is_block:
            self._flush(style.kind)
        elif display.startswith("inline-"):
            self._text(" ", style)
        if tag == "br":
            self._paragraph.add_break(style.look())
        elif tag in ("input", "textarea") and element.get("type", "text") in ("text", "email", "tel", "url", "number"):
            self._text(element.get("value") or "", style)
        self._text(element.text or "", style)
        if depth >= _DEEPEST:
            self._text(" ".join(map(str, element.itertext())), style)
        else:
            self._children(element, style, depth, is_flex=display in ("flex", "grid", "inline-flex", "inline-grid"))
        if is_block:
            self._flush(outer.kind if outer.kind != "bullet" else "paragraph")
        elif display.startswith("inline-"):
            self._text(" ", style)

    def _children(self, element: etree._Element, style: _Style, depth: int, *, is_flex: bool) -> None:
        for child in element:
            self._element(child, style, depth + 1, in_flex=is_flex)
            self._text(child.tail or "", style)

    def _text(self, text: str, style: _Style) -> None:
        if text and not style.keeps_lines:
            text = re.sub(r"[ \t\n\r\f]+", " ", text)
        self._paragraph.add(text, style.look())

    def _inherit(self, element: etree._Element, tag: str, outer: _Style, declared: Mapping[str, str]) -> _Style:
        size = outer.size * _HEADING_SIZES.get(tag, 1.0)
        if match := _SHORTHAND_SIZE.search(declared.get("font", "")):
            size = _font_size(match[1], outer.size)
        if "font-size" in declared:
            size = _font_size(self._resolve(declared["font-size"]), outer.size)
        is_bold = outer.is_bold or tag in _BOLD
        if weight := declared.get("font-weight"):
            is_bold = weight in ("bold", "bolder") or (weight.isdigit() and int(weight) >= 600)
        color = outer.color
        for name in ("color", "-webkit-text-fill-color"):
            if name in declared and declared[name] not in ("inherit", "currentcolor"):
                color = _color(self._resolve(declared[name]))
        if "color" in element.attrib and tag == "font":
            color = _color((element.get("color") or "").lower())
        background = self._background(element, declared) or outer.background
        style = replace(outer, size=size, is_bold=is_bold, color=color, background=background)
        reason, takes_space = _hidden_by_style(element, declared, size)
        if declared.get("visibility") in ("visible",) and outer.hidden == "visibility: hidden":
            style = replace(style, hidden="")
        elif reason and not outer.hidden:
            style = replace(style, hidden=reason, takes_space=takes_space)
        if tag in ("pre", "textarea") or declared.get("white-space", "").startswith(("pre", "break-spaces")):
            style = replace(style, keeps_lines=True)
        return replace(style, kind=_kind(element, tag, outer, declared))

    def _background(self, element: etree._Element, declared: Mapping[str, str]) -> str | None:
        found = None
        if value := element.get("bgcolor"):
            found = _color(value.lower())
        for name in ("background", "background-color", "background-image"):
            value = self._resolve(declared.get(name, ""))
            if not value or value in ("none", "inherit", "initial", TRANSPARENT):
                continue
            found = UNKNOWN if "url(" in value or "gradient" in value else _color(value)
        return None if found == TRANSPARENT else found

    def _resolve(self, value: str) -> str:
        """A value with one level of the page's own variables filled in."""
        return re.sub(r"var\(\s*(--[\w-]+)[^)]*\)", lambda match: self._variables.get(match[1], "unknown"), value)


_BLOCK_DISPLAYS = frozenset({
    "block", "flex", "grid", "table", "list-item", "table-cell", "table-row", "flow-root", "table-row-group",
})  # fmt: skip
_FONT_SIZES = {"xx-small": 7.0, "x-small": 7.5, "small": 10.0, "medium": 12.0, "large": 13.5, "x-large": 18.0}


_SHORTHAND_SIZE = re.compile(r"(?:^|\s)(\d[\d.]*(?:px|pt|em|rem|%)|0)(?=\s*/|\s+[a-z\"'])")


def _font_size(value: str, outer: float) -> float:
    if value in _FONT_SIZES:
        return _FONT_SIZES[value]
    points = _length(value, outer)
    return outer if points is None else points


def _kind(element: etree._Element, tag: str, outer: _Style, declared: Mapping[str, str]) -> BlockKind:
    if tag in _HEADINGS:
        return "heading"
    if tag == "li":
        return "bullet"
    if tag in ("td", "th"):
        has_blocks = any(isinstance(child.tag, str) and child.tag in _BLOCKS for child in element.iterdescendants())
        return "paragraph" if has_blocks else "cell"
    if declared.get("display") == "list-item" or "mso-list" in (element.get("style") or ""):
        return "bullet"
    if tag in _BLOCKS and outer.kind == "bullet" and element.getparent() is not None:
        # The first paragraph of a list item is the item; what follows it is not another one.
        parent = element.getparent()
        is_first = parent is not None and parent.index(element) == 0 and not (parent.text or "").strip()
        return "bullet" if is_first and tag not in ("ul", "ol") else "paragraph"
    if tag in _BLOCKS and outer.kind == "heading":
        return "heading"
    return outer.kind


def _hidden_by_style(element: etree._Element, declared: Mapping[str, str], size: float) -> tuple[str, bool]:
    """Why an element's own style hides it, and whether it still takes space."""
    if declared.get("display") == "none" or ("hidden" in element.attrib and "display" not in declared):
        return "display: none", False
    if declared.get("visibility") in ("hidden", "collapse"):
        return "visibility: hidden", True
    if element.tag == "dialog" and "open" not in element.attrib and "display" not in declared:
        return "display: none", False
    if declared.get("content-visibility") == "hidden":
        return "visibility: hidden", True
    filtered = re.search(r"opacity\(\s*([\d.]+%?)\s*\)", declared.get("filter", ""))
    if min(_share_of(declared.get("opacity")), _share_of(filtered[1] if filtered else None)) < _LEAST_OPACITY:
        return "transparent", True
    reason, takes_space = _displaced(declared, size)
    if reason:
        return reason, takes_space
    clip = declared.get("clip", "") + declared.get("clip-path", "")
    is_clipped = declared.get("overflow") in ("hidden", "clip") or bool(clip)
    sides = (_length(declared.get(side, ""), size) for side in ("width", "height", "max-height", "max-width"))
    if _CLIPPED_AWAY.search(clip) or (
        is_clipped and any(side is not None and side < SMALLEST_POINTS for side in sides)
    ):
        return "clipped away", False
    return "", True


def _displaced(declared: Mapping[str, str], size: float) -> tuple[str, bool]:
    """Why what moves or squeezes an element leaves nothing of it to see, and whether it still takes space."""
    is_placed = declared.get("position") in ("absolute", "fixed")
    sides = ("left", "top", "right", "bottom") if is_placed or declared.get("position") == "relative" else ()
    moves = [declared.get(side, "") for side in (*sides, "margin-left", "margin-top", "text-indent")]
    moves += declared.get("margin", "").split()
    moves += _MOVES.findall(declared.get("transform", ""))
    offsets = [_length(move, size) for move in moves]
    if any(offset is not None and abs(offset) > _FARTHEST_POINTS for offset in offsets):
        return "outside the page", not is_placed
    spacing = _length(declared.get("letter-spacing", ""), size)
    is_flat = _FLAT.search(declared.get("transform", "")) or re.fullmatch(r"0+(?:\.0+)?%?", declared.get("scale", ""))
    if is_flat or (spacing is not None and size and spacing <= _LEAST_SPACING * size):
        return "squeezed to no width", True
    return "", True


# Letters are about half as wide as their size: so much closer, each stands on the one before it.
_LEAST_SPACING = -0.4
# What moves an element, and what leaves nothing of it: no scale, turned on its edge, a clip of no size.
_MOVES = re.compile(r"translate[xy3d]*\(\s*(-?[\d.]+(?:px|pt|em|rem|vw|vh))")
_FLAT = re.compile(
    r"scale[xy3d]*\(\s*(?:[\d.]+\s*,\s*)?0+(?:\.0+)?\s*[,)]|rotate[xy]\(\s*-?90deg\s*\)|matrix\(\s*0\s*,\s*0\s*,"
)
_CLIPPED_AWAY = re.compile(
    r"inset\(\s*(?:100|[5-9]\d)(?:\.\d+)?%|circle\(\s*0"
    r"|rect\(\s*[01](?:px)?\s*[, ]\s*[01](?:px)?\s*[, ]\s*[01](?:px)?\s*[, ]\s*[01](?:px)?\s*\)"
)
