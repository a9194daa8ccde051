"""Where text boxes and pictures of a Word document stand, what is behind them, and whether they are seen."""

from __future__ import annotations

import re

from lxml import etree

from skillgap.parsing.docx_names import WP, WPS, A, V, W
from skillgap.parsing.docx_styles import Theme, measure
from skillgap.parsing.visibility import PAGE, SMALLEST_POINTS, UNKNOWN, WIDEST_POINTS, find_reason

_EMU_PER_POINT = 12700
# Shapes smaller than about a square inch are icons and rules that no line of text fits on.
_BACKDROP_SQUARE_POINTS = 5_000
# Word's longest page side is 22 inches: a box farther than that from any anchor lies off every page.
_FARTHEST_POINTS = 22 * 72.0
# A box that ends so far before what it is placed by, a margin of the page mostly, ends before the page.
_BEFORE_POINTS = 200.0


def paragraph_hidden(properties: etree._Element) -> str:
    """Why the properties of a paragraph hide it, empty where they do not."""
    spacing = properties.find(f"{W}spacing")
    if spacing is not None and spacing.get(f"{W}lineRule") == "exact":
        height = measure(spacing.get(f"{W}line"), 0.05)
        if height is not None and height < SMALLEST_POINTS:
            return "line without height"
    indent = properties.find(f"{W}ind")
    if indent is not None:
        # A line that begins beyond the right edge of the page, or ends before the left one.
        sides = (measure(indent.get(f"{W}{side}"), 0.05) for side in ("left", "right", "start", "end"))
        if any(side is not None and side > WIDEST_POINTS for side in sides):
            return "outside the page"
    frame = properties.find(f"{W}framePr")
    if frame is not None:
        offsets = (measure(frame.get(f"{W}{axis}"), 0.05) for axis in ("x", "y"))
        if any(offset is not None and abs(offset) > _FARTHEST_POINTS for offset in offsets):
            return "outside the page"
    return ""


def _ancestor(element: etree._Element, *tags: str) -> etree._Element | None:
    return next(element.iterancestors(*tags), None)


def box_background(content: etree._Element, theme: Theme) -> str | None:
    """The fill of the shape that holds a text box; None where the page shines through."""
    shape = _ancestor(content, f"{WPS}wsp")
    if shape is not None:
        fill = _fill(shape.find(f"{WPS}spPr"), theme)
        if fill is not None:
            return fill or None
        reference = shape.find(f"{WPS}style/{A}fillRef")
        return None if reference is None or reference.get("idx") == "0" else UNKNOWN
    box = _ancestor(content, f"{V}shape", f"{V}rect", f"{V}roundrect", f"{V}oval")
    if box is None or box.get("filled", "t") in ("f", "false"):
        return None
    if box.find(f"{V}fill") is not None:
        return UNKNOWN
    match = re.match(r"#([0-9a-fA-F]{6})", box.get("fillcolor", "#ffffff"))
    return match[1].upper() if match else UNKNOWN


def _fill(properties: etree._Element | None, theme: Theme) -> str | None:
    """A shape's fill: a colour, UNKNOWN, the empty string for none at all, None where it is not said."""
    for item in properties if properties is not None else ():
        if item.tag == f"{A}noFill":
            return ""
        if item.tag == f"{A}solidFill":
            color = next(iter(item), None)
            if color is None or len(color):
                return UNKNOWN
            value = color.get("val", "")
            if color.tag == f"{A}srgbClr" and re.fullmatch(r"[0-9A-Fa-f]{6}", value):
                return value.upper()
            return theme.color(value) or UNKNOWN
        if item.tag in (f"{A}gradFill", f"{A}blipFill", f"{A}pattFill", f"{A}grpFill"):
            return UNKNOWN
    return None


def box_hidden(content: etree._Element) -> str:
    """Why a text box is not seen, empty where it is."""
    anchor = _ancestor(content, f"{WP}anchor", f"{WP}inline")
    if anchor is None:
        shape = _ancestor(content, f"{V}shape", f"{V}rect")
        style = shape.get("style", "") if shape is not None else ""
        return "hidden text box" if re.search(r"visibility\s*:\s*hidden", style) else ""
    properties = anchor.find(f"{WP}docPr")
    if anchor.get("hidden") in ("1", "true") or (properties is not None and properties.get("hidden") in ("1", "true")):
        return "hidden text box"
    extent = anchor.find(f"{WP}extent")
    sides = [measure(extent.get(side), 1 / _EMU_PER_POINT) if extent is not None else None for side in ("cx", "cy")]
    body = _ancestor(content, f"{WPS}wsp")
    grows = body is None or next(body.iter(f"{A}spAutoFit"), None) is not None
    if not grows and any(side is not None and side < SMALLEST_POINTS for side in sides):
        return "text box without size"
    for offset in anchor.iter(f"{WP}posOffset"):
        points = measure(offset.text, 1 / _EMU_PER_POINT)
        size = sides[offset.getparent().tag == f"{WP}positionV"]  # type: ignore[union-attr]
        if points is None:
            continue
        if abs(points) > _FARTHEST_POINTS or (size is not None and points + size < -_BEFORE_POINTS):
            return "outside the page"
    return ""


def drawing_area(element: etree._Element) -> float:
    """The area in square points on which a picture is drawn."""
    anchor = _ancestor(element, f"{WP}anchor", f"{WP}inline")
    if anchor is not None:
        return _extent_area(anchor)
    shape = _ancestor(element, f"{V}shape", f"{V}rect")
    style = shape.get("style", "") if shape is not None else ""
    sides = [measure(m, 1.0) or 0.0 for m in re.findall(r"(?:^|;)\s*(?:width|height)\s*:\s*([\d.]+\w*)", style)]
    return sides[0] * sides[1] if len(sides) == 2 else 0.0


def _extent_area(anchor: etree._Element) -> float:
    extent = anchor.find(f"{WP}extent")
    try:
        width, height = (int(extent.get(side, "0")) if extent is not None else 0 for side in ("cx", "cy"))
    except ValueError:
        return 0.0
    return width * height / _EMU_PER_POINT**2


_FILLS = (f"{A}solidFill", f"{A}gradFill", f"{A}blip", f"{A}fillRef")


def _is_white(fill: etree._Element) -> bool:
    """Whether a fill is as white as the page, so that white text upon it is not seen either."""
    color = fill.find(f"{A}srgbClr")
    value = color.get("val", "") if color is not None and not len(color) else ""
    return re.fullmatch(r"[0-9A-Fa-f]{6}", value) is not None and find_reason(None, value, PAGE) != ""


def has_backdrop(root: etree._Element) -> bool:
    """Whether a filled shape or picture may lie under the text, so that white text on it is honest."""
    for anchor in root.iter(f"{WP}anchor"):
        floats = anchor.get("behindDoc") in ("1", "true") or anchor.find(f"{WP}wrapNone") is not None
        is_large = floats and _extent_area(anchor) >= _BACKDROP_SQUARE_POINTS
        if is_large and any(not _is_white(fill) for fill in anchor.iter(*_FILLS)):
            return True
    for shape in root.iter(f"{V}shape", f"{V}rect", f"{V}roundrect", f"{V}oval", f"{V}background"):
        is_placed = "absolute" in shape.get("style", "") or shape.tag == f"{V}background"
        if is_placed and (shape.get("fillcolor") or shape.find(f"{V}imagedata") is not None):
            return True
    return False
