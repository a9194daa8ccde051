"""DOCX (and DOCM, DOTX, strict and flat OOXML, Word 2003 XML) → text blocks in document order.

python-docx opens the package and its main part; the blocks come from a walk over the XML, because paragraphs and
tables as python-docx lists them lack text boxes, content controls, tracked insertions, headers and notes, which
hold a tenth of the words of real resumes. python-docx gets a copy of the package that is cleaned first
(`_clean_package`): no external or broken relationships, no pictures, one content type whatever the template.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from lxml import etree

from skillgap.errors import ResumeError, UnreadableResumeError
from skillgap.model import BlockKind, ResumeWarning
from skillgap.parsing.archive import Archive, read_archive
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.flow import PLAIN, Collector, Look, Paragraph
from skillgap.parsing.shading import PAGE, UNKNOWN, hidden_by_color

if TYPE_CHECKING:
    from docx.opc.part import Part

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_V = "{urn:schemas-microsoft-com:vml}"
_O = "{urn:schemas-microsoft-com:office:office}"
_WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_WPS = "{http://schemas.microsoft.com/office/word/2010/wordprocessingShape}"
_PIC = "{http://schemas.openxmlformats.org/drawingml/2006/picture}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
_PKG = "{http://schemas.microsoft.com/office/2006/xmlPackage}"

_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_STRICT_NAMESPACE = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")

# The parts whose text a reader of the document sees, or that say how text looks. Pictures, fonts, comments,
# embedded files, macros and properties stay packed.
_PART_KINDS = frozenset(
    {"styles", "numbering", "settings", "theme", "header", "footer", "footnotes", "endnotes"}
    | {"diagramData", "chart", "aFChunk", "subDocument"}
)
_DOCUMENT_KINDS = frozenset({"officeDocument"})

# A parsed tree takes several times the memory of its text; counted so, the limit on unpacked bytes bounds memory.
_TREE_COST = 4

_EMU_PER_POINT = 12700
_SMALLEST_VISIBLE_POINTS = 2.0
_SMALLEST_VISIBLE_SCALE = 10
_LONGEST_HEADING = 150
# A quarter of a page: photos and logos are smaller, scans and exported designs larger.
_SCAN_SQUARE_POINTS = 150_000
# Shapes smaller than about a square inch are icons and rules that no line of text fits on.
_BACKDROP_SQUARE_POINTS = 5_000
_DEEPEST_CHUNK = 2


def read_docx(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of a Word document in XML: headers, body, text boxes, notes, footers.

    Raises:
        EncryptedResumeError: the archive is locked with a password.
        ResumeLimitError: the document is over a limit of the budget.
        UnreadableResumeError: no Word document can be made out in the file.
    """
    return _read(data, budget=budget, depth=0)


def _read(data: bytes, *, budget: Budget, depth: int) -> Document:
    archive = _open_archive(data, budget)
    package = _clean_package(archive, budget)
    reader = _Reader(_main_part(package), budget, depth)
    reader.read()
    warnings = [*_damage_warnings(archive, package), *reader.warnings]
    return Document(tuple(reader.out.blocks), "docx", "python-docx", warnings=tuple(warnings))


def _damage_warnings(archive: Archive, package: _Package) -> Iterator[ResumeWarning]:
    if archive.is_salvaged:
        yield ResumeWarning("damaged", "The file is cut off; what came before the damage was read.")
    damaged = sorted({*archive.damaged, *package.mended})
    if damaged:
        yield ResumeWarning("damaged", f"Parts of the file are damaged and may lack text: {', '.join(damaged)}.")


# ---------------------------------------------------------------------------------------------- opening


def _open_archive(data: bytes, budget: Budget) -> Archive:
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _archive_of_flat_xml(data, budget)
    return read_archive(data, budget=budget, wanted=_is_wanted)


def _is_wanted(name: str) -> bool:
    lowered = name.lower()
    if "/media/" in lowered or "/embeddings/" in lowered or "/fonts/" in lowered:
        return False
    return lowered.endswith((".xml", ".rels", ".htm", ".html", ".mht", ".rtf", ".txt", ".docx")) or "chunk" in lowered


def _archive_of_flat_xml(data: bytes, budget: Budget) -> Archive:
    """The members of a flat package, or a Word 2003 document under the name of a main part."""
    root = _parse(data, budget)
    if root is None:
        raise UnreadableResumeError("The file is damaged: its XML cannot be read. Export or download it again.")
    if root.tag == f"{_PKG}package":
        members = {}
        for part in root.iterfind(f"{_PKG}part"):
            content = part.find(f"{_PKG}xmlData")
            if content is not None and len(content):
                members[part.get(f"{_PKG}name", "").lstrip("/")] = etree.tostring(content[0])
        return Archive(members, tuple(members))
    main = etree.tostring(root).replace(_WORD_2003, _W[1:-1].encode())
    relation = f'<Relationship Id="rId1" Type="{_OFFICE_RELATION}officeDocument" Target="word/document.xml"/>'
    rels = f'<Relationships xmlns="{_PACKAGE_RELATIONS}">{relation}</Relationships>'.encode()
    return Archive({"word/document.xml": main, "_rels/.rels": rels}, ("word/document.xml",))


@dataclass(frozen=True, slots=True)
class _Package:
    """A cleaned package: python-docx opens ``data``; ``mended`` names parts whose XML had to be repaired."""

    data: bytes
    main: str
    mended: tuple[str, ...] = ()


