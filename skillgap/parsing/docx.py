"""DOCX (and DOCM, DOTX, strict and flat OOXML, Word 2003 XML) → text blocks in document order.

python-docx opens the package and its main part; the blocks come from a walk over the XML, because paragraphs and
tables as python-docx lists them lack text boxes, content controls, tracked insertions, headers and notes, which
hold a tenth of the words of real resumes. python-docx gets a copy of the package that `docx_package` cleaned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree

from skillgap.errors import UnreadableResumeError
from skillgap.model import BlockKind, ResumeWarning
from skillgap.parsing.archive import Archive
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document
from skillgap.parsing.docx_names import DGM, MC, OFFICE, PIC, A, C, M, R, V, W
from skillgap.parsing.docx_package import (
    OFFICE_RELATION,
    Package,
    clean_package,
    open_main_part,
    open_package_archive,
)
from skillgap.parsing.docx_shapes import box_background, box_hidden, drawing_area, has_backdrop, paragraph_hidden
from skillgap.parsing.docx_styles import (
    Numbering,
    RunProperties,
    Style,
    Styles,
    Theme,
    is_on,
    is_outlined,
    measure,
    run_properties,
    shading_color,
    value_of,
)
from skillgap.parsing.flow import PICTURES_NOT_READ, PLAIN, Collector, Look, Paragraph
from skillgap.parsing.safe_xml import parse_xml
from skillgap.parsing.visibility import PAGE, SMALLEST_POINTS, UNKNOWN, find_reason

if TYPE_CHECKING:
    from docx.opc.part import Part

_LONGEST_HEADING = 150
# A quarter of a page: photos and logos are smaller, scans and exported designs larger.
_SCAN_SQUARE_POINTS = 150_000
_DEEPEST_CHUNK = 2
# Text boxes and paragraphs within paragraphs that are followed: honest ones stand two or three deep.
_DEEPEST_NESTING = 60


def read_docx(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of a Word document in XML: headers, body, text boxes, notes, footers.

    Raises:
        EncryptedResumeError: the archive is locked with a password.
        ResumeLimitError: the document is over a limit of the budget.
        UnreadableResumeError: no Word document can be made out in the file.
    """
    return _read(data, budget=budget, depth=0)


def _read(data: bytes, *, budget: Budget, depth: int) -> Document:
    archive = open_package_archive(data, budget)
    package = clean_package(archive, budget)
    reader = _Reader(open_main_part(package), budget, depth)
    reader.read()
    warnings = [*_damage_warnings(archive, package), *reader.warnings]
    return Document(tuple(reader.out.blocks), "docx", "python-docx", warnings=tuple(warnings))


def _damage_warnings(archive: Archive, package: Package) -> Iterator[ResumeWarning]:
    if archive.is_salvaged:
        yield ResumeWarning("damaged", "The file is cut off; what came before the damage was read.")
    damaged = sorted({*archive.damaged, *package.mended})
    if damaged:
        yield ResumeWarning("damaged", f"Parts of the file are damaged and may lack text: {', '.join(damaged)}.")


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
    style: Style
    place: _Place
    background: str
    anchored: list[Callable[[], None]]


