"""OpenDocument text (.odt, .ott, flat .fodt) → text blocks in document order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from skillgap.errors import EncryptedResumeError, UnreadableResumeError
from skillgap.model import BlockKind, ResumeWarning
from skillgap.parsing.archive import Archive, read_archive
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.flow import PICTURES_NOT_READ, Collector, Look, Paragraph
from skillgap.parsing.safe_xml import parse_mended
from skillgap.parsing.visibility import LEAST_SPACING_POINTS, PAGE, TRANSPARENT, UNKNOWN, WIDEST_POINTS, find_reason

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_OFFICE = f"{{{_NS}office:1.0}}"
_TEXT = f"{{{_NS}text:1.0}}"
_TABLE = f"{{{_NS}table:1.0}}"
_DRAW = f"{{{_NS}drawing:1.0}}"
_STYLE = f"{{{_NS}style:1.0}}"
_CHART = f"{{{_NS}chart:1.0}}"
_FO = f"{{{_NS}xsl-fo-compatible:1.0}}"
_SVG = f"{{{_NS}svg-compatible:1.0}}"
_XLINK = "{http://www.w3.org/1999/xlink}"
_MATH = "{http://www.w3.org/1998/Math/MathML}"

# OpenOffice.org 1 wrote the same elements in other namespaces.
_OLD_NAMESPACE = re.compile(rb"http://openoffice\.org/2000/(office|text|table|drawing|style|chart)\b")

_LONGEST_HEADING = 150
_SCAN_SQUARE_POINTS = 150_000
_BACKDROP_SQUARE_POINTS = 5_000
_MOST_SPACES = 50


def read_odt(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of an OpenDocument text: header, body, text boxes, notes, footer.

    Raises:
        EncryptedResumeError: the document is locked with a password.
        ResumeLimitError: the document is over a limit of the budget.
        UnreadableResumeError: no text document can be made out in the file.
    """
    archive = _open(data, budget)
    if b"encryption-data" in archive.members.get("META-INF/manifest.xml", b""):
        raise EncryptedResumeError("The document is locked with a password; save a copy without one.")
    content, is_mended = _parse_mended(archive.members.get("content.xml"), budget)
    if content is None:
        raise UnreadableResumeError("The file is damaged: the text of the document cannot be read. Export it again.")
    styles = _parse(archive.members.get("styles.xml"), budget)
    reader = _Reader(content, styles, archive.members, budget)
    reader.read()
    warnings = list(reader.warnings)
    if archive.is_salvaged or archive.damaged or is_mended:
        warnings.insert(0, ResumeWarning("damaged", "The file is damaged; what could be read of it was read."))
    return Document(tuple(reader.out.blocks), "odt", "lxml", warnings=tuple(warnings))


def _open(data: bytes, budget: Budget) -> Archive:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return Archive({"content.xml": data}, ("content.xml",))
    return read_archive(data, budget=budget, wanted=_is_wanted)


def _is_wanted(name: str) -> bool:
    return name in ("content.xml", "styles.xml", "META-INF/manifest.xml") or bool(
        re.fullmatch(r"Object[^/]*/content\.xml", name)
    )


def _parse(content: bytes | None, budget: Budget) -> etree._Element | None:
    return _parse_mended(content, budget)[0]


def _parse_mended(content: bytes | None, budget: Budget) -> tuple[etree._Element | None, bool]:
    """The root of a part, and whether something of it was lost."""
    if not content:
        return None, False
    content = _OLD_NAMESPACE.sub(lambda match: f"{_NS}{match[1].decode()}:1.0".encode(), content)
    content = content.replace(b"http://www.w3.org/1999/XSL/Format", f"{_NS}xsl-fo-compatible:1.0".encode())
    return parse_mended(content, budget)


# ---------------------------------------------------------------------------------------------- styles