def _clean_package(archive: Archive, budget: Budget) -> _Package:
    members = {name.lower(): name for name in archive.members}
    main = _find_main(archive, members, budget)
    if main is None:
        raise UnreadableResumeError("The file is an archive without a Word document in it.")
    parts: dict[str, bytes] = {}
    rels: dict[str, list[tuple[str, str, str]]] = {}
    waiting = [main]
    mended: list[str] = []
    while waiting:
        name = waiting.pop()
        if name in parts:
            continue
        content = _STRICT_NAMESPACE.sub(rb"http://schemas.openxmlformats.org/\1/2006/", archive.members[name])
        if name == main:
            content, is_mended = _mend(content, budget)
            if is_mended:
                mended.append(name)
        parts[name] = content
        rels[name] = list(_relations(archive, members, name, _PART_KINDS, budget))
        waiting.extend(target for _, _, target in rels[name])
    return _Package(_zip_parts(parts, rels, main), main, tuple(mended))


def _find_main(archive: Archive, members: Mapping[str, str], budget: Budget) -> str | None:
    for _, _, target in _relations(archive, members, "", _DOCUMENT_KINDS, budget):
        return target
    # Archives with a broken or missing list of relations still name the part as Word does.
    named = [name for name in members if re.fullmatch(r"(?:.*/)?document\d*\.xml", name)]
    return members[min(named, key=len)] if named else None


def _relations(
    archive: Archive, members: Mapping[str, str], source: str, kinds: frozenset[str], budget: Budget
) -> Iterator[tuple[str, str, str]]:
    """The relations of a part that lead to parts of the package that hold text: id, kind, target."""
    folder, base = posixpath.split(source)
    rels_name = members.get(posixpath.join(folder, "_rels", f"{base}.rels").lower())
    root = _parse(archive.members[rels_name], budget) if rels_name else None
    if root is None:
        return
    for relation in root.iter("{*}Relationship"):
        kind = relation.get("Type", "").rpartition("/")[2]
        if kind not in kinds or relation.get("TargetMode", "").lower() == "external":
            continue
        target = relation.get("Target", "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found = members.get(path.lower())
        if found is not None and found != source:
            yield relation.get("Id", ""), kind, found


def _mend(content: bytes, budget: Budget) -> tuple[bytes, bool]:
    """XML that python-docx can parse, and whether it was damaged."""
    budget.spend_decompressed(_TREE_COST * len(content))
    try:
        etree.fromstring(content, _strict_parser())
    except (etree.XMLSyntaxError, ValueError):
        root = _parse(content, budget)
        if root is None:
            raise UnreadableResumeError(
                "The file is damaged: the text of the document cannot be read. Export or download it again."
            ) from None
        return etree.tostring(root), True
    return content, False


def _zip_parts(parts: Mapping[str, bytes], rels: Mapping[str, list[tuple[str, str, str]]], main: str) -> bytes:
    """A plain package of the parts, stored without compression, with only relations that hold."""
    names = {name: f"part{number}.xml" for number, name in enumerate(parts)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/octet-stream"/>'
            f'<Override PartName="/{names[main]}" ContentType="{_MAIN_TYPE}"/></Types>',
        )
        package.writestr("_rels/.rels", _rels_xml([("main", "officeDocument", names[main])]))
        for name, content in parts.items():
            package.writestr(names[name], content)
            relations = [(id_, kind, names[part]) for id_, kind, part in rels[name]]
            if relations:
                package.writestr(f"_rels/{names[name]}.rels", _rels_xml(relations))
    return target.getvalue()


def _rels_xml(relations: Iterable[tuple[str, str, str]]) -> str:
    unique = {id_: (kind, target) for id_, kind, target in relations}
    rows = "".join(
        f'<Relationship Id={quoteattr(id_)} Type="{_OFFICE_RELATION}{kind}" Target="/{target}"/>'
        for id_, (kind, target) in unique.items()
    )
    return f'<Relationships xmlns="{_PACKAGE_RELATIONS}">{rows}</Relationships>'


def _main_part(package: _Package) -> Part:
    import docx

    try:
        return docx.Document(io.BytesIO(package.data)).part
    except ResumeError:
        raise
    except Exception as error:
        raise UnreadableResumeError(f"The file is not a Word document that can be read ({error}).") from error


def _strict_parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _parse(content: bytes, budget: Budget) -> etree._Element | None:
    """The root of a part's XML, mended where it is damaged; None where nothing can be made of it."""
    budget.spend_decompressed(_TREE_COST * len(content))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True)
    try:
        return etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None


# ---------------------------------------------------------------------------------------------- looks


@dataclass(frozen=True, slots=True)
class _RunProperties:
    """What a run, a style or the defaults say about characters; None where they say nothing."""

    size: float | None = None
    bold: bool | None = None
    vanish: bool | None = None
    color: str | None = None
    background: str | None = None
    scale: float | None = None

    def over(self, base: _RunProperties) -> _RunProperties:
        """These properties, with those of the base where these say nothing."""
        return _RunProperties(
            base.size if self.size is None else self.size,
            base.bold if self.bold is None else self.bold,
            base.vanish if self.vanish is None else self.vanish,
            base.color if self.color is None else self.color,
            base.background if self.background is None else self.background,
            base.scale if self.scale is None else self.scale,
        )


_NOTHING = _RunProperties()
_TRANSPARENT = "none"


@dataclass(frozen=True, slots=True)
class _Style:
    """A style with what it inherits: characters, list level, outline level and paragraph shading."""

    run: _RunProperties = _NOTHING
    has_bullet: bool | None = None
    is_heading: bool | None = None
    background: str | None = None


