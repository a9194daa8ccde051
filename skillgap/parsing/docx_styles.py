"""How text in a Word document looks: styles with what they inherit, lists, theme colours, shading."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from lxml import etree

from skillgap.parsing.docx_names import W14, A, W
from skillgap.parsing.visibility import LEAST_SPACING_POINTS, PAGE, TRANSPARENT, UNKNOWN


@dataclass(frozen=True, slots=True)
class RunProperties:
    """What a run, a style or the defaults say about characters; None where they say nothing."""

    size: float | None = None
    bold: bool | None = None
    vanish: bool | None = None
    color: str | None = None
    background: str | None = None
    scale: float | None = None

    def over(self, base: RunProperties) -> RunProperties:
        """These properties, with those of the base where these say nothing."""
        return RunProperties(
            base.size if self.size is None else self.size,
            base.bold if self.bold is None else self.bold,
            base.vanish if self.vanish is None else self.vanish,
            base.color if self.color is None else self.color,
            base.background if self.background is None else self.background,
            base.scale if self.scale is None else self.scale,
        )


_NOTHING = RunProperties()


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits: characters, list level, outline level and paragraph shading."""

    run: RunProperties = _NOTHING
    has_bullet: bool | None = None
    is_heading: bool | None = None
    background: str | None = None


class Styles:
    """Styles by id, resolved over what they are based on."""

    def __init__(self, root: etree._Element | None, theme: Theme, has_bullet: Callable[[etree._Element], bool | None]):
        self._theme = theme
        self._has_bullet = has_bullet
        self._elements: dict[str, etree._Element] = {}
        self._resolved: dict[str, Style] = {}
        self._default_paragraph = ""
        self.defaults = RunProperties(size=10.0)
        if root is None:
            return
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        if defaults is not None:
            self.defaults = run_properties(defaults, theme).over(self.defaults)
        for style in root.iterfind(f"{W}style"):
            id_ = style.get(f"{W}styleId", "")
            self._elements.setdefault(id_, style)
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self._default_paragraph = id_

    def paragraph(self, id_: str | None) -> Style:
        """The style of a paragraph; its run properties lie over the document's defaults."""
        style = self._resolve(id_ or self._default_paragraph, ())
        return replace(style, run=style.run.over(self.defaults))

    def character(self, id_: str) -> RunProperties:
        """What a character style says."""
        return self._resolve(id_, ()).run

    def table_background(self, id_: str) -> str | None:
        """UNKNOWN where a table style shades any part of its tables, None where it shades none."""
        seen: set[str] = set()
        while id_ and id_ not in seen and id_ in self._elements:
            seen.add(id_)
            element = self._elements[id_]
            if any(shading_color(shading, self._theme) not in (None, PAGE) for shading in element.iter(f"{W}shd")):
                return UNKNOWN
            id_ = value_of(element.find(f"{W}basedOn")) or ""
        return None

    def _resolve(self, id_: str, above: tuple[str, ...]) -> Style:
        if id_ in self._resolved:
            return self._resolved[id_]
        element = self._elements.get(id_)
        if element is None or id_ in above or len(above) > 50:
            return Style()
        parent_id = value_of(element.find(f"{W}basedOn"))
        parent = self._resolve(parent_id, (*above, id_)) if parent_id else Style()
        run = element.find(f"{W}rPr")
        paragraph = element.find(f"{W}pPr")
        own_bullet = own_heading = own_background = None
        if paragraph is not None:
            own_bullet = self._has_bullet(paragraph)
            own_heading = is_outlined(paragraph)
            own_background = shading_color(paragraph.find(f"{W}shd"), self._theme)
        name = (value_of(element.find(f"{W}name")) or "").lower()
        if re.fullmatch(r"heading \d|title", name):
            own_heading = True
        style = Style(
            (run_properties(run, self._theme) if run is not None else _NOTHING).over(parent.run),
            parent.has_bullet if own_bullet is None else own_bullet,
            parent.is_heading if own_heading is None else own_heading,
            parent.background if own_background is None else own_background,
        )
        self._resolved[id_] = style
        return style


