"""The dated entries of a resume: jobs and studies, with when they began and ended.

A date range counts only where it heads an entry: "11/2009 - 01/2016" beside a title does, "sales grew in
2010 - 2012" inside a sentence does not. Telephone numbers, amounts, and versions ("Server 2003-2008") are
no dates. Nothing here knows today's date, so the same text gives the same positions for ever.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from skillgap.model import Block, Position, Section, SectionKind

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner janvier janv enero ene gennaio gen januari janeiro",
            "february feb februar février févr fév febrero febbraio febbr februari fevereiro fev",
            "march mar märz mrz mars marzo maart março",
            "april apr avril avr abril abr aprile",
            "may mai mayo maggio mag mei maio",
            "june jun juni juin junio giugno giu junho",
            "july jul juli juillet juil julio luglio lug julho",
            "august aug août agosto ago augustus",
            "september sept sep septembre septiembre settembre setembro set",
            "october oct oktober okt octobre octubre ottobre ott outubro out",
            "november nov novembre noviembre novembro",
            "december dec dezember dez décembre déc diciembre dic dicembre dezembro",
        ),
        start=1,
    )
    for name in names.split()
}
# Words of other languages that are English words in their own right are months only before a year, as all are.
_SEASONS = {"spring": (3, 5), "summer": (6, 8), "fall": (9, 11), "autumn": (9, 11), "winter": (12, 2)}

_MON = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")(?![^\W\d_])\.?"
_SEASON = "(?:" + "|".join(_SEASONS) + ")"
_YEAR = r"(?:19[4-9]\d|20[0-4]\d)(?!\d)"
_SHORT_YEAR = r"['’‘`]\d\d(?!\d)"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_PRESENT = (
    r"(?:(?:the[ ])?present(?:[ ](?:day|time))?|current(?:ly)?|now|today|ongoing|on[- ]going|(?:to|till)[ ]?date|date|"
    r"till[ ]now|heute|jetzt|laufend|aujourd['’]hui|présent|actuel(?:lement)?|actualidad|actualmente|presente|"
    r"(?:o|a)tual(?:mente)?|attual[ei]|oggi|heden|obecnie|nu|nåværende|pågående|současnost|(?:по[ ])?настоящее[ ]время|"
    r"至今|迄今|现在|現在|目前|현재)(?-i:(?![a-zà-ÿ]))"
)
_SEPARATOR = (
    r"[)\]]?,?\s*(?:[-–—―~→～〜]{1,3}(?:\s?to\b)?|(?<![^\W_])(?:to|until|till?|through|thru|up\s?to|bis|jusqu['’]?à|à|au|hasta|"
    r"al?|al|até|tot|по)(?![^\W_]))\s*[(\[]?"
)


def _point(tag: str) -> str:
    """A regular expression for one point in time; its groups bear the tag."""
    return (
        rf"(?:(?P<iy{tag}>{_YEAR})(?:[-/.]|[ ]/[ ])(?P<im{tag}>0[1-9]|1[0-2])(?:[-/.][0-3]\d)?(?!\d|[-/.]\d)"
        rf"|(?:{_DAY}(?:[ ]of)?[ .]{{1,2}})?(?P<nm{tag}>{_MON})[ ]?,?(?:[ ]?{_DAY}(?:,[ ]?|[ ])|[ ]?[-/]?[ ]?)(?:of[ ])?"
        rf"(?P<ny{tag}>{_YEAR}|{_SHORT_YEAR})"
        rf"|(?P<sn{tag}>{_SEASON})(?:[ ](?:semester|term|quarter))?(?:[ ]of)?,?[ ]?(?P<sy{tag}>{_YEAR}|{_SHORT_YEAR})"
        rf"|(?P<da{tag}>\d{{1,2}})[ ]?(?P<ds{tag}>[./-])[ ]?(?P<db{tag}>\d{{1,2}})[ ]?(?P=ds{tag})[ ]?(?P<dy{tag}>{_YEAR})"
        rf"|(?P<mm{tag}>0?[1-9]|1[0-2])[ ]?[./-][ ]?(?P<my{tag}>{_YEAR}|{_SHORT_YEAR})"
        rf"|(?P<cy{tag}>{_YEAR})年(?:(?P<cm{tag}>0?[1-9]|1[0-2])月(?:[0-3]?\d日)?)?"
        rf"|(?P<y{tag}>{_YEAR}|{_SHORT_YEAR}))"
    )


# No digit, sign of money, or part of a longer number or word goes before a date.
_BEFORE = r"(?<![\w$£€#+.,/'’-])(?<!\d[ ]-)"
_AFTER = r"(?![\d%]|[-/.,]\d)"

_RANGE = re.compile(
    rf"{_BEFORE}(?:(?:from|since)[ ][(\[]?)?"
    rf"(?:(?:{_point('1')}|(?P<bare_month>{_MON})(?:[ ]{_DAY})?,?|(?P<bare_season>{_SEASON}))"
    rf"{_SEPARATOR}(?:(?P<present>{_PRESENT})|{_point('2')}{_AFTER})"
    # 2013-14, an academic year.
    rf"|(?P<ay>{_YEAR})[-–/](?P<ay2>\d\d){_AFTER}"
    # 09/05 - 12/08, Jan-09 to Mar 11: years of two digits, only as two of a kind.
    rf"|(?P<sm1>0?[1-9]|1[0-2])/(?P<yy1>\d\d){_SEPARATOR}(?:(?P<sm2>0?[1-9]|1[0-2])/(?P<yy2>\d\d){_AFTER}|(?P<present2>{_PRESENT}))"
    rf"|(?P<mn1>{_MON})[ -]?(?P<yy3>\d\d){_SEPARATOR}(?:(?P<mn2>{_MON})[ -]?(?P<yy4>\d\d){_AFTER}|(?P<present3>{_PRESENT})))",
    re.IGNORECASE,
)
_SINCE = re.compile(rf"\b(?:since|seit|depuis|desde|from)[ ][(\[]?{_point('1')}{_AFTER}", re.IGNORECASE)
_OPEN = re.compile(rf"{_BEFORE}{_point('1')}[ ]?[-–—][ ]?(?=[)\]]?$)", re.IGNORECASE)
_SINGLE = re.compile(rf"{_BEFORE}{_point('1')}{_AFTER}", re.IGNORECASE)

_YEARISH = re.compile(r"(?:19[4-9]|20[0-4])\d|['’‘`]\d\d|\d/\d\d|\b(?i:[a-z]{3})[ -]\d\d\b")
_TWO_DIGITS = re.compile(r"\d\d")
_VERSIONED = re.compile(
    r"\b(?:server|office|windows|sql|studio|autocad|solidworks|inventor|exchange|sharepoint|excel|access|word|version|"
    r"iso|project|outlook|revit|quickbooks|dynamics|nav|crm|visio|powerpoint|route|room|form|suite|box)[ ]?$",
    re.IGNORECASE,
)
_DANGLING = re.compile(rf"{_SEPARATOR}$", re.IGNORECASE)
_LEADING = re.compile(rf"{_SEPARATOR}(?:\S|$)", re.IGNORECASE)
_SENTENCE = re.compile(r"[a-z)][.;!]$")

_DATED_SECTIONS: frozenset[SectionKind] = frozenset({"experience", "education", "projects", "certifications"})
# A line with a title, an employer, a place and dates; longer ones are prose that mentions years.
_LONGEST_HEADER = 170
_LONGEST_TITLE_LINE = 100
_MOST_HEADER_LINES = 3

_Month = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Dates:
    start: int
    end: int
    first: _Month | None
    last: _Month | None
    is_current: bool


def find_positions(text: str, sections: Sequence[Section], blocks: Sequence[Block]) -> tuple[Position, ...]:
    r"""The dated entries of the experience, education, projects and certifications of a resume, in order.

    Each spans from the lines above its dates that name it to where the next one begins.

    >>> text = "Clerk, Acme\nJan 2015 - Present\nFiled claims\nCashier, Shop\n2012 - 2014"
    >>> starts = [0, *(i + 1 for i, c in enumerate(text) if c == "\n")]
    >>> blocks = [Block("paragraph", s, text.find("\n", s) if "\n" in text[s:] else len(text)) for s in starts]
    >>> for p in find_positions(text, [Section("experience", "", 0, len(text))], blocks):
    ...     text[p.start:p.end].split("\n")[0], p.dates, p.first, p.last
    ('Clerk, Acme', 'Jan 2015 - Present', (2015, 1), None)
    ('Cashier, Shop', '2012 - 2014', (2012, 1), (2014, 12))
    """
    positions: list[Position] = []
    cursor = 0
    for section in sections:
        while cursor < len(blocks) and blocks[cursor].start < section.start:
            cursor += 1
        begin = cursor
        while cursor < len(blocks) and blocks[cursor].start < section.end:
            cursor += 1
        if section.kind in _DATED_SECTIONS:
            positions += _positions_of_section(text, section, blocks[begin:cursor])
    return tuple(positions)


def mentions_date(text: str) -> bool:
    """Whether a line holds a year, or a month and a year.

    >>> mentions_date("May 2012"), mentions_date("call 555-1990")
    (True, False)
    """
    return _is_yearish(text) and _SINGLE.search(text) is not None


def mentions_range(text: str) -> bool:
    """Whether a line holds a range of dates.

    >>> mentions_range("Oct 2006 to Apr 2007"), mentions_range("open 24/7, 2-3 years")
    (True, False)
    """
    return _is_yearish(text) and next(iter(_ranges(text, 0)), None) is not None


def _is_yearish(text: str) -> bool:
    """Whether a line may hold a year at all; most lines have no two digits, which is the quickest to tell."""
    return _TWO_DIGITS.search(text) is not None and _YEARISH.search(text) is not None


def _positions_of_section(text: str, section: Section, blocks: Sequence[Block]) -> list[Position]:
    dated = _dated_blocks(text, section, blocks)
    if not dated:
        return []
    depth = _header_depth(text, section, blocks, min(dated))
    heads: list[tuple[int, _Dates]] = []
    floor = 0
    for index, dates in sorted(dated.items()):
        head = _head_of(text, blocks, index, floor, depth, dated)
        heads.append((blocks[head].start, dates))
        floor = index + 1
    ends = [start for start, _ in heads[1:]] + [section.end]
    return [
        Position(start, end, dates.first, dates.last, dates.is_current, text[dates.start : dates.end])
        for (start, dates), end in zip(heads, ends, strict=True)
    ]


def _dated_blocks(text: str, section: Section, blocks: Sequence[Block]) -> dict[int, _Dates]:
    dated: dict[int, _Dates] = {}
    taken = -1
    for index, block in enumerate(blocks):
        if index <= taken or block.kind == "heading":
            continue
        dates = _dates_of_block(text, section, block)
        if dates is None and block.end - block.start <= _LONGEST_HEADER and index + 1 < len(blocks):
            dates = _dates_over_lines(text, blocks[index : index + 3])
            while dates and taken + 1 < len(blocks) and blocks[taken + 1].start < dates.end:
                taken += 1
        if dates is not None:
            dated[index] = dates
    return dated


def _dates_of_block(text: str, section: Section, block: Block) -> _Dates | None:
    words = text[block.start : block.end]
    if len(words) > _LONGEST_HEADER:
        # A reader may have left an entry's header and its description in one paragraph; dates come early then.
        words = words[:_LONGEST_HEADER] if block.kind == "paragraph" else ""
    if not _is_yearish(words):
        return None
    ranges = list(_ranges(words, block.start))
    if ranges:
        merged = _merge(ranges)
        return merged if _heads_entry(text, block, merged) else None
    if (match := _SINCE.search(words)) or (block.kind != "bullet" and (match := _OPEN.search(words))):
        first = _month_of(match, "1", is_last=False)
        dates = _Dates(block.start + match.start(), block.start + match.end(), first, None, True)
        return dates if first and _heads_entry(text, block, dates) else None
    return _single_date(text, section, block, words)


def _single_date(text: str, section: Section, block: Block, words: str) -> _Dates | None:
    """The one date of an entry: the end of a study or a certificate, the whole of a short job."""
    matches = [m for m in _SINGLE.finditer(words) if not _VERSIONED.search(words, 0, m.start())]
    if not matches or (block.kind == "bullet" and section.kind == "experience"):
        return None
    match = matches[-1] if len(words) < _LONGEST_HEADER else matches[0]
    first, last = _month_of(match, "1", is_last=False), _month_of(match, "1", is_last=True)
    dates = _Dates(block.start + match.start(), block.start + match.end(), first, last, False)
    if last is None or not _heads_entry(text, block, dates):
        return None
    if section.kind in ("education", "certifications"):
        return _Dates(dates.start, dates.end, None, last, False)
    # A lone year in a job's lines is as likely a fact about it, unless it stands by itself.
    if match.group("y1") and len(words) - len(match.group()) > 4:
        return None
    return dates


def _dates_over_lines(text: str, blocks: Sequence[Block]) -> _Dates | None:
    """A range broken over lines: "Jan 2015 -" and "Mar 2016"; "Jan 2015" and "to Mar 2016"; or the "to" alone between."""
    block, following = blocks[0], blocks[1]
    if following.kind == "heading" or following.end - following.start > _LONGEST_HEADER:
        return None
    if len(blocks) > 2 and following.end - following.start <= 7 and blocks[2].end - blocks[2].start < 60:
        stop = blocks[2].end
    else:
        stop = following.end
    if not _is_yearish(text[block.start : block.end]) or not (
        _DANGLING.search(text, max(block.start, block.end - 8), block.end)
        or _LEADING.match(text, following.start, following.end)
    ):
        return None
    for dates in _ranges(text[block.start : stop], block.start):
        if dates.start < block.end and dates.end > following.start and _heads_entry(text, block, dates):
            return dates
    return None


def _heads_entry(text: str, block: Block, dates: _Dates) -> bool:
    """Whether dates stand in a block as they do in an entry's header, not as in a sentence."""
    before = text[block.start : dates.start].strip(" (,[|•–-:")
    after = text[min(dates.end, block.end) : block.end].strip(" ),].|•–-:;")
    rest = len(before) + len(after)
    if block.end - block.start > _LONGEST_HEADER:
        return len(before) <= 90 and not _SENTENCE.search(before) and ". " not in before
    if block.kind == "bullet":
        return (not before or not after) and len(before.split()) + len(after.split()) <= 10
    if not before or not after:
        return rest <= _LONGEST_HEADER - 30
    # Dates amid words: a title before and an employer after, both short and neither a sentence.
    return (
        rest <= 130 and not _SENTENCE.search(after) and not before.endswith((" in", " from", " of", " since", " the"))
    )