class _Styles:
    """Styles by id, resolved over what they are based on."""

    def __init__(self, root: etree._Element | None, theme: _Theme, has_bullet: Callable[[etree._Element], bool | None]):
        self._theme = theme
        self._has_bullet = has_bullet
        self._elements: dict[str, etree._Element] = {}
        self._resolved: dict[str, _Style] = {}
        self._default_paragraph = ""
        self.defaults = _RunProperties(size=10.0)
        if root is None:
            return
        defaults = root.find(f"{_W}docDefaults/{_W}rPrDefault/{_W}rPr")
        if defaults is not None:
            self.defaults = _run_properties(defaults, theme).over(self.defaults)
        for style in root.iterfind(f"{_W}style"):
            id_ = style.get(f"{_W}styleId", "")
            self._elements.setdefault(id_, style)
            if style.get(f"{_W}type") == "paragraph" and style.get(f"{_W}default") in ("1", "true", "on"):
                self._default_paragraph = id_

    def paragraph(self, id_: str | None) -> _Style:
        """The style of a paragraph; its run properties lie over the document's defaults."""
        style = self._resolve(id_ or self._default_paragraph, ())
        return replace(style, run=style.run.over(self.defaults))

    def character(self, id_: str) -> _RunProperties:
        """What a character style says."""
        return self._resolve(id_, ()).run

    def table_background(self, id_: str) -> str | None:
        """UNKNOWN where a table style shades any part of its tables, None where it shades none."""
        seen: set[str] = set()
        while id_ and id_ not in seen and id_ in self._elements:
            seen.add(id_)
            element = self._elements[id_]
            if any(_shading(shading, self._theme) not in (None, PAGE) for shading in element.iter(f"{_W}shd")):
                return UNKNOWN
            id_ = _value(element.find(f"{_W}basedOn")) or ""
        return None

    def _resolve(self, id_: str, above: tuple[str, ...]) -> _Style:
        if id_ in self._resolved:
            return self._resolved[id_]
        element = self._elements.get(id_)
        if element is None or id_ in above or len(above) > 50:
            return _Style()
        parent_id = _value(element.find(f"{_W}basedOn"))
        parent = self._resolve(parent_id, (*above, id_)) if parent_id else _Style()
        run = element.find(f"{_W}rPr")
        paragraph = element.find(f"{_W}pPr")
        own_bullet = own_heading = own_background = None
        if paragraph is not None:
            own_bullet = self._has_bullet(paragraph)
            own_heading = _outline_level(paragraph)
            own_background = _shading(paragraph.find(f"{_W}shd"), self._theme)
        name = (_value(element.find(f"{_W}name")) or "").lower()
        if re.fullmatch(r"heading \d|title", name):
            own_heading = True
        style = _Style(
            (_run_properties(run, self._theme) if run is not None else _NOTHING).over(parent.run),
            parent.has_bullet if own_bullet is None else own_bullet,
            parent.is_heading if own_heading is None else own_heading,
            parent.background if own_background is None else own_background,
        )
        self._resolved[id_] = style
        return style


class _Numbering:
    """Which paragraphs are list items."""

    def __init__(self, root: etree._Element | None) -> None:
        self._unmarked: set[tuple[str, str]] = set()
        if root is None:
            return
        levels: dict[str, dict[str, str]] = {}
        for abstract in root.iterfind(f"{_W}abstractNum"):
            levels[abstract.get(f"{_W}abstractNumId", "")] = {
                level.get(f"{_W}ilvl", "0"): _value(level.find(f"{_W}numFmt")) or ""
                for level in abstract.iterfind(f"{_W}lvl")
            }
        for number in root.iterfind(f"{_W}num"):
            formats = levels.get(_value(number.find(f"{_W}abstractNumId")) or "", {})
            id_ = number.get(f"{_W}numId", "")
            self._unmarked |= {(id_, level) for level, form in formats.items() if form == "none"}

    def has_bullet(self, properties: etree._Element) -> bool | None:
        """Whether paragraph properties make a list item; None where they say nothing."""
        number = properties.find(f"{_W}numPr")
        if number is None:
            return None
        id_ = _value(number.find(f"{_W}numId"))
        if id_ is None:
            return None
        level = _value(number.find(f"{_W}ilvl")) or "0"
        return id_ != "0" and (id_, level) not in self._unmarked


_THEME_ALIASES = {
    "background1": "lt1", "light1": "lt1", "bg1": "lt1", "text1": "dk1", "dark1": "dk1", "tx1": "dk1",
    "background2": "lt2", "light2": "lt2", "bg2": "lt2", "text2": "dk2", "dark2": "dk2", "tx2": "dk2",
}  # fmt: skip


class _Theme:
    """The theme's colours by name."""

    def __init__(self, root: etree._Element | None) -> None:
        self._colors = {"lt1": "FFFFFF", "dk1": "000000"}
        scheme = root.find(f".//{_A}clrScheme") if root is not None else None
        for color in scheme if scheme is not None else ():
            value = next((v for c in color if (v := c.get("lastClr") or c.get("val"))), "")
            if isinstance(color.tag, str) and re.fullmatch(r"[0-9A-Fa-f]{6}", value):
                self._colors[color.tag.removeprefix(_A)] = value.upper()

    def color(self, name: str) -> str | None:
        """The six hexadecimal digits of a theme colour, None where the theme has none of the name."""
        return self._colors.get(_THEME_ALIASES.get(name, name))


def _value(element: etree._Element | None) -> str | None:
    return None if element is None else element.get(f"{_W}val")


def _is_on(element: etree._Element | None) -> bool | None:
    if element is None:
        return None
    return (element.get(f"{_W}val") or "true").lower() not in ("0", "false", "off", "none")