@dataclass(frozen=True, slots=True)
class _Looks:
    """What a style says; None where it says nothing. ``fill`` is the colour behind, "" for none."""

    size: float | None = None
    bold: bool | None = None
    color: str | None = None
    hidden: bool | None = None
    fill: str | None = None
    scale: float | None = None
    outline: int | None = None
    is_outside: bool | None = None  # its lines lie beyond the page

    def over(self, base: _Looks) -> _Looks:
        return _Looks(
            base.size if self.size is None else self.size,
            base.bold if self.bold is None else self.bold,
            base.color if self.color is None else self.color,
            base.hidden if self.hidden is None else self.hidden,
            base.fill if self.fill is None else self.fill,
            base.scale if self.scale is None else self.scale,
            base.outline if self.outline is None else self.outline,
            base.is_outside if self.is_outside is None else self.is_outside,
        )


_NOTHING = _Looks()


class _Styles:
    """Styles by family and name, with what they inherit."""

    def __init__(self, *roots: etree._Element | None) -> None:
        self._elements: dict[tuple[str, str], etree._Element] = {}
        self._defaults: dict[str, _Looks] = {}
        self._resolved: dict[tuple[str, str], _Looks] = {}
        self.headings: set[str] = set()
        for root in roots:
            for style in root.iter(f"{_STYLE}style") if root is not None else ():
                self._elements[style.get(f"{_STYLE}family", ""), style.get(f"{_STYLE}name", "")] = style
            for style in root.iter(f"{_STYLE}default-style") if root is not None else ():
                self._defaults[style.get(f"{_STYLE}family", "")] = _own_looks(style, 12.0)

    def looks(self, family: str, name: str | None) -> _Looks:
        """What a style and all that it is based on say."""
        return self._resolve(family, name or "", ()).over(self._defaults.get(family, _NOTHING))

    def is_heading(self, name: str | None) -> bool:
        """Whether a paragraph style is one of the headings or the title."""
        for _ in range(20):
            if not name:
                return False
            if re.fullmatch(r"(?:Heading|Title|Heading_20_\d+|Heading \d+)", name):
                return True
            element = self._elements.get(("paragraph", name))
            name = element.get(f"{_STYLE}parent-style-name") if element is not None else None
        return False

    def _resolve(self, family: str, name: str, above: tuple[str, ...]) -> _Looks:
        key = family, name
        if key in self._resolved:
            return self._resolved[key]
        element = self._elements.get(key)
        if element is None or name in above or len(above) > 50:
            return _NOTHING
        parent_name = element.get(f"{_STYLE}parent-style-name")
        parent = self._resolve(family, parent_name, (*above, name)) if parent_name else _NOTHING
        looks = _own_looks(element, parent.size or self._defaults.get(family, _NOTHING).size or 12.0).over(parent)
        self._resolved[key] = looks
        return looks


def _own_looks(style: etree._Element, outer_size: float) -> _Looks:
    size = bold = color = hidden = fill = scale = is_outside = None
    level = style.get(f"{_STYLE}default-outline-level", "")
    for properties in style:
        get: Callable[[str], str | None] = properties.get
        if value := get(f"{_FO}font-size"):
            size = _points(value, outer_size)
        if value := get(f"{_FO}font-weight"):
            bold = value == "bold" or (value.isdigit() and int(value) >= 600)
        if get(f"{_STYLE}use-window-font-color") == "true":
            color = "auto"
        elif value := get(f"{_FO}color"):
            color = _hex(value)
        if value := get(f"{_TEXT}display"):
            hidden = value == "none"
        if value := get(f"{_STYLE}text-scale"):
            scale = _points(value, 100.0)
        if value := get(f"{_FO}letter-spacing"):
            spacing = _points(value, 0.0)
            scale = 0.0 if spacing is not None and spacing < LEAST_SPACING_POINTS else scale
        margins = [_points(get(f"{_FO}{side}") or "", 0.0) for side in ("margin-left", "margin-right", "margin")]
        if any(margin is not None for margin in margins):
            is_outside = any(margin is not None and margin > WIDEST_POINTS for margin in margins)
        # LibreOffice writes no opacity at all beside the automatic colour, which is seen.
        if re.fullmatch(r"[0-5]%?", get(f"{_LO_EXT}opacity") or "") and color not in (None, "auto"):
            color = TRANSPARENT
        fill = _own_fill(properties) or fill
    return _Looks(size, bold, color, hidden, fill, scale, int(level) if level.isdigit() else None, is_outside)