def _header_depth(text: str, section: Section, blocks: Sequence[Block], first_dated: int) -> int:
    """How many lines of an entry stand above its dates: as many as above the section's first dates."""
    above = 0
    for block in reversed(blocks[:first_dated]):
        if block.kind == "heading" or above > _MOST_HEADER_LINES:
            break
        if not _is_title_line(text, block):
            return min(above, 1)
        above += 1
    return above if above <= _MOST_HEADER_LINES else 1


def _head_of(text: str, blocks: Sequence[Block], index: int, floor: int, depth: int, dated: dict[int, _Dates]) -> int:
    head = index
    while head > floor and index - head < depth and head - 1 not in dated and _is_title_line(text, blocks[head - 1]):
        head -= 1
    return head


def _is_title_line(text: str, block: Block) -> bool:
    words = text[block.start : block.end]
    return (
        block.kind in ("paragraph", "cell")
        and len(words) <= _LONGEST_TITLE_LINE
        and not _SENTENCE.search(words)
        and not words[:1].islower()
    )


def _ranges(words: str, offset: int) -> Iterable[_Dates]:
    for match in _RANGE.finditer(words):
        if _VERSIONED.search(words, max(0, match.start() - 20), match.start()):
            continue
        dates = _dates_of_match(match, offset)
        if dates is not None:
            yield dates