def _outline_level(properties: etree._Element) -> bool | None:
    level = _value(properties.find(f"{_W}outlineLvl"))
    return None if level is None else level != "9"


_MEASURE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(pt|in|cm|mm|pc|pi|px|%|)\s*")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0, "pi": 12.0, "px": 0.75}


def _measure(text: str | None, bare_unit: float) -> float | None:
    """A measure in points; a bare number counts units of so many points."""
    match = _MEASURE.fullmatch(text or "")
    if match is None:
        return None
    return float(match[1]) * _POINTS.get(match[2], bare_unit)


def _run_properties(properties: etree._Element, theme: _Theme) -> _RunProperties:
    """What the properties of a run say, as far as they tell whether it is seen."""
    size = bold = vanish = color = background = scale = None
    for item in properties:
        tag = item.tag
        if tag == f"{_W}sz":
            size = _measure(item.get(f"{_W}val"), 0.5)
        elif tag == f"{_W}b":
            bold = _is_on(item)
        elif tag == f"{_W}vanish":
            vanish = _is_on(item)
        elif tag == f"{_W}color":
            color = color if color == _TRANSPARENT else _text_color(item, theme)
        elif tag == f"{_W}shd":
            background = background or _shading(item, theme)
        elif tag == f"{_W}highlight":
            named = item.get(f"{_W}val", "none")
            background = _HIGHLIGHTS.get(named, UNKNOWN) if named != "none" else background
        elif tag == f"{_W}w":
            scale = _measure(item.get(f"{_W}val"), 1.0)
        elif tag == f"{_W14}textFill" and _is_transparent(item):
            color = _TRANSPARENT
    return _RunProperties(size, bold, vanish, color, background, scale)


_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF", "red": "FF0000",
    "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip


def _text_color(element: etree._Element, theme: _Theme) -> str | None:
    value = element.get(f"{_W}val", "auto")
    if re.fullmatch(r"[0-9A-Fa-f]{6}", value):
        return value.upper()
    named = element.get(f"{_W}themeColor")
    has_shade = element.get(f"{_W}themeTint") or element.get(f"{_W}themeShade")
    return theme.color(named) if named and not has_shade else "auto"


def _is_transparent(fill: etree._Element) -> bool:
    if fill.find(f"{_W14}noFill") is not None:
        return True
    alpha = fill.find(f"{_W14}solidFill//{_W14}alpha")
    amount = alpha.get(f"{_W14}val", "0") if alpha is not None else "0"
    return amount.isdigit() and int(amount) >= 95_000


def _shading(element: etree._Element | None, theme: _Theme) -> str | None:
    """The colour behind shaded text, UNKNOWN for patterns, None where nothing is shaded."""
    if element is None:
        return None
    pattern = element.get(f"{_W}val", "clear")
    if pattern == "nil":
        return None
    fill = element.get(f"{_W}color" if pattern == "solid" else f"{_W}fill", "auto")
    if pattern not in ("clear", "solid"):
        return UNKNOWN
    if re.fullmatch(r"[0-9A-Fa-f]{6}", fill):
        return fill.upper()
    named = element.get(f"{_W}themeFill")
    if named:
        return theme.color(named) or UNKNOWN
    return "000000" if pattern == "solid" else None