_LO_EXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"


def _own_fill(properties: etree._Element) -> str | None:
    value = properties.get(f"{_FO}background-color")
    if value is not None and value != "transparent":
        return _hex(value)
    kind = properties.get(f"{_DRAW}fill")
    if kind == "solid":
        return _hex(properties.get(f"{_DRAW}fill-color", ""))
    if kind in ("gradient", "bitmap", "hatch"):
        return UNKNOWN
    return None


def _hex(value: str) -> str:
    return value[1:].upper() if re.fullmatch(r"#[0-9a-fA-F]{6}", value) else UNKNOWN


_LENGTH = re.compile(r"(-?\d+(?:\.\d+)?)(pt|in|cm|mm|pc|px|%)")
_UNITS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0, "px": 0.75}


def _points(value: str, whole: float) -> float | None:
    match = _LENGTH.fullmatch(value)
    if match is None:
        return None
    return float(match[1]) * (whole / 100 if match[2] == "%" else _UNITS[match[2]])


# ---------------------------------------------------------------------------------------------- the walk


@dataclass(frozen=True, slots=True)
class _Place:
    background: str = PAGE
    kind: BlockKind = "paragraph"
    hidden: str = ""


_SKIPPED = frozenset(
    {f"{_TEXT}tracked-changes", f"{_OFFICE}annotation", f"{_OFFICE}annotation-end", f"{_OFFICE}forms"}
    | {f"{_TEXT}sequence-decls", f"{_TEXT}variable-decls", f"{_TEXT}user-field-decls", f"{_TEXT}note-citation"}
    | {f"{_TEXT}index-title-template", f"{_TEXT}table-of-content-source", f"{_OFFICE}scripts", f"{_TEXT}ruby-text"}
    | {f"{_SVG}title", f"{_SVG}desc", f"{_DRAW}image-map", f"{_OFFICE}event-listeners", f"{_TABLE}shapes"}
    | {f"{_TEXT}alphabetical-index-source", f"{_TEXT}bibliography-source", f"{_TEXT}illustration-index-source"}
)


@dataclass(slots=True)
class _Host:
    paragraph: Paragraph
    looks: _Looks
    place: _Place
    background: str
    anchored: list[Callable[[], None]]