def _dates_of_match(match: re.Match[str], offset: int) -> _Dates | None:
    is_current = bool(match["present"] or match["present2"] or match["present3"])
    first = last = None
    if match["ay"]:
        year, short = int(match["ay"]), int(match["ay2"])
        if not 0 < (short - year) % 100 <= 8:
            return None
        first, last = (year, 1), (year + (short - year) % 100, 12)
    elif match["yy1"]:
        first = (_full_year(match["yy1"]), int(match["sm1"]))
        last = None if is_current else (_full_year(match["yy2"]), int(match["sm2"]))
    elif match["yy3"]:
        first = (_full_year(match["yy3"]), _month_number(match["mn1"]))
        last = None if is_current else (_full_year(match["yy4"]), _month_number(match["mn2"]))
    else:
        last = None if is_current else _month_of(match, "2", is_last=True)
        first = _month_of(match, "1", is_last=False)
        if first is None and last is not None:
            if match["bare_month"]:
                month = _month_number(match["bare_month"])
            elif match["bare_season"]:
                month = _SEASONS[match["bare_season"].casefold()][0]
            else:
                return None
            first = (last[0] if month <= last[1] else last[0] - 1, month)
    if first is None or (last is None and not is_current) or (last is not None and last < first):
        return None
    return _Dates(offset + match.start(), offset + match.end(), first, last, is_current)