# ---------------------------------------------------------------------------------------------- the walk


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a paragraph stands: the colour behind it, its kind when nothing else tells, why it is hidden."""

    background: str = PAGE
    kind: BlockKind = "paragraph"
    hidden: str = ""


@dataclass(slots=True)
class _Host:
    """A paragraph while its runs are gathered, and what is anchored in it, to be read after it."""

    paragraph: Paragraph
    style: _Style
    place: _Place
    background: str
    anchored: list[Callable[[], None]]


_SKIPPED = frozenset(
    {f"{_W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "sectPr")}
    | {f"{_W}{name}" for name in ("tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "commentReference", "rt")}
    | {f"{_W}{name}" for name in ("annotationRef", "footnoteRef", "endnoteRef", "rubyPr", "smartTagPr", "customXmlPr")}
    | {f"{_W}{name}" for name in ("binData", "docSuppData", "docOleData", "pgNum", "tblPrEx", "proofErr")}
    | {f"{_O}OLEObject", f"{_M}rPr", f"{_M}ctrlPr"}
)


class _Reader:
    """Walks one package; ``out`` holds the blocks in the order in which they are read."""

    def __init__(self, main: Part, budget: Budget, depth: int) -> None:
        self.out = Collector(budget)
        self.warnings: list[ResumeWarning] = []
        self._budget = budget
        self._depth = depth
        self._main = main
        self._part = main
        self._root: etree._Element = main.element  # type: ignore[attr-defined]
        self._roots: dict[str, etree._Element | None] = {}
        self._theme = _Theme(self._related_root("theme"))
        numbering = self._related_root("numbering")
        self._numbering = _Numbering(self._root.find(f"{_W}lists") if numbering is None else numbering)
        styles = self._related_root("styles")
        self._styles = _Styles(
            self._root.find(f"{_W}styles") if styles is None else styles, self._theme, self._numbering.has_bullet
        )
        self._notes = {kind: self._note_elements(kind) for kind in ("footnote", "endnote")}
        self._carried: _Host | None = None
        self._fields: list[str] = []
        self._scanned_area = 0.0

    def read(self) -> None:
        """Read headers, body and footers, each part once."""
        body = self._root.find(f"{_W}body")
        if body is None:
            raise UnreadableResumeError("The file is a Word document without a body; export it again.")
        headers, footers = self._shown_margins(body)
        margins = (*headers, *footers)
        backdrop = [self._root, *(root for root in map(self._part_root, margins) if root is not None)]
        page = UNKNOWN if any(map(_has_backdrop, backdrop)) else self._page_background()
        for part in headers:
            self._story(part, self._part_root(part), _Place(page))
        self._story(self._main, body, _Place(page))
        for part in footers:
            self._story(part, self._part_root(part), _Place(page))
        if self._scanned_area > _SCAN_SQUARE_POINTS:
            self.warnings.append(
                ResumeWarning("image-not-read", "The document holds large pictures; text in them was not read.")
            )

    def _story(self, part: Part, root: etree._Element | None, place: _Place) -> None:
        if root is None:
            self.warnings.append(ResumeWarning("damaged", "A header, footer or note could not be read."))
            return
        previous, self._part = self._part, part
        fields, self._fields = self._fields, []
        self._container(root, place)
        self._flush_carried()
        self._part, self._fields = previous, fields

    # -- parts

    def _related_parts(self, kind: str) -> Iterator[Part]:
        for relation in self._main.rels.values():
            if relation.reltype == _OFFICE_RELATION + kind and not relation.is_external:
                yield relation.target_part

    def _related_root(self, kind: str) -> etree._Element | None:
        part = next(self._related_parts(kind), None)
        return None if part is None else self._part_root(part)

    def _part_root(self, part: Part) -> etree._Element | None:
        name = str(part.partname)
        if name not in self._roots:
            self._roots[name] = _parse(part.blob, self._budget)
        return self._roots[name]

    def _target(self, id_: str | None) -> Part | None:
        relation = self._part.rels.get(id_ or "")
        return None if relation is None or relation.is_external else relation.target_part

    def _note_elements(self, kind: str) -> dict[str, tuple[Part, etree._Element]]:
        notes: dict[str, tuple[Part, etree._Element]] = {}
        for part in self._related_parts(f"{kind}s"):
            root = self._part_root(part)
            for note in root.iterfind(f"{_W}{kind}") if root is not None else ():
                if note.get(f"{_W}type", "normal") == "normal":
                    notes[note.get(f"{_W}id", "")] = (part, note)
        return notes

    def _shown_margins(self, body: etree._Element) -> tuple[list[Part], list[Part]]:
        """The headers and footers that some page shows: Word keeps those that were switched off."""
        settings = self._related_root("settings")
        has_even = settings is not None and bool(_is_on(settings.find(f"{_W}evenAndOddHeaders")))
        found: dict[str, list[Part]] = {"header": [], "footer": []}
        for section in body.iter(f"{_W}sectPr"):
            has_first = bool(_is_on(section.find(f"{_W}titlePg")))
            for kind, parts in found.items():
                for reference in section.iterfind(f"{_W}{kind}Reference"):
                    which = reference.get(f"{_W}type", "default")
                    part = self._target(reference.get(f"{_R}id"))
                    is_shown = which == "default" or (which == "first" and has_first) or (which == "even" and has_even)
                    if part is not None and is_shown and part not in parts:
                        parts.append(part)
        return found["header"], found["footer"]

    def _page_background(self) -> str:
        background = self._root.find(f"{_W}background")
        color = background.get(f"{_W}color", "auto") if background is not None else "auto"
        if background is None or color == "auto":
            return PAGE
        # Word draws the page colour on the screen only where the settings say so; either may be what is seen.
        return UNKNOWN

    # -- blocks

    def _container(self, container: etree._Element, place: _Place) -> None:
        for element in container:
            self._block(element, place)

    def _block(self, element: etree._Element, place: _Place) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if tag == f"{_W}p":
            self._paragraph(element, place)
        elif tag == f"{_W}tbl":
            self._container(element, replace(place, background=self._table_background(element, place.background)))
        elif tag == f"{_W}tr":
            self._row(element, place)
        elif tag == f"{_W}tc":
            self._cell(element, place)
        elif tag == f"{_W}altChunk":
            self._alt_chunk(element)
        elif tag == f"{_W}subDoc":
            self.warnings.append(ResumeWarning("part-skipped", "A linked sub-document was not read."))
        elif tag == f"{_MC}AlternateContent":
            self._container(_alternative(element), place)
        elif tag == f"{_W}r" or tag.startswith((_M, _V, _A)) or tag in (f"{_W}hyperlink", f"{_W}drawing", f"{_W}pict"):
            self._loose_runs(element, place)
        else:
            self._container(element, place)

    def _loose_runs(self, element: etree._Element, place: _Place) -> None:
        """Runs outside any paragraph, as careless programs write them."""
        host = self._new_host(None, place)
        self._inline(element, host)
        self._flush(host)

    def _table_background(self, table: etree._Element, outer: str) -> str:
        properties = table.find(f"{_W}tblPr")
        if properties is None:
            return outer
        own = _shading(properties.find(f"{_W}shd"), self._theme)
        style = _value(properties.find(f"{_W}tblStyle"))
        return own or (self._styles.table_background(style) if style else None) or outer

    def _row(self, row: etree._Element, place: _Place) -> None:
        properties = row.find(f"{_W}trPr")
        if properties is not None:
            if properties.find(f"{_W}del") is not None:
                return
            if _is_on(properties.find(f"{_W}hidden")):
                place = replace(place, hidden="hidden table row")
            height = properties.find(f"{_W}trHeight")
            if height is not None and height.get(f"{_W}hRule") == "exact":
                points = _measure(height.get(f"{_W}val"), 0.05)
                if points is not None and points < _SMALLEST_VISIBLE_POINTS:
                    place = replace(place, hidden="table row without height")
        self._container(row, place)

    def _cell(self, cell: etree._Element, place: _Place) -> None:
        properties = cell.find(f"{_W}tcPr")
        own = _shading(properties.find(f"{_W}shd"), self._theme) if properties is not None else None
        # Several paragraphs in a cell are a table used for layout: its text reads like the body's.
        is_layout = sum(1 for child in cell.iter(f"{_W}p") if len(child)) > 1
        self._container(cell, _Place(own or place.background, "paragraph" if is_layout else "cell", place.hidden))

    def _paragraph(self, element: etree._Element, place: _Place) -> None:
        properties = element.find(f"{_W}pPr")
        if properties is None:
            properties = element.find(f"{_A}pPr")
        host = self._carried or self._new_host(properties, place)
        self._carried = None
        for child in element:
            self._inline(child, host)
        mark = properties.find(f"{_W}rPr") if properties is not None else None
        if mark is not None and mark.find(f"{_W}del") is not None and mark.find(f"{_W}ins") is None:
            # The paragraph's end is a tracked deletion: what follows belongs to the same paragraph.
            self._carried = host
            return
        self._flush(host)

    def _new_host(self, properties: etree._Element | None, place: _Place) -> _Host:
        style = self._styles.paragraph(_value(properties.find(f"{_W}pStyle")) if properties is not None else None)
        background = style.background or place.background
        kind: BlockKind = place.kind
        is_heading, has_bullet = style.is_heading, style.has_bullet
        if properties is not None:
            background = _shading(properties.find(f"{_W}shd"), self._theme) or background
            own_heading, own_bullet = _outline_level(properties), self._numbering.has_bullet(properties)
            is_heading = is_heading if own_heading is None else own_heading
            has_bullet = has_bullet if own_bullet is None else own_bullet
            reason = _paragraph_hidden(properties)
            if reason and not place.hidden:
                place = replace(place, hidden=reason)
        if is_heading:
            kind = "heading"
        elif has_bullet:
            kind = "bullet"
        return _Host(Paragraph(kind), style, place, background, [])

    def _flush(self, host: _Host) -> None:
        blocks = list(host.paragraph.blocks())
        if host.paragraph.kind == "heading":
            blocks = [replace(b, kind="paragraph") if len(b.text) > _LONGEST_HEADING else b for b in blocks]
        self.out.extend(blocks)
        for read in host.anchored:
            read()

    def _flush_carried(self) -> None:
        if self._carried is not None:
            host, self._carried = self._carried, None
            self._flush(host)

    def _alt_chunk(self, element: etree._Element) -> None:
        """A document in another format that Word would take in on opening."""
        part = self._target(element.get(f"{_R}id"))
        if part is None or self._depth >= _DEEPEST_CHUNK:
            self.warnings.append(ResumeWarning("part-skipped", "An embedded document could not be read."))
            return
        chunk = _read_chunk(part.blob, self._budget, self._depth + 1)
        self.out.extend(chunk.blocks)
        self.warnings.extend(chunk.warnings)

    # -- runs

    def _inline(self, element: etree._Element, host: _Host) -> None:
        tag = element.tag
        if not isinstance(tag, str) or tag in _SKIPPED:
            return
        if tag == f"{_W}r":
            self._run(element, host)
        elif tag in (f"{_M}t", f"{_A}t"):
            host.paragraph.add(element.text or "", self._look(None, host))
        elif tag in (f"{_W}p", f"{_W}tbl", f"{_A}p"):
            # A block inside a run: read after the paragraph that holds it.
            self._defer(host, lambda: self._block_of(element, host.place))
        elif tag == f"{_MC}AlternateContent":
            for child in _alternative(element):
                self._inline(child, host)
        elif tag in (
            f"{_W}txbxContent",
            f"{_V}textpath",
            f"{_C}chart",
            f"{_DGM}relIds",
            f"{_PIC}pic",
            f"{_V}imagedata",
        ):
            self._drawn(element, host)
        else:
            for child in element:
                self._inline(child, host)

    def _block_of(self, element: etree._Element, place: _Place) -> None:
        if element.tag == f"{_A}p":
            self._paragraph(element, place)
        else:
            self._block(element, place)

    def _defer(self, host: _Host, read: Callable[[], None]) -> None:
        part = self._part

        def read_in_part() -> None:
            previous, self._part = self._part, part
            carried, self._carried = self._carried, None
            read()
            self._flush_carried()
            self._part, self._carried = previous, carried

        host.anchored.append(read_in_part)

    def _run(self, run: etree._Element, host: _Host) -> None:
        look = self._look(run.find(f"{_W}rPr"), host)
        paragraph = host.paragraph
        for child in run:
            tag = child.tag
            if tag == f"{_W}t":
                if self._is_shown():
                    paragraph.add(child.text or "", look)
            elif tag in (f"{_W}tab", f"{_W}ptab"):
                paragraph.add_tab(look)
            elif tag in (f"{_W}br", f"{_W}cr"):
                paragraph.add_break(look)
            elif tag == f"{_W}noBreakHyphen":
                paragraph.add("-", look)
            elif tag == f"{_W}sym":
                paragraph.add(_symbol(child), look)
            elif tag == f"{_W}fldChar":
                self._field(child, host, look)
            elif tag in (f"{_W}footnoteReference", f"{_W}endnoteReference"):
                self._note(child, host)
            elif isinstance(tag, str) and tag not in _SKIPPED:
                self._inline(child, host)

    def _field(self, element: etree._Element, host: _Host, look: Look) -> None:
        """Fields: the instruction is no text, nor are fields nested in it; the result is."""
        kind = element.get(f"{_W}fldCharType")
        if kind == "begin":
            self._fields.append("instruction")
            choices = element.find(f"{_W}ffData/{_W}ddList")
            if choices is not None:
                host.paragraph.add(_chosen(choices), look)
        elif kind == "separate" and self._fields:
            self._fields[-1] = "result"
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_shown(self) -> bool:
        return len(self._fields) < 2 or self._fields[-1] == "instruction" or "instruction" not in self._fields

    def _note(self, reference: etree._Element, host: _Host) -> None:
        kind = "footnote" if reference.tag == f"{_W}footnoteReference" else "endnote"
        note = self._notes[kind].pop(reference.get(f"{_W}id", ""), None)
        if note is not None:
            part, element = note
            self._defer(host, lambda: self._story(part, element, _Place(host.place.background)))

    def _look(self, properties: etree._Element | None, host: _Host) -> Look:
        if properties is None or not len(properties):
            return self._look_of(host.style.run, host)
        own = _run_properties(properties, self._theme)
        style = _value(properties.find(f"{_W}rStyle"))
        if style:
            own = own.over(self._styles.character(style))
        return self._look_of(own.over(host.style.run), host)

    def _look_of(self, run: _RunProperties, host: _Host) -> Look:
        size = run.size or 0.0
        if host.place.hidden:
            return Look(size, bool(run.bold), host.place.hidden)
        if run.vanish:
            return Look(size, bool(run.bold), "marked as hidden", takes_space=False)
        if run.size is not None and run.size < _SMALLEST_VISIBLE_POINTS:
            return Look(size, bool(run.bold), f"font size under {_SMALLEST_VISIBLE_POINTS:g} pt")
        if run.scale is not None and run.scale < _SMALLEST_VISIBLE_SCALE:
            return Look(size, bool(run.bold), "letters without width")
        if run.color == _TRANSPARENT:
            return Look(size, bool(run.bold), "transparent text")
        reason = hidden_by_color(run.color, run.background or host.background)
        return Look(size, bool(run.bold), reason)

    # -- drawings

    def _drawn(self, element: etree._Element, host: _Host) -> None:
        tag = element.tag
        if tag == f"{_W}txbxContent":
            place = _Place(_box_background(element, self._theme) or host.place.background, hidden=_box_hidden(element))
            self._defer(host, lambda: self._container(element, place))
        elif tag == f"{_V}textpath":
            self._defer(host, lambda: self._plain(element.get("string", "")))
        elif tag in (f"{_PIC}pic", f"{_V}imagedata"):
            self._scanned_area = max(self._scanned_area, _drawing_area(element))
        else:
            part = self._target(element.get(f"{_R}dm" if tag == f"{_DGM}relIds" else f"{_R}id"))
            root = self._part_root(part) if part is not None else None
            if root is None:
                self.warnings.append(ResumeWarning("part-skipped", "A chart or diagram could not be read."))
            else:
                read = self._diagram if tag == f"{_DGM}relIds" else self._chart
                self._defer(host, lambda: read(root))

    def _plain(self, text: str, kind: BlockKind = "paragraph") -> None:
        paragraph = Paragraph(kind)
        paragraph.add(text, PLAIN)
        self.out.extend(paragraph.blocks())

    def _diagram(self, root: etree._Element) -> None:
        for paragraph in root.iter(f"{_A}p"):
            self._plain("".join(text.text or "" for text in paragraph.iter(f"{_A}t")))

    def _chart(self, root: etree._Element) -> None:
        """A chart's titles, series names, categories and labels; its values are drawn, not written."""
        seen: set[str] = set()
        texts = ["".join(t.text or "" for t in p.iter(f"{_A}t")) for p in root.iter(f"{_A}p")]
        for names in (*root.iter(f"{_C}tx"), *root.iter(f"{_C}cat")):
            texts.extend(value.text or "" for value in names.iter(f"{_C}v"))
        for text in texts:
            if text.strip() and text not in seen:
                seen.add(text)
                self._plain(text, "cell")