class _Reader:
    def __init__(
        self, content: etree._Element, styles: etree._Element | None, members: Mapping[str, bytes], budget: Budget
    ) -> None:
        self.out = Collector(budget)
        self.warnings: list[ResumeWarning] = []
        self._budget = budget
        self._content = content
        self._style_root = content if styles is None else styles
        self._styles = _Styles(styles, content)
        self._members = members
        self._largest_picture = 0.0

    def read(self) -> None:
        """Read header, body and footer."""
        body = self._content.find(f"{_OFFICE}body")
        text = body.find(f"{_OFFICE}text") if body is not None else None
        root = text if text is not None else body
        if root is None:
            raise UnreadableResumeError("The file is an OpenDocument without a text; export it again.")
        page = UNKNOWN if self._has_backdrop() else self._page_background()
        for margin in self._margins("header"):
            self._container(margin, _Place(page))
        self._container(root, _Place(page))
        for margin in self._margins("footer"):
            self._container(margin, _Place(page))
        if self._largest_picture > (_SCAN_SQUARE_POINTS if self.out.blocks else 0):
            self.warnings.append(ResumeWarning("image-not-read", PICTURES_NOT_READ))

    def _margins(self, kind: str) -> Iterator[etree._Element]:
        """Headers or footers of the page styles, those with the same words once."""
        seen: set[str] = set()
        masters = [*self._style_root.iter(f"{_STYLE}master-page")]
        used = self._used_masters()
        for master in masters:
            if used and master.get(f"{_STYLE}name") not in used:
                continue
            for suffix in ("-first", "", "-left"):
                for margin in master.iterfind(f"{_STYLE}{kind}{suffix}"):
                    words = "".join(map(str, margin.itertext()))
                    if margin.get(f"{_STYLE}display") != "false" and words not in seen:
                        seen.add(words)
                        yield margin

    def _used_masters(self) -> set[str]:
        """The page styles that the text asks for, with the standard one and those that follow them."""
        names = {style.get(f"{_STYLE}master-page-name", "") for style in self._content.iter(f"{_STYLE}style")} - {""}
        followers = {
            master.get(f"{_STYLE}name", ""): master.get(f"{_STYLE}next-style-name", "")
            for master in self._style_root.iter(f"{_STYLE}master-page")
        }
        names.add("Standard")
        for name in tuple(names):
            names.add(followers.get(name, ""))
        return names & followers.keys()

    def _page_background(self) -> str:
        for properties in self._style_root.iter(f"{_STYLE}page-layout-properties"):
            if _own_fill(properties) not in (None, PAGE):
                return UNKNOWN
        return PAGE

    def _has_backdrop(self) -> bool:
        """Whether a filled shape or picture may lie under the text, so that white text on it is honest."""
        through = {
            style.get(f"{_STYLE}name", "")
            for root in (self._content, self._style_root)
            for style in root.iter(f"{_STYLE}style")
            if any(properties.get(f"{_STYLE}wrap") == "run-through" for properties in style)
        }
        return bool(through) and any(
            self._covers(shape)
            for root in (self._content, self._style_root)
            for shape in root.iter()
            if shape.get(f"{_DRAW}style-name") in through
        )

    def _covers(self, shape: etree._Element) -> bool:
        if _area(shape) < _BACKDROP_SQUARE_POINTS:
            return False
        fill = self._styles.looks("graphic", shape.get(f"{_DRAW}style-name")).fill
        return shape.find(f"{_DRAW}image") is not None or (fill or PAGE) != PAGE

    # -- blocks

    def _container(self, container: etree._Element, place: _Place) -> None:
        for element in container:
            self._block(element, place)

    def _block(self, element: etree._Element, place: _Place) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if tag in (f"{_TEXT}p", f"{_TEXT}h"):
            self._paragraph(element, place)
        elif tag == f"{_TEXT}list":
            self._list(element, place)
        elif tag == f"{_TABLE}table-cell":
            self._cell(element, place)
        elif tag == f"{_TEXT}section":
            is_hidden = element.get(f"{_TEXT}display") == "none"
            self._container(element, replace(place, hidden="hidden section") if is_hidden else place)
        elif tag == f"{_TABLE}table":
            fill = self._styles.looks("table", element.get(f"{_TABLE}style-name")).fill
            self._container(element, replace(place, background=fill or place.background))
        elif tag in (f"{_TABLE}table-row", f"{_TABLE}table-column"):
            fill = self._styles.looks("table-row", element.get(f"{_TABLE}style-name")).fill
            hidden = element.get(f"{_TABLE}visibility") == "collapse"
            self._container(
                element,
                replace(
                    place, background=fill or place.background, hidden="hidden table row" if hidden else place.hidden
                ),
            )
        elif tag.startswith(_DRAW):
            self._drawn(element, place)
        else:
            self._container(element, place)

    def _list(self, element: etree._Element, place: _Place) -> None:
        for item in element:
            if item.tag not in (f"{_TEXT}list-item", f"{_TEXT}list-header"):
                continue
            kind: BlockKind = "bullet" if item.tag == f"{_TEXT}list-item" else place.kind
            for child in item:
                self._block(child, replace(place, kind=kind))
                # The first paragraph of an item is the item; what follows it is not another one.
                kind = "paragraph"

    def _cell(self, cell: etree._Element, place: _Place) -> None:
        fill = self._styles.looks("table-cell", cell.get(f"{_TABLE}style-name")).fill
        is_layout = sum(1 for _ in cell.iter(f"{_TEXT}p", f"{_TEXT}h")) > 1
        self._container(cell, _Place(fill or place.background, "paragraph" if is_layout else "cell", place.hidden))

    def _paragraph(self, element: etree._Element, place: _Place) -> None:
        name = element.get(f"{_TEXT}style-name")
        looks = self._styles.looks("paragraph", name)
        if looks.is_outside and not place.hidden:
            place = replace(place, hidden="outside the page")
        is_heading = element.tag == f"{_TEXT}h" or self._styles.is_heading(name) or bool(looks.outline)
        paragraph = Paragraph("heading" if is_heading else place.kind)
        # A paragraph style's fill colours the paragraph; a text style's fill inside it colours the run.
        host = _Host(paragraph, replace(looks, fill=None), place, looks.fill or place.background, [])
        self._inline(element, host, host.looks)
        blocks = list(paragraph.blocks())
        if is_heading:
            blocks = [replace(b, kind="paragraph") if len(b.text) > _LONGEST_HEADING else b for b in blocks]
        self.out.extend(blocks)
        for read in host.anchored:
            read()

    # -- runs

    def _inline(self, element: etree._Element, host: _Host, looks: _Looks) -> None:
        look = _look(looks, host)
        host.paragraph.add(_collapse(element.text), look)
        for child in element:
            if isinstance(child.tag, str) and child.tag not in _SKIPPED:
                self._inline_child(child, host, looks, look)
            host.paragraph.add(_collapse(child.tail), look)

    def _inline_child(self, child: etree._Element, host: _Host, looks: _Looks, look: Look) -> None:
        tag = child.tag
        if tag == f"{_TEXT}s":
            count = child.get(f"{_TEXT}c", "1")
            host.paragraph.add(" " * min(int(count) if count.isdigit() else 1, _MOST_SPACES), look)
        elif tag == f"{_TEXT}tab":
            host.paragraph.add_tab(look)
        elif tag == f"{_TEXT}line-break":
            host.paragraph.add_break(look)
        elif tag == f"{_TEXT}note":
            body = child.find(f"{_TEXT}note-body")
            if body is not None:
                host.anchored.append(lambda: self._container(body, _Place(host.place.background)))
        elif tag in (f"{_TEXT}hidden-text", f"{_TEXT}hidden-paragraph", f"{_TEXT}conditional-text"):
            is_hidden = child.get(f"{_TEXT}is-hidden") == "true"
            text = child.get(f"{_TEXT}string-value", "") if is_hidden else "".join(map(str, child.itertext()))
            host.paragraph.add(text, replace(look, hidden="marked as hidden", takes_space=False) if is_hidden else look)
        elif tag in (f"{_TEXT}p", f"{_TEXT}h", f"{_TEXT}list", f"{_TABLE}table") or tag.startswith(_DRAW):
            if tag == f"{_DRAW}a":
                for inner in child:
                    host.anchored.append(_later(self._block, inner, replace(host.place, kind="paragraph")))
            else:
                host.anchored.append(_later(self._block, child, replace(host.place, kind="paragraph")))
        elif tag in (f"{_TEXT}span", f"{_TEXT}a"):
            own = self._styles.looks("text", child.get(f"{_TEXT}style-name"))
            self._inline(child, host, own.over(looks))
        else:
            self._inline(child, host, looks)

    # -- drawings

    def _drawn(self, element: etree._Element, place: _Place) -> None:
        tag = element.tag
        if tag == f"{_DRAW}object":
            self._object(element)
            return
        if tag == f"{_DRAW}image":
            parent = element.getparent()
            self._largest_picture = max(self._largest_picture, _area(parent) if parent is not None else 0.0)
            return
        style = element.get(f"{_DRAW}style-name")
        fill = self._styles.looks("graphic", style).fill if style else None
        is_layer_hidden = element.get(f"{_DRAW}display") == "none"
        reason = "hidden text box" if is_layer_hidden else _misplaced(element)
        inner = replace(place, background=fill or place.background, hidden=reason or place.hidden)
        has_object = element.find(f"{_DRAW}object") is not None
        for child in element:
            # A frame holds the same content in several forms; the picture of an object is its replacement.
            if has_object and child.tag == f"{_DRAW}image":
                continue
            self._block(child, inner)

    def _object(self, element: etree._Element) -> None:
        """An embedded chart's titles and names, or a formula."""
        name = (element.get(f"{_XLINK}href") or "").removeprefix("./").rstrip("/")
        root = _parse(self._members.get(f"{name}/content.xml"), self._budget) if name else element
        if root is None:
            self.warnings.append(ResumeWarning("part-skipped", "An embedded object could not be read."))
            return
        seen: set[str] = set()
        for text in (*_chart_texts(root), *_formulas(root)):
            if text and text not in seen:
                seen.add(text)
                paragraph = Paragraph("cell")
                paragraph.add(text)
                self.out.extend(paragraph.blocks())