def _month_of(match: re.Match[str], tag: str, *, is_last: bool) -> _Month | None:
    """The year and month of a matched point; a missing month is the year's first or last."""
    if year := match["iy" + tag]:
        return int(year), int(match["im" + tag])
    if year := match["cy" + tag]:
        return int(year), int(match["cm" + tag] or (12 if is_last else 1))
    if year := match["ny" + tag]:
        return _full_year(year), _month_number(match["nm" + tag])
    if year := match["sy" + tag]:
        begins, ends = _SEASONS[match["sn" + tag].casefold()]
        month = ends if is_last else begins
        return _full_year(year) + (1 if is_last and ends < begins else 0), month
    if year := match["dy" + tag]:
        one, two = int(match["da" + tag]), int(match["db" + tag])
        # 03/04/2015 is March 4 where slashes are used, 3 April where dots are.
        month = two if match["ds" + tag] == "." or one > 12 else one
        return (int(year), month) if 1 <= month <= 12 else None
    if year := match["my" + tag]:
        return _full_year(year), int(match["mm" + tag])
    if year := match["y" + tag]:
        return _full_year(year), 12 if is_last else 1
    return None


def _month_number(name: str) -> int:
    return _MONTHS[name.rstrip(".").casefold()]


def _full_year(digits: str) -> int:
    if len(digits) == 4:
        return int(digits)
    # Two digits: careers that resumes tell began after 1950.
    short = int(digits[-2:])
    return 2000 + short if short < 50 else 1900 + short


def _merge(ranges: Sequence[_Dates]) -> _Dates:
    """Several ranges of one line ("Manager 2007-2012, Director 2013-2014") as one."""
    if len(ranges) == 1:
        return ranges[0]
    is_current = any(dates.is_current for dates in ranges)
    firsts = [dates.first for dates in ranges if dates.first]
    lasts = [dates.last for dates in ranges if dates.last]
    return _Dates(
        ranges[0].start, ranges[-1].end, min(firsts), None if is_current or not lasts else max(lasts), is_current
    )