def _alternative(element: etree._Element) -> etree._Element:
    """The branch of alternate content that is read: the first choice that holds anything, else the fallback."""
    branches = [child for child in element if child.tag in (f"{_MC}Choice", f"{_MC}Fallback")]
    for branch in branches:
        if any(node.tag in _TEXT_TAGS for node in branch.iter()):
            return branch
    return branches[0] if branches else element


_TEXT_TAGS = frozenset(
    {f"{_W}t", f"{_A}t", f"{_M}t", f"{_W}sym", f"{_V}textpath", f"{_C}chart", f"{_DGM}relIds", f"{_W}altChunk"}
)


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(f"{_W}char", ""), 16)
    except ValueError:
        return ""
    font = element.get(f"{_W}font", "").lower()
    if "wingdings" in font or "webdings" in font or font == "symbol" or 0xE000 <= code <= 0xF8FF:
        # Symbol fonts number their glyphs privately; in resumes they are bullets, phones and envelopes.
        return chr(0xF000 + (code & 0xFF))
    return chr(code) if code <= 0x10FFFF else ""


def _chosen(choices: etree._Element) -> str:
    entries = [entry.get(f"{_W}val", "") for entry in choices.iterfind(f"{_W}listEntry")]
    index = _value(choices.find(f"{_W}result")) or _value(choices.find(f"{_W}default")) or "0"
    return entries[int(index)] if index.isdigit() and int(index) < len(entries) else ""