class Numbering:
    """Which paragraphs are list items."""

    def __init__(self, root: etree._Element | None) -> None:
        self._unmarked: set[tuple[str, str]] = set()
        if root is None:
            return
        levels: dict[str, dict[str, str]] = {}
        for abstract in root.iterfind(f"{W}abstractNum"):
            levels[abstract.get(f"{W}abstractNumId", "")] = {
                level.get(f"{W}ilvl", "0"): value_of(level.find(f"{W}numFmt")) or ""
                for level in abstract.iterfind(f"{W}lvl")
            }
        for number in root.iterfind(f"{W}num"):
            formats = levels.get(value_of(number.find(f"{W}abstractNumId")) or "", {})
            id_ = number.get(f"{W}numId", "")
            self._unmarked |= {(id_, level) for level, form in formats.items() if form == "none"}

    def has_bullet(self, properties: etree._Element) -> bool | None:
        """Whether paragraph properties make a list item; None where they say nothing."""
        number = properties.find(f"{W}numPr")
        if number is None:
            return None
        id_ = value_of(number.find(f"{W}numId"))
        if id_ is None:
            return None
        level = value_of(number.find(f"{W}ilvl")) or "0"
        return id_ != "0" and (id_, level) not in self._unmarked


_THEME_ALIASES = {
    "background1": "lt1", "light1": "lt1", "bg1": "lt1", "text1": "dk1", "dark1": "dk1", "tx1": "dk1",
    "background2": "lt2", "light2": "lt2", "bg2": "lt2", "text2": "dk2", "dark2": "dk2", "tx2": "dk2",
}  # fmt: skip


class Theme:
    """The theme's colours by name."""

    def __init__(self, root: etree._Element | None) -> None:
        self._colors = {"lt1": "FFFFFF", "dk1": "000000"}
        scheme = root.find(f".//{A}clrScheme") if root is not None else None
        for color in scheme if scheme is not None else ():
            value = next((v for c in color if (v := c.get("lastClr") or c.get("val"))), "")
            if isinstance(color.tag, str) and re.fullmatch(r"[0-9A-Fa-f]{6}", value):
                self._colors[color.tag.removeprefix(A)] = value.upper()

    def color(self, name: str) -> str | None:
        """The six hexadecimal digits of a theme colour, None where the theme has none of the name."""
        return self._colors.get(_THEME_ALIASES.get(name, name))


def value_of(element: etree._Element | None) -> str | None:
    """An element's value attribute, None where there is no element."""
    return None if element is None else element.get(f"{W}val")


def is_on(element: etree._Element | None) -> bool | None:
    """Whether a switch is on, None where it is not there."""
    if element is None:
        return None
    return (element.get(f"{W}val") or "true").lower() not in ("0", "false", "off", "none")


def is_outlined(properties: etree._Element) -> bool | None:
    """Whether paragraph properties make a heading; None where they say nothing."""
    level = value_of(properties.find(f"{W}outlineLvl"))
    return None if level is None else level != "9"


_MEASURE = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*(pt|in|cm|mm|pc|pi|px|%|)\s*")
_POINTS = {"pt": 1.0, "in": 72.0, "cm": 72 / 2.54, "mm": 72 / 25.4, "pc": 12.0, "pi": 12.0, "px": 0.75}


def measure(text: str | None, bare_unit: float) -> float | None:
    """A measure in points; a bare number counts units of so many points."""
    match = _MEASURE.fullmatch(text or "")
    if match is None:
        return None
    return float(match[1]) * _POINTS.get(match[2], bare_unit)


def run_properties(properties: etree._Element, theme: Theme) -> RunProperties:
    """What the properties of a run say, as far as they tell whether it is seen."""
    size = bold = vanish = color = background = scale = filled = None
    for item in properties:
        tag = item.tag
        if tag == f"{W}sz":
            size = measure(item.get(f"{W}val"), 0.5)
        elif tag == f"{W}b":
            bold = is_on(item)
        elif tag == f"{W}vanish":
            vanish = is_on(item)
        elif tag == f"{W}color":
            color = _text_color(item, theme)
        elif tag == f"{W}shd":
            background = background or shading_color(item, theme)
        elif tag == f"{W}highlight":
            named = item.get(f"{W}val", "none")
            background = _HIGHLIGHTS.get(named, UNKNOWN) if named != "none" else background
        elif tag == f"{W}w":
            scale = measure(item.get(f"{W}val"), 1.0)
        elif tag == f"{W}spacing":
            spacing = measure(item.get(f"{W}val"), 0.05)
            if spacing is not None and spacing < LEAST_SPACING_POINTS:
                scale = 0.0  # each letter stands on the one before it
        elif tag == f"{W14}textFill":
            filled = TRANSPARENT if _is_transparent(item) else _filled(item)
    color = filled or color
    return RunProperties(size, bold, vanish, color, background, scale)


