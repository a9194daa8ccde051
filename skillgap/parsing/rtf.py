"""RTF → text blocks.

The libraries for RTF give a bare string, without lists, headings, tables or hidden text; the format is a
stream of groups and control words, and what a resume needs of it is read here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from skillgap.errors import UnreadableResumeError
from skillgap.model import BlockKind, ResumeWarning
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock
from skillgap.parsing.flow import Collector, Look, Paragraph
from skillgap.parsing.visibility import (
    LEAST_SPACING_POINTS,
    PAGE,
    SMALLEST_POINTS,
    UNKNOWN,
    WIDEST_POINTS,
    find_reason,
)

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z'])|([{}])|([^\\{}\r\n]+)|[\r\n]+|\\"
)
_LONGEST_HEADING = 150
_DEEPEST_GROUPS = 2_000
_TOKENS_BETWEEN_CHECKS = 4_096

# Groups whose content is never text on the page.
_NO_TEXT = frozenset({
    "info", "pict", "object", "objdata", "objclass", "objname", "themedata", "colorschememapping", "datastore",
    "latentstyles", "listtable", "listoverridetable", "listname", "listtext", "pntext", "pntxta", "pntxtb", "pnseclvl",
    "revtbl", "rsidtbl", "generator", "xmlnstbl", "fldinst", "datafield", "formfield", "bkmkstart", "bkmkend",
    "annotation", "atnid", "atnauthor", "atntime", "atnicn", "atnref", "atnparent", "atrfstart", "atrfend",
    "nonshppict", "filetbl", "mmathPr", "xe", "tc", "pgptbl", "wgrffmtfilter", "template", "operator", "title",
    "author", "userprops", "shpinst", "sp", "sn", "sv", "do", "falt", "panose", "fchars", "lchars", "docvar",
    "background", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "picprop", "blipuid",
    "passwordhash", "protusertbl", "factoidname", "gridtbl", "keywords", "subject", "doccomm", "company", "manager",
    "category", "comment", "hlinkbase", "oleclsid", "upr",
})  # fmt: skip
# Text inside groups that are otherwise skipped: text boxes new and old, and the Unicode half of doubled text.
_TEXT_IN_SKIPPED = frozenset({"shptxt", "dptxbxtext", "ud"})
_MARGINS = frozenset({"header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf"})
_SYMBOLS = {
    "bullet": "•", "endash": "–", "emdash": "—", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "", "zwnj": "", "zwbo": "", "zwnbo": "", "ltrmark": "",
    "rtlmark": "",
}  # fmt: skip
_CODEPAGES_OF_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 78: "shift_jis", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
_SYMBOL_CHARSET = 2
_PARAGRAPH_ENDS = frozenset(("par", "sect", "page"))


def read_rtf(data: bytes, *, budget: Budget) -> Document:
    """The text blocks of an RTF document: body, tables, text boxes, headers, footnotes, footers.

    Raises:
        ResumeLimitError: the document is over a limit of the budget.
        UnreadableResumeError: the file only begins like RTF.
    """
    reader = _Reader(data, budget)
    reader.read()
    return Document(tuple(reader.blocks()), "rtf", "rtf", warnings=tuple(reader.warnings))


@dataclass(frozen=True, slots=True)
class _State:
    """What a group inherits and its end restores."""

    size: float = 12.0
    is_bold: bool = False
    is_hidden: bool = False
    is_deleted: bool = False
    color: int = 0
    background: int = 0
    scale: int = 100
    spacing: float = 0.0  # points between letters
    codec: str = ""
    is_symbol: bool = False
    skip_after_unicode: int = 1
    destination: str = ""
    is_skipped: bool = False
    is_repeated: bool = False


@dataclass(slots=True)
class _Format:
    """Paragraph properties, which a new paragraph may reset."""

    style: int = 0
    is_listed: bool = False
    level: int | None = None
    background: int = 0
    in_table: bool = False
    is_outside: bool = False
    has_no_height: bool = False


@dataclass(slots=True)
class _Story:
    """A stream of paragraphs of its own: the body, a header, a footnote, a text box."""

    out: Collector
    background: str = PAGE
    paragraph: Paragraph = field(default_factory=Paragraph)
    format: _Format = field(default_factory=_Format)
    anchored: list[_Story] = field(default_factory=list)
    cell_fills: list[int] = field(default_factory=list)
    next_fill: int = 0
    cell: int = 0
    paragraphs_in_cell: int = 0


class _Reader:
    def __init__(self, data: bytes, budget: Budget) -> None:
        self.warnings: list[ResumeWarning] = []
        self._data = data
        self._budget = budget
        self._state = _State()
        self._stack: list[tuple[_State, _Story | None]] = []
        # White text may stand on a shape that is drawn behind the text.
        self._page = UNKNOWN if b"\\shpinst" in data or b"\\background" in data else PAGE
        self._body = _Story(Collector(budget), self._page)
        self._story = self._body
        self._margins: dict[str, _Story] = {}
        self._codec = "cp1252"
        self._fonts: dict[int, tuple[str, bool]] = {}
        self._colors: list[str] = []
        self._color: dict[str, int] = {}
        self._styles: dict[int, tuple[str, int | None]] = {}
        self._naming: int | None = None
        self._style_name = ""
        self._style_level: int | None = None
        self._font: int | None = None
        self._bytes = bytearray()
        self._skip = 0
        self._high = 0
        self._is_starred = False
        self._group_begins = False

    def blocks(self) -> list[TextBlock]:
        """All blocks: headers, body, footers."""
        margins = {kind: story.out.blocks for kind, story in self._margins.items()}
        heads = [b for kind, blocks in margins.items() if kind.startswith("header") for b in blocks]
        feet = [b for kind, blocks in margins.items() if kind.startswith("footer") for b in blocks]
        return [*dict.fromkeys(heads), *self._body.out.blocks, *dict.fromkeys(feet)]

    def read(self) -> None:
        """Read the whole stream."""
        data, at, count = self._data, 0, 0
        while match := _TOKEN.match(data, at):
            at = match.end()
            count += 1
            if count % _TOKENS_BETWEEN_CHECKS == 0:
                self._budget.check_time()
            word, number, code, symbol, brace, text = match.groups()
            if text is not None:
                self._add_bytes(text)
            elif word is not None:
                if word == b"bin":
                    at += max(0, int(number or 0))
                else:
                    self._flush_bytes()
                    self._word(word.decode("ascii"), None if number is None else int(number))
            elif code is not None:
                self._add_bytes(bytes([int(code, 16)]))
            elif brace is not None:
                self._flush_bytes()
                if brace == b"}" and not self._stack:
                    break
                self._open() if brace == b"{" else self._close()
            elif symbol is not None:
                self._flush_bytes()
                self._symbol(symbol)
        self._flush_bytes()
        if self._stack:
            self.warnings.append(ResumeWarning("damaged", "The file is cut off; what came before the damage was read."))
        while self._stack:
            self._close()
        self._end_paragraph()
        if not count:
            raise UnreadableResumeError("The file is damaged: it begins like RTF but holds no RTF.")

    # -- groups

    def _open(self) -> None:
        if len(self._stack) >= _DEEPEST_GROUPS:
            raise UnreadableResumeError("The file is damaged: its groups are nested too deeply.")
        self._stack.append((self._state, None))
        self._group_begins, self._is_starred = True, False
        self._skip = 0

    def _close(self) -> None:
        outer, story = self._stack.pop()
        if self._state.destination == "stylesheet" and outer.destination == "stylesheet":
            self._end_style()
        elif self._state.destination == "colortbl" and outer.destination != "colortbl":
            self._color = {}
        if story is not None:
            self._end_paragraph()
            self._story = story
        self._state = outer
        self._group_begins = self._is_starred = False
        self._skip = 0

    def _begin_destination(self, word: str) -> bool:
        """Whether a control word opens a destination, which is then begun."""
        if word in _MARGINS:
            self._begin_story(self._margins.setdefault(word, _Story(Collector(self._budget), self._page)))
        elif word == "footnote" and not self._state.is_skipped:
            self._begin_story(self._anchor(self._page))
        elif word == "shprslt":
            # The same shape once more, drawn for programs of 1995.
            self._state = replace(self._state, is_skipped=True, is_repeated=True)
        elif word in _TEXT_IN_SKIPPED and not self._state.is_repeated:
            self._state = replace(self._state, is_skipped=False)
            if word != "ud":
                self._begin_story(self._anchor(UNKNOWN))
        elif word in ("fonttbl", "colortbl", "stylesheet"):
            self._state = replace(self._state, destination=word)
        elif word in _NO_TEXT:
            if word in ("listtext", "pntext"):
                self._story.format.is_listed = True
            self._state = replace(self._state, is_skipped=True)
        else:
            return False
        return True

    def _anchor(self, background: str) -> _Story:
        story = _Story(Collector(self._budget), background)
        self._story.anchored.append(story)
        return story

    def _begin_story(self, story: _Story) -> None:
        if self._stack:
            self._stack[-1] = (self._stack[-1][0], self._story)
        self._story = story
        self._state = replace(self._state, is_hidden=False, destination="")

    # -- words

    def _word(self, word: str, number: int | None) -> None:
        begins, starred = self._group_begins, self._is_starred
        self._group_begins = False
        if self._skip and not begins and word not in ("u",):
            # A control word stands for one of the characters that follow a \u for old readers.
            if word in _SYMBOLS or word in ("tab", "line"):
                self._skip -= 1
                return
            self._skip = 0
        if begins or starred:
            self._is_starred = False
            if self._begin_destination(word):
                return
            if starred and word != "nesttableprops":
                self._state = replace(self._state, is_skipped=True)
                return
        if word == "u":
            self._unicode(number or 0)
        elif self._state.destination:
            self._table_word(word, number)
        elif not self._character_word(word, number):
            self._paragraph_word(word, number)

    def _table_word(self, word: str, number: int | None) -> None:
        destination = self._state.destination
        if destination == "colortbl" and word in ("red", "green", "blue"):
            self._color[word] = max(0, min(255, number or 0))
        elif destination == "fonttbl":
            if word == "f":
                self._font = number or 0
                self._fonts.setdefault(self._font, (self._codec, False))
            elif word in ("fcharset", "cpg") and self._font is not None:
                self._fonts[self._font] = self._font_codec(word, number or 0)
        elif destination == "stylesheet":
            if word in ("s", "cs", "ds", "ts"):
                self._naming = number if word == "s" else None
            elif word == "outlinelevel":
                self._style_level = number

    def _font_codec(self, word: str, number: int) -> tuple[str, bool]:
        if word == "cpg":
            return _codec(number), False
        if number == _SYMBOL_CHARSET:
            return self._codec, True
        return _CODEPAGES_OF_CHARSETS.get(number, self._codec) if number != 0 else self._codec, False

    def _end_style(self) -> None:
        if self._naming is not None or self._style_name:
            name = self._style_name.strip().rstrip(";").lower()
            self._styles[self._naming or 0] = (name, self._style_level)
        self._naming, self._style_name, self._style_level = None, "", None

    def _character_word(self, word: str, number: int | None) -> bool:
        state = self._state
        is_on = number != 0
        if word == "plain":
            state = replace(
                state,
                size=12.0,
                is_bold=False,
                is_hidden=False,
                is_deleted=False,
                color=0,
                background=0,
                scale=100,
                spacing=0.0,
            )
        elif word == "fs":
            state = replace(state, size=(24 if number is None else number) / 2)
        elif word == "b":
            state = replace(state, is_bold=is_on)
        elif word == "v":
            state = replace(state, is_hidden=is_on)
        elif word == "deleted":
            state = replace(state, is_deleted=is_on)
        elif word == "cf":
            state = replace(state, color=number or 0)
        elif word in ("highlight", "chcbpat", "cb"):
            state = replace(state, background=number or 0)
        elif word in ("expnd", "expndtw"):
            spacing = (number or 0) / (4 if word == "expnd" else 20)
            state = replace(state, spacing=spacing)
        elif word == "charscalex":
            state = replace(state, scale=100 if number is None else number)
        elif word == "f":
            codec, is_symbol = self._fonts.get(number or 0, (self._codec, False))
            state = replace(state, codec=codec, is_symbol=is_symbol)
        elif word == "uc":
            state = replace(state, skip_after_unicode=max(0, min(number or 0, 16)))
        elif word in ("ansicpg", "mac", "pc", "pca"):
            self._codec = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850"}.get(word) or _codec(number or 1252)
        elif word in _SYMBOLS:
            self._add_text(_SYMBOLS[word])
        else:
            return False
        self._state = state
        return True

    def _paragraph_word(self, word: str, number: int | None) -> None:
        if self._state.is_skipped:
            return
        form = self._story.format
        if word in _PARAGRAPH_ENDS:
            self._end_paragraph()
        elif word in ("cell", "nestcell"):
            self._end_paragraph("cell")
        elif word in ("row", "nestrow"):
            self._end_paragraph()
            self._story.cell = self._story.paragraphs_in_cell = 0
        elif word == "tab":
            self._story.paragraph.add_tab(self._look())
        elif word in ("line", "column", "lbr", "softline"):
            self._story.paragraph.add_break(self._look())
        elif word == "pard":
            self._story.format = _Format()
        elif word == "s":
            form.style = number or 0
        elif word in ("ls", "pn", "pnlvlblt", "pnlvlbody"):
            form.is_listed = word != "ls" or number != 0
        elif word == "outlinelevel":
            form.level = number
        elif word == "cbpat":
            form.background = number or 0
        elif word in ("li", "ri", "lin", "rin"):
            form.is_outside = form.is_outside or (number or 0) / 20 > WIDEST_POINTS
        elif word == "sl":
            # Below zero, lines are exactly so high, in twentieths of a point.
            form.has_no_height = number is not None and -20 * SMALLEST_POINTS < number < 0
        elif word == "trowd":
            self._story.cell_fills, self._story.next_fill, self._story.cell = [], 0, 0
        elif word == "clcbpat":
            self._story.next_fill = number or 0
        elif word == "cellx":
            self._story.cell_fills.append(self._story.next_fill)
            self._story.next_fill = 0
        elif word == "intbl":
            form.in_table = True

    def _symbol(self, symbol: bytes) -> None:
        if symbol == b"*":
            self._is_starred = True
            return
        self._group_begins = False
        if symbol in (b"\r", b"\n"):
            self._paragraph_word("par", None)
        elif symbol in (b"~", b"_", b"{", b"}", b"\\", b"\t"):
            if self._skip:
                self._skip -= 1
                return
            self._add_text({b"~": "\u00a0", b"_": "-", b"\t": "\t"}.get(symbol) or symbol.decode("ascii"))

    # -- text

    def _unicode(self, number: int) -> None:
        code = number + 0x10000 if number < 0 else number
        self._skip = self._state.skip_after_unicode
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        if 0xDC00 <= code < 0xE000:
            code = 0x10000 + ((self._high - 0xD800) << 10) + (code - 0xDC00) if self._high else 0xFFFD
        self._high = 0
        self._add_text(chr(code) if 0 <= code <= 0x10FFFF else "\ufffd")

    def _add_bytes(self, text: bytes) -> None:
        self._group_begins = False
        if self._skip:
            skipped = min(self._skip, len(text))
            self._skip -= skipped
            text = text[skipped:]
        self._bytes += text

    def _flush_bytes(self) -> None:
        if not self._bytes:
            return
        content, self._bytes = bytes(self._bytes), bytearray()
        if self._state.is_symbol:
            text = "".join(chr(0xF000 + code) if code > 0x20 else chr(code) for code in content)
        else:
            text = content.decode(self._state.codec or self._codec, "replace")
        self._add_text(text)

    def _add_text(self, text: str) -> None:
        state = self._state
        if state.is_skipped or not text:
            return
        if state.destination == "stylesheet":
            self._style_name += text
        elif state.destination == "colortbl":
            for _ in range(text.count(";")):
                red, green, blue = (self._color.get(part) for part in ("red", "green", "blue"))
                known = None not in (red, green, blue)
                self._colors.append(f"{red:02X}{green:02X}{blue:02X}" if known else "auto")
                self._color = {}
        elif not state.destination and not state.is_deleted:
            self._story.paragraph.add(text, self._look())

    def _look(self) -> Look:
        state, story = self._state, self._story
        if state.is_hidden:
            return Look(state.size, state.is_bold, "marked as hidden", takes_space=False)
        if story.format.is_outside or story.format.has_no_height:
            reason = "outside the page" if story.format.is_outside else "line without height"
            return Look(state.size, state.is_bold, reason)
        color = self._color_at(state.color)
        in_cell = story.format.in_table and story.cell < len(story.cell_fills)
        behind = state.background or story.format.background or (story.cell_fills[story.cell] if in_cell else 0)
        background = self._color_at(behind) if behind else story.background
        if background == "auto":
            background = story.background
        scale = 0 if state.spacing < LEAST_SPACING_POINTS else state.scale
        reason = find_reason(state.size, color, background, width_percent=scale)
        return Look(state.size, state.is_bold, reason)

    def _color_at(self, index: int) -> str:
        return self._colors[index] if 0 <= index < len(self._colors) else "auto"

    def _end_paragraph(self, ended_by: str = "") -> None:
        story = self._story
        paragraph, story.paragraph = story.paragraph, Paragraph()
        paragraph.kind = self._kind(ended_by)
        blocks = list(paragraph.blocks())
        if paragraph.kind == "heading":
            blocks = [replace(b, kind="paragraph") if len(b.text) > _LONGEST_HEADING else b for b in blocks]
        story.out.extend(blocks)
        anchored, story.anchored = story.anchored, []
        for inner in anchored:
            story.out.extend(inner.out.blocks)
        if ended_by == "cell":
            story.cell += 1
            story.paragraphs_in_cell = 0
        elif story.format.in_table:
            story.paragraphs_in_cell += 1

    def _kind(self, ended_by: str) -> BlockKind:
        form = self._story.format
        name, style_level = self._styles.get(form.style, ("", None))
        level = style_level if form.level is None else form.level
        if re.match(r"heading \d|title$", name) or (level is not None and 0 <= level < 9):
            return "heading"
        if form.is_listed or re.match(r"list (?:bullet|number)", name):
            return "bullet"
        is_sole = ended_by == "cell" and not self._story.paragraphs_in_cell
        return "cell" if is_sole else "paragraph"


def _codec(codepage: int) -> str:
    name = {65001: "utf-8", 10000: "mac_roman", 932: "cp932", 936: "gbk", 949: "cp949", 950: "big5", 0: "cp1252"}.get(
        codepage, f"cp{codepage}"
    )
    try:
        b"".decode(name)
    except LookupError:
        return "cp1252"
    return name