def _paragraph_hidden(properties: etree._Element) -> str:
    spacing = properties.find(f"{_W}spacing")
    if spacing is not None and spacing.get(f"{_W}lineRule") == "exact":
        height = _measure(spacing.get(f"{_W}line"), 0.05)
        if height is not None and height < _SMALLEST_VISIBLE_POINTS:
            return "line without height"
    frame = properties.find(f"{_W}framePr")
    if frame is not None:
        offsets = (_measure(frame.get(f"{_W}{axis}"), 0.05) for axis in ("x", "y"))
        if any(offset is not None and abs(offset) > _FARTHEST_POINTS for offset in offsets):
            return "off the page"
    return ""


# Word's longest page side is 22 inches: a box farther than that from any anchor lies off every page.
_FARTHEST_POINTS = 22 * 72.0


def _ancestor(element: etree._Element, *tags: str) -> etree._Element | None:
    return next(element.iterancestors(*tags), None)


def _box_background(content: etree._Element, theme: _Theme) -> str | None:
    """The fill of the shape that holds a text box; None where the page shines through."""
    shape = _ancestor(content, f"{_WPS}wsp")
    if shape is not None:
        fill = _fill(shape.find(f"{_WPS}spPr"), theme)
        if fill is not None:
            return fill or None
        reference = shape.find(f"{_WPS}style/{_A}fillRef")
        return None if reference is None or reference.get("idx") == "0" else UNKNOWN
    box = _ancestor(content, f"{_V}shape", f"{_V}rect", f"{_V}roundrect", f"{_V}oval")
    if box is None or box.get("filled", "t") in ("f", "false"):
        return None
    if box.find(f"{_V}fill") is not None:
        return UNKNOWN
    match = re.match(r"#([0-9a-fA-F]{6})", box.get("fillcolor", "#ffffff"))
    return match[1].upper() if match else UNKNOWN