_SKIPPED = frozenset(
    {f"{W}{name}" for name in ("del", "moveFrom", "instrText", "delText", "delInstrText", "rPr", "pPr", "sectPr")}
    | {f"{W}{name}" for name in ("tblPr", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr", "commentReference", "rt")}
    | {f"{W}{name}" for name in ("annotationRef", "footnoteRef", "endnoteRef", "rubyPr", "smartTagPr", "customXmlPr")}
    | {f"{W}{name}" for name in ("binData", "docSuppData", "docOleData", "pgNum", "tblPrEx", "proofErr")}
    | {f"{OFFICE}OLEObject", f"{M}rPr", f"{M}ctrlPr"}
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
        self._theme = Theme(self._related_root("theme"))
        numbering = self._related_root("numbering")
        self._numbering = Numbering(self._root.find(f"{W}lists") if numbering is None else numbering)
        styles = self._related_root("styles")
        self._styles = Styles(
            self._root.find(f"{W}styles") if styles is None else styles, self._theme, self._numbering.has_bullet
        )
        self._notes = {kind: self._note_elements(kind) for kind in ("footnote", "endnote")}
        self._carried: _Host | None = None
        self._fields: list[str] = []
        self._largest_picture = 0.0
        self._nesting = 0

    def read(self) -> None:
        """Read headers, body and footers, each part once."""
        body = self._root.find(f"{W}body")
        if body is None:
            raise UnreadableResumeError("The file is a Word document without a body; export it again.")
        headers, footers = self._shown_margins(body)
        margins = (*headers, *footers)
        backdrop = [self._root, *(root for root in map(self._part_root, margins) if root is not None)]
        page = UNKNOWN if any(map(has_backdrop, backdrop)) else self._page_background()
        for part in headers:
            self._story(part, self._part_root(part), _Place(page))
        self._story(self._main, body, _Place(page))
        for part in footers:
            self._story(part, self._part_root(part), _Place(page))
        if self._largest_picture > (_SCAN_SQUARE_POINTS if self.out.blocks else 0):
            self.warnings.append(ResumeWarning("image-not-read", PICTURES_NOT_READ))

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
            if relation.reltype == OFFICE_RELATION + kind and not relation.is_external:
                yield relation.target_part

    def _related_root(self, kind: str) -> etree._Element | None:
        part = next(self._related_parts(kind), None)
        return None if part is None else self._part_root(part)

    def _part_root(self, part: Part) -> etree._Element | None:
        name = str(part.partname)
        if name not in self._roots:
            self._roots[name] = parse_xml(part.blob, self._budget)
        return self._roots[name]

    def _target(self, id_: str | None) -> Part | None:
        relation = self._part.rels.get(id_ or "")
        return None if relation is None or relation.is_external else relation.target_part

    def _note_elements(self, kind: str) -> dict[str, tuple[Part, etree._Element]]:
        notes: dict[str, tuple[Part, etree._Element]] = {}
        for part in self._related_parts(f"{kind}s"):
            root = self._part_root(part)
            for note in root.iterfind(f"{W}{kind}") if root is not None else ():
                if note.get(f"{W}type", "normal") == "normal":
                    notes[note.get(f"{W}id", "")] = (part, note)
        return notes

    def _shown_margins(self, body: etree._Element) -> tuple[list[Part], list[Part]]:
        """The headers and footers that some page shows: Word keeps those that were switched off."""
        settings = self._related_root("settings")
        has_even = settings is not None and bool(is_on(settings.find(f"{W}evenAndOddHeaders")))
        found: dict[str, list[Part]] = {"header": [], "footer": []}
        for section in body.iter(f"{W}sectPr"):
            has_first = bool(is_on(section.find(f"{W}titlePg")))
            for kind, parts in found.items():
                for reference in section.iterfind(f"{W}{kind}Reference"):
                    which = reference.get(f"{W}type", "default")
                    part = self._target(reference.get(f"{R}id"))
                    is_shown = which == "default" or (which == "first" and has_first) or (which == "even" and has_even)
                    if part is not None and is_shown and part not in parts:
                        parts.append(part)
        return found["header"], found["footer"]

    def _page_background(self) -> str:
        background = self._root.find(f"{W}background")
        color = background.get(f"{W}color", "auto") if background is not None else "auto"
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
        if tag == f"{W}p":
            self._paragraph(element, place)
        elif tag == f"{W}tbl":
            self._container(element, replace(place, background=self._table_background(element, place.background)))
        elif tag == f"{W}tr":
            self._row(element, place)
        elif tag == f"{W}tc":
            self._cell(element, place)
        elif tag == f"{W}altChunk":
            self._alt_chunk(element)
        elif tag == f"{W}subDoc":
            self.warnings.append(ResumeWarning("part-skipped", "A linked sub-document was not read."))
        elif tag == f"{MC}AlternateContent":
            self._container(_alternative(element), place)
        elif tag == f"{W}r" or tag.startswith((M, V, A)) or tag in (f"{W}hyperlink", f"{W}drawing", f"{W}pict"):
            self._loose_runs(element, place)
        else:
            self._container(element, place)

    def _loose_runs(self, element: etree._Element, place: _Place) -> None:
        """Runs outside any paragraph, as careless programs write them."""
        host = self._new_host(None, place)
        self._inline(element, host)
        self._flush(host)

    def _table_background(self, table: etree._Element, outer: str) -> str:
        properties = table.find(f"{W}tblPr")
        if properties is None:
            return outer
        own = shading_color(properties.find(f"{W}shd"), self._theme)
        style = value_of(properties.find(f"{W}tblStyle"))
        return own or (self._styles.table_background(style) if style else None) or outer

    def _row(self, row: etree._Element, place: _Place) -> None:
        properties = row.find(f"{W}trPr")
        if properties is not None:
            if properties.find(f"{W}del") is not None:
                return
            if is_on(properties.find(f"{W}hidden")):
                place = replace(place, hidden="hidden table row")
            height = properties.find(f"{W}trHeight")
            if height is not None and height.get(f"{W}hRule") == "exact":
                points = measure(height.get(f"{W}val"), 0.05)
                if points is not None and points < SMALLEST_POINTS:
                    place = replace(place, hidden="table row without height")
        self._container(row, place)

    def _cell(self, cell: etree._Element, place: _Place) -> None:
        properties = cell.find(f"{W}tcPr")
        own = shading_color(properties.find(f"{W}shd"), self._theme) if properties is not None else None
        # Several paragraphs in a cell are a table used for layout: its text reads like the body's.
        is_layout = sum(1 for child in cell.iter(f"{W}p") if len(child)) > 1
        self._container(cell, _Place(own or place.background, "paragraph" if is_layout else "cell", place.hidden))

    def _paragraph(self, element: etree._Element, place: _Place) -> None:
        properties = element.find(f"{W}pPr")
        if properties is None:
            properties = element.find(f"{A}pPr")
        host = self._carried or self._new_host(properties, place)
        self._carried = None
        for child in element:
            self._inline(child, host)
        mark = properties.find(f"{W}rPr") if properties is not None else None
        if mark is not None and mark.find(f"{W}del") is not None and mark.find(f"{W}ins") is None:
            # The paragraph's end is a tracked deletion: what follows belongs to the same paragraph.
            self._carried = host
            return
        self._flush(host)

    def _new_host(self, properties: etree._Element | None, place: _Place) -> _Host:
        style = self._styles.paragraph(value_of(properties.find(f"{W}pStyle")) if properties is not None else None)
        background = style.background or place.background
        kind: BlockKind = place.kind
        is_heading, has_bullet = style.is_heading, style.has_bullet
        if properties is not None:
            background = shading_color(properties.find(f"{W}shd"), self._theme) or background
            own_heading, own_bullet = is_outlined(properties), self._numbering.has_bullet(properties)
            is_heading = is_heading if own_heading is None else own_heading
            has_bullet = has_bullet if own_bullet is None else own_bullet
            reason = paragraph_hidden(properties)
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
        part = self._target(element.get(f"{R}id"))
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
        if tag == f"{W}r":
            self._run(element, host)
        elif tag in (f"{M}t", f"{A}t"):
            host.paragraph.add(element.text or "", self._look(None, host))
        elif tag in (f"{W}p", f"{W}tbl", f"{A}p"):
            # A block inside a run: read after the paragraph that holds it.
            self._defer(host, lambda: self._block_of(element, host.place))
        elif tag == f"{MC}AlternateContent":
            for child in _alternative(element):
                self._inline(child, host)
        elif tag in (
            f"{W}txbxContent",
            f"{V}textpath",
            f"{C}chart",
            f"{DGM}relIds",
            f"{PIC}pic",
            f"{V}imagedata",
        ):
            self._drawn(element, host)
        else:
            for child in element:
                self._inline(child, host)

    def _block_of(self, element: etree._Element, place: _Place) -> None:
        if element.tag == f"{A}p":
            self._paragraph(element, place)
        else:
            self._block(element, place)

    def _defer(self, host: _Host, read: Callable[[], None]) -> None:
        part = self._part

        def read_in_part() -> None:
            if self._nesting >= _DEEPEST_NESTING:
                self._skip_nested()
                return
            self._nesting += 1
            previous, self._part = self._part, part
            carried, self._carried = self._carried, None
            read()
            self._flush_carried()
            self._part, self._carried = previous, carried
            self._nesting -= 1

        host.anchored.append(read_in_part)

    def _skip_nested(self) -> None:
        warning = ResumeWarning("part-skipped", "Text that is nested too deeply was left out.")
        if warning not in self.warnings:
            self.warnings.append(warning)

    def _run(self, run: etree._Element, host: _Host) -> None:
        self._budget.check_time()
        look = self._look(run.find(f"{W}rPr"), host)
        paragraph = host.paragraph
        for child in run:
            tag = child.tag
            if tag == f"{W}t":
                if self._is_shown():
                    paragraph.add(child.text or "", look)
            elif tag in (f"{W}tab", f"{W}ptab"):
                paragraph.add_tab(look)
            elif tag in (f"{W}br", f"{W}cr"):
                paragraph.add_break(look)
            elif tag == f"{W}noBreakHyphen":
                paragraph.add("-", look)
            elif tag == f"{W}sym":
                paragraph.add(_symbol(child), look)
            elif tag == f"{W}fldChar":
                self._field(child, host, look)
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                self._note(child, host)
            elif isinstance(tag, str) and tag not in _SKIPPED:
                self._inline(child, host)

    def _field(self, element: etree._Element, host: _Host, look: Look) -> None:
        """Fields: the instruction is no text, nor are fields nested in it; the result is."""
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self._fields.append("instruction")
            choices = element.find(f"{W}ffData/{W}ddList")
            if choices is not None:
                host.paragraph.add(_chosen(choices), look)
        elif kind == "separate" and self._fields:
            self._fields[-1] = "result"
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _is_shown(self) -> bool:
        return len(self._fields) < 2 or self._fields[-1] == "instruction" or "instruction" not in self._fields

    def _note(self, reference: etree._Element, host: _Host) -> None:
        kind = "footnote" if reference.tag == f"{W}footnoteReference" else "endnote"
        note = self._notes[kind].pop(reference.get(f"{W}id", ""), None)
        if note is not None:
            part, element = note
            self._defer(host, lambda: self._story(part, element, _Place(host.place.background)))

    def _look(self, properties: etree._Element | None, host: _Host) -> Look:
        if properties is None or not len(properties):
            return self._look_of(host.style.run, host)
        own = run_properties(properties, self._theme)
        style = value_of(properties.find(f"{W}rStyle"))
        if style:
            own = own.over(self._styles.character(style))
        return self._look_of(own.over(host.style.run), host)

    def _look_of(self, run: RunProperties, host: _Host) -> Look:
        size = run.size or 0.0
        if host.place.hidden:
            return Look(size, bool(run.bold), host.place.hidden)
        if run.vanish:
            return Look(size, bool(run.bold), "marked as hidden", takes_space=False)
        reason = find_reason(run.size, run.color, run.background or host.background, width_percent=run.scale)
        return Look(size, bool(run.bold), reason)

    # -- drawings

    def _drawn(self, element: etree._Element, host: _Host) -> None:
        tag = element.tag
        if tag == f"{W}txbxContent":
            place = _Place(box_background(element, self._theme) or host.place.background, hidden=box_hidden(element))
            self._defer(host, lambda: self._container(element, place))
        elif tag == f"{V}textpath":
            self._defer(host, lambda: self._plain(element.get("string", "")))
        elif tag in (f"{PIC}pic", f"{V}imagedata"):
            self._largest_picture = max(self._largest_picture, drawing_area(element))
        else:
            part = self._target(element.get(f"{R}dm" if tag == f"{DGM}relIds" else f"{R}id"))
            root = self._part_root(part) if part is not None else None
            if root is None:
                self.warnings.append(ResumeWarning("part-skipped", "A chart or diagram could not be read."))
            else:
                read = self._diagram if tag == f"{DGM}relIds" else self._chart
                self._defer(host, lambda: read(root))

    def _plain(self, text: str, kind: BlockKind = "paragraph") -> None:
        paragraph = Paragraph(kind)
        paragraph.add(text, PLAIN)
        self.out.extend(paragraph.blocks())

    def _diagram(self, root: etree._Element) -> None:
        for paragraph in root.iter(f"{A}p"):
            self._plain("".join(text.text or "" for text in paragraph.iter(f"{A}t")))

    def _chart(self, root: etree._Element) -> None:
        """A chart's titles, series names, categories and labels; its values are drawn, not written."""
        seen: set[str] = set()
        texts = ["".join(t.text or "" for t in p.iter(f"{A}t")) for p in root.iter(f"{A}p")]
        for names in (*root.iter(f"{C}tx"), *root.iter(f"{C}cat")):
            texts.extend(value.text or "" for value in names.iter(f"{C}v"))
        for text in texts:
            if text.strip() and text not in seen:
                seen.add(text)
                self._plain(text, "cell")


def _alternative(element: etree._Element) -> etree._Element:
    """The branch of alternate content that is read: the first choice that holds anything, else the fallback.

    A choice for programs that know what Word does not is not what people see.
    """
    branches = [child for child in element if child.tag in (f"{MC}Choice", f"{MC}Fallback") and _is_known(child)]
    for branch in branches:
        if any(node.tag in _TEXT_TAGS for node in branch.iter()):
            return branch
    return branches[0] if branches else element


def _is_known(branch: etree._Element) -> bool:
    """Whether Word knows all namespaces that a choice requires."""
    spaces = (branch.nsmap.get(prefix, "") for prefix in (branch.get("Requires") or "").split())
    return all(space.startswith(_WORD_SPACES) for space in spaces)


_WORD_SPACES = (
    *("http://schemas.microsoft.com/", "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"),
    "urn:schemas-microsoft-com:",
)

_TEXT_TAGS = frozenset(
    {f"{W}t", f"{A}t", f"{M}t", f"{W}sym", f"{V}textpath", f"{C}chart", f"{DGM}relIds", f"{W}altChunk"}
)


def _symbol(element: etree._Element) -> str:
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        return ""
    font = element.get(f"{W}font", "").lower()
    if "wingdings" in font or "webdings" in font or font == "symbol" or 0xE000 <= code <= 0xF8FF:
        # Symbol fonts number their glyphs privately; in resumes they are bullets, phones and envelopes.
        return chr(0xF000 + (code & 0xFF))
    return chr(code) if code <= 0x10FFFF else ""


def _chosen(choices: etree._Element) -> str:
    entries = [entry.get(f"{W}val", "") for entry in choices.iterfind(f"{W}listEntry")]
    index = value_of(choices.find(f"{W}result")) or value_of(choices.find(f"{W}default")) or "0"
    return entries[int(index)] if index.isdigit() and int(index) < len(entries) else ""


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