def _later(
    read: Callable[[etree._Element, _Place], None], element: etree._Element, place: _Place
) -> Callable[[], None]:
    return lambda: read(element, place)


def _chart_texts(root: etree._Element) -> Iterator[str]:
    for title in root.iter(f"{_CHART}title", f"{_CHART}subtitle"):
        yield " ".join("".join(map(str, title.itertext())).split())
    for cell in root.iter(f"{_TABLE}table-cell"):
        if cell.get(f"{_OFFICE}value-type") == "string":
            yield " ".join("".join(map(str, cell.itertext())).split())


def _formulas(root: etree._Element) -> Iterator[str]:
    for formula in root.iter(f"{_MATH}math"):
        for annotation in formula.findall(f".//{_MATH}annotation"):
            parent = annotation.getparent()
            if parent is not None:
                parent.remove(annotation)
        yield " ".join(" ".join(map(str, formula.itertext())).split())


def _collapse(text: str | None) -> str:
    return re.sub(r"[ \t\n\r]+", " ", text) if text else ""


def _look(looks: _Looks, host: _Host) -> Look:
    size, is_bold = looks.size or 0.0, bool(looks.bold)
    if host.place.hidden:
        return Look(size, is_bold, host.place.hidden)
    if looks.hidden:
        return Look(size, is_bold, "marked as hidden", takes_space=False)
    reason = find_reason(looks.size, looks.color, looks.fill or host.background, width_percent=looks.scale)
    return Look(size, is_bold, reason)


def _misplaced(shape: etree._Element) -> str:
    """Why a frame is not seen for its place or size, empty where it is."""
    for corner, side in (("x", "width"), ("y", "height")):
        offset = _points(shape.get(f"{_SVG}{corner}", ""), 0.0)
        size = _points(shape.get(f"{_SVG}{side}", ""), 0.0)
        if offset is not None and (
            abs(offset) > _FARTHEST_POINTS or (size is not None and offset + size < -_BEFORE_POINTS)
        ):
            return "outside the page"
    return ""


# The longest side of a page that LibreOffice makes is 3 m, but nobody prints a resume on more than 22 inches.
_FARTHEST_POINTS = 22 * 72.0
# A frame that ends so far before what it is placed by, a margin of the page mostly, ends before the page.
_BEFORE_POINTS = 200.0


def _area(shape: etree._Element) -> float:
    width, height = (_points(shape.get(f"{_SVG}{side}", ""), 0.0) or 0.0 for side in ("width", "height"))
    return width * height