def _fill(properties: etree._Element | None, theme: _Theme) -> str | None:
    """A shape's fill: a colour, UNKNOWN, the empty string for none at all, None where it is not said."""
    for item in properties if properties is not None else ():
        if item.tag == f"{_A}noFill":
            return ""
        if item.tag == f"{_A}solidFill":
            color = next(iter(item), None)
            if color is None or len(color):
                return UNKNOWN
            value = color.get("val", "")
            if color.tag == f"{_A}srgbClr" and re.fullmatch(r"[0-9A-Fa-f]{6}", value):
                return value.upper()
            return theme.color(value) or UNKNOWN
        if item.tag in (f"{_A}gradFill", f"{_A}blipFill", f"{_A}pattFill", f"{_A}grpFill"):
            return UNKNOWN
    return None


def _box_hidden(content: etree._Element) -> str:
    anchor = _ancestor(content, f"{_WP}anchor", f"{_WP}inline")
    if anchor is None:
        shape = _ancestor(content, f"{_V}shape", f"{_V}rect")
        style = shape.get("style", "") if shape is not None else ""
        return "hidden text box" if re.search(r"visibility\s*:\s*hidden", style) else ""
    properties = anchor.find(f"{_WP}docPr")
    if anchor.get("hidden") in ("1", "true") or (properties is not None and properties.get("hidden") in ("1", "true")):
        return "hidden text box"
    for offset in anchor.iter(f"{_WP}posOffset"):
        text = (offset.text or "0").strip()
        if re.fullmatch(r"-?\d+", text) and abs(int(text)) / _EMU_PER_POINT > _FARTHEST_POINTS:
            return "off the page"
    return ""


def _drawing_area(element: etree._Element) -> float:
    """The area in square points on which a picture is drawn."""
    anchor = _ancestor(element, f"{_WP}anchor", f"{_WP}inline")
    if anchor is not None:
        return _extent_area(anchor)
    shape = _ancestor(element, f"{_V}shape", f"{_V}rect")
    style = shape.get("style", "") if shape is not None else ""
    sides = [_measure(m, 1.0) or 0.0 for m in re.findall(r"(?:^|;)\s*(?:width|height)\s*:\s*([\d.]+\w*)", style)]
    return sides[0] * sides[1] if len(sides) == 2 else 0.0


def _extent_area(anchor: etree._Element) -> float:
    extent = anchor.find(f"{_WP}extent")
    try:
        width, height = (int(extent.get(side, "0")) if extent is not None else 0 for side in ("cx", "cy"))
    except ValueError:
        return 0.0
    return width * height / _EMU_PER_POINT**2


def _has_backdrop(root: etree._Element) -> bool:
    """Whether a filled shape or picture may lie under the text, so that white text on it is honest."""
    for anchor in root.iter(f"{_WP}anchor"):
        floats = anchor.get("behindDoc") in ("1", "true") or anchor.find(f"{_WP}wrapNone") is not None
        if floats and _extent_area(anchor) >= _BACKDROP_SQUARE_POINTS:
            fills = any(True for _ in anchor.iter(f"{_A}solidFill", f"{_A}gradFill", f"{_A}blip", f"{_A}fillRef"))
            if fills:
                return True
    for shape in root.iter(f"{_V}shape", f"{_V}rect", f"{_V}roundrect", f"{_V}oval", f"{_V}background"):
        is_placed = "absolute" in shape.get("style", "") or shape.tag == f"{_V}background"
        if is_placed and (shape.get("fillcolor") or shape.find(f"{_V}imagedata") is not None):
            return True
    return False


def _read_chunk(content: bytes, budget: Budget, depth: int) -> Document:
    from skillgap.parsing.detect import detect_format

    kind = detect_format(content)
    if kind == "docx":
        return _read(content, budget=budget, depth=depth)
    if kind == "html":
        from skillgap.parsing.html import read_html

        return read_html(content, budget=budget)
    if kind == "rtf":
        from skillgap.parsing.rtf import read_rtf

        return read_rtf(content, budget=budget)
    from skillgap.parsing.plain import read_text

    return read_text(content, budget=budget)
