"""Characters made clean: mojibake repaired, invisible and control characters dropped, odd spaces made plain.

Resumes reach us through decades of web forms, so one file may hold "Company Name ï¼\u200b City", "AccessÂ "
and "cafÃ©" beside good text. Each repair here is one that cannot hurt good text: a sequence is repaired
only if its bytes are valid UTF-8 read as cp1252, and only for leading characters after which real text
never has a symbol. Cleaning twice changes nothing.
"""

from __future__ import annotations

import re
import unicodedata

# cp1252 leaves five bytes without a character; readers turn them into C1 controls or a zero-width space.
_BYTE_OF = {bytes([code]).decode("cp1252"): code for code in range(0x80, 0xC0) if code not in b"\x81\x8d\x8f\x90\x9d"}
_BYTE_OF |= {chr(code): code for code in range(0x80, 0xA0)}
_TAIL = "[" + "".join(re.escape(character) for character in _BYTE_OF) + "]"

# Leads Â and Ã begin U+0080 to U+00FF, Ä and Å Central European letters, â and ï dashes, quotes, bullets
# and full-width forms, ð emoji. Other leads (É, Ü, ß) do end real words before a quote, so they stay.
_MOJIBAKE = re.compile(
    rf"[ÂÃ]{_TAIL}|Â\u200b|[ÄÅ](?![’”–—…\u2019\u201d\u2013\u2014\u2026]){_TAIL}|[âï]{_TAIL}(?:{_TAIL}|\u200b)|ð{_TAIL}{{3}}"
)
# A last byte that was lost: the likeliest character of those that it can have been.
_LOST_BYTE = {"ï¼": "\uff0d", "â€": "\u201d", "â—": "\u25cf", "Â": "\u00ad"}
_LOST_BYTE_AND_GAP = re.compile(r"(?:ï¼|â€|â—)(?=[\s.,;)]|$)")
# What is left of a no-break space (C2 A0) or a soft hyphen (C2 AD) once a reader has made its second byte
# a space, or dropped it. No language's words end in a capital Â.
_STRAY_A = re.compile(r"Â+(?=[\s\u200b\u00ad]|$)")

_INVISIBLE = "\u200b\u2060-\u2064\ufeff\u00ad\u180e\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
_INVISIBLE += "\U000e0000-\U000e007f\ufe00-\ufe0f"
_INVISIBLE_RUN = re.compile(f"[{_INVISIBLE}]+")
# Persian and Indic scripts spell with joiners, emoji are built with them; Latin words are not.
_LATIN_JOINER = re.compile("(?<![\u0590-\U0010ffff])[\u200c\u200d]+|[\u200c\u200d]+(?![\u0590-\U0010ffff])")
_LONE_SOFT_HYPHEN = re.compile("(?<=[ \u00a0])\u00ad+(?=[ \u00a0])")
_SOFT_HYPHEN_AT_WRAP = re.compile("(?<=[^\\W\\d_])\u00ad+ (?=[^\\W\\d_])")

_SPLIT_INSIDE_WORD = re.compile("(?<=[^\\W_])[\u200b-\u200d\u2060-\u2064\ufeff]+(?=[^\\W_])")
_TAG_RUN = re.compile("[\U000e0020-\U000e007e]+")

_GLYPH = re.compile("(?:[\ue000-\uf8ff\U000f0000-\U000ffffd]|\\(cid:\\d{1,5}\\))")
_PRINTED = re.compile("[ -~‘’“”–—•…]*")
_MOST_PASSES = 8
_SPACES = re.compile(r" {2,}")
_CONTROL_TO = dict.fromkeys((*range(0, 32), *range(127, 160)))
_TRANSLATION: dict[int, str | None] = {
    **_CONTROL_TO,
    **{ord(space): " " for space in "\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u00a0\u1680\u202f\u205f\u3000\u2028\u2029\u2800"},
    **dict.fromkeys(range(8192, 8203), " "),
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},  # full-width ASCII
    0x2010: "-",
    0x2011: "-",
    0x2212: "-",
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}


def clean_text(text: str) -> str:
    r"""The text of one line with clean characters, single spaces and none at its ends; in Unicode form NFC.

    >>> clean_text("Company Name ï¼\u200b City,\u00a0State")
    'Company Name - City, State'
    >>> clean_text("cafÃ© managerâ€™s  AccessÂ ")
    'café manager’s Access'
    """
    if (text.isascii() and text.isprintable()) or _is_clean(text):
        return _SPACES.sub(" ", text).strip() if "  " in text else text.strip()
    # What one pass drops may bring two halves of a broken character together; a pass more finds it.
    for _ in range(_MOST_PASSES):
        cleaned = _clean_once(text)
        if cleaned == text:
            break
        text = cleaned
    return text


def _is_clean(text: str) -> bool:
    """Whether a line holds nothing but ASCII and the usual punctuation of print, so that only spaces may change."""
    return _PRINTED.fullmatch(text) is not None and "(cid:" not in text


def _clean_once(text: str) -> str:
    text = repair_mojibake(mend_surrogates(text))
    if "\u00ad" in text:
        text = _SOFT_HYPHEN_AT_WRAP.sub("", _LONE_SOFT_HYPHEN.sub("-", text))
    text = _LATIN_JOINER.sub("", _INVISIBLE_RUN.sub("", text))
    text = _GLYPH.sub(" • ", text)
    text = unicodedata.normalize("NFC", text.translate(_TRANSLATION))
    return _SPACES.sub(" ", text).strip()


def repair_mojibake(text: str) -> str:
    """The text with UTF-8 that was read as cp1252 made whole; other text as it is.

    >>> repair_mojibake("â€¢ MuÃ±oz, CAFÉ’S")
    '• Muñoz, CAFÉ’S'
    """
    if text.isascii():
        return text
    text = _MOJIBAKE.sub(_repaired, text)
    text = _LOST_BYTE_AND_GAP.sub(lambda match: _LOST_BYTE[match.group()], text)
    return _STRAY_A.sub(" ", text)


def mend_surrogates(text: str) -> str:
    """The text with surrogate pairs made whole characters and lone surrogates replaced by U+FFFD."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def count_split_words(text: str) -> int:
    """How many times an invisible character stands inside a word, as it does only to mislead."""
    return 0 if text.isascii() else len(_SPLIT_INSIDE_WORD.findall(text))


def read_tag_characters(text: str) -> str:
    r"""The ASCII message that a text carries in Unicode's invisible tag characters, empty where none.

    >>> read_tag_characters("Jane\U000e0048\U000e0069")
    'Hi'
    """
    if text.isascii() or not _TAG_RUN.search(text):
        return ""
    # Flags of regions (England, Scotland) are a black flag and up to five tag letters; they are no message.
    return " ".join(
        "".join(chr(ord(character) - 0xE0000) for character in run).strip()
        for run in _TAG_RUN.findall(re.sub("\U0001f3f4[\U000e0020-\U000e007f]+", "", text))
    ).strip()


def _repaired(match: re.Match[str]) -> str:
    broken = match.group()
    if broken[-1] == "\u200b":
        return _LOST_BYTE.get(broken[:-1], broken)
    try:
        return bytes(_BYTE_OF.get(character, ord(character)) for character in broken).decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return broken