_HIGHLIGHTS = {
    "black": "000000", "blue": "0000FF", "cyan": "00FFFF", "green": "00FF00", "magenta": "FF00FF", "red": "FF0000",
    "yellow": "FFFF00", "white": "FFFFFF", "darkBlue": "000080", "darkCyan": "008080", "darkGreen": "008000",
    "darkMagenta": "800080", "darkRed": "800000", "darkYellow": "808000", "darkGray": "808080", "lightGray": "C0C0C0",
}  # fmt: skip


def _text_color(element: etree._Element, theme: Theme) -> str | None:
    """The colour of letters; a colour of the theme counts more than the one that is written beside it."""
    named = element.get(f"{W}themeColor")
    themed = theme.color(named) if named else None
    if themed is not None:
        return _shaded(themed, element.get(f"{W}themeTint"), element.get(f"{W}themeShade"))
    value = element.get(f"{W}val", "auto")
    return value.upper() if re.fullmatch(r"[0-9A-Fa-f]{6}", value) else "auto"


def _shaded(color: str, tint: str | None, shade: str | None) -> str:
    """A colour made lighter by a tint and darker by a shade, each a share of FF that stays.

    >>> _shaded("000000", "80", None), _shaded("FFFFFF", None, "80"), _shaded("203040", None, None)
    ('7F7F7F', '808080', '203040')
    """
    channels = [int(color[at : at + 2], 16) for at in (0, 2, 4)]
    if tint and re.fullmatch(r"[0-9A-Fa-f]{1,2}", tint):
        channels = [255 - (255 - channel) * int(tint, 16) // 255 for channel in channels]
    if shade and re.fullmatch(r"[0-9A-Fa-f]{1,2}", shade):
        channels = [channel * int(shade, 16) // 255 for channel in channels]
    return "".join(f"{channel:02X}" for channel in channels)


def _filled(fill: etree._Element) -> str | None:
    """The plain colour that letters are filled with, UNKNOWN for gradients, None where nothing is said."""
    if fill.find(f"{W14}gradFill") is not None:
        return UNKNOWN
    color = fill.find(f"{W14}solidFill/{W14}srgbClr")
    value = color.get(f"{W14}val", "") if color is not None else ""
    return value.upper() if re.fullmatch(r"[0-9A-Fa-f]{6}", value) and color is not None and not len(color) else None


def _is_transparent(fill: etree._Element) -> bool:
    if fill.find(f"{W14}noFill") is not None:
        return True
    alpha = fill.find(f"{W14}solidFill//{W14}alpha")
    amount = alpha.get(f"{W14}val", "0") if alpha is not None else "0"
    return amount.isdigit() and int(amount) >= 95_000


def shading_color(element: etree._Element | None, theme: Theme) -> str | None:
    """The colour behind shaded text, UNKNOWN for patterns, None where nothing is shaded."""
    if element is None:
        return None
    pattern = element.get(f"{W}val", "clear")
    if pattern == "nil":
        return None
    fill = element.get(f"{W}color" if pattern == "solid" else f"{W}fill", "auto")
    if pattern not in ("clear", "solid"):
        return UNKNOWN
    named = element.get(f"{W}themeColor" if pattern == "solid" else f"{W}themeFill")
    if named:
        themed = theme.color(named)
        tint, shade = element.get(f"{W}themeFillTint"), element.get(f"{W}themeFillShade")
        return _shaded(themed, tint, shade) if themed else UNKNOWN
    if re.fullmatch(r"[0-9A-Fa-f]{6}", fill):
        return fill.upper()
    return "000000" if pattern == "solid" else None
