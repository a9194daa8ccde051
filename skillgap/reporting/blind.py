"""Blind reports: nothing that tells who the person is, in any form of output.

Every renderer calls `redact` first. Of the resume's text nothing is left but the words that a report quotes
(evidence, nearest phrases, rejected matches), and of these what tells who the person is goes, too. What is taken
out is overwritten at its own length, so that spans, quotes and the text they point into still agree.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePath
from typing import TypeVar

from skillgap.errors import ResumeError
from skillgap.model import Evidence, Explanation, GapReport, Nearest, Rejection, Resume, Screened, SkillResult

_MASK = "█"

# Pronouns, titles and names of work for one sex tell a person's gender; "MS" without a dot is how many write
# "MS Excel".
_GENDERED = re.compile(
    r"\b(?:(?i:he|she|his|hers|her|him|himself|herself|mr|mrs|miss|mother|father|wife|husband|househusband|housewife"
    r"|(?:sales|business|chair|spokes|police|fire|fore|handy|service|camera|congress|craft|repair|delivery|door|watch)"
    r"(?:man|men|woman|women)|waitress(?:es)?|actress|hostess|stewardess|seamstress|headmistress|headmaster"
    r"|fraternity|sorority|(?:ma|pa)ternity leave)|Ms(?=\.\s))\b"
)
# A net under the contact finder: these are told by their form alone, wherever they stand.
_FORMS = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"
    r"|(?:https?://|www\.)\S+"
    r"|\b(?:linkedin|github|facebook|twitter|instagram|xing)\.com/\S+",
    re.IGNORECASE,
)
# What a warning quotes of the resume, and the names of attached files that it lists.
_QUOTED = re.compile("“([^”]*)”")
_LISTED = re.compile(r"((?:not read|may lack text): )(.+)\.$", re.DOTALL)
# Shorter contact texts ("NY", "M") would black out half of any resume where they stand again.
_SHORTEST_REPEAT = 5
# A resume has a dozen; a file that pretends to have thousands must not cost a search for each.
_MOST_REPEATS = 64

_Quote = TypeVar("_Quote", Evidence, Nearest, Rejection)
# A decision on a skill, with what it quotes.
_Decision = TypeVar("_Decision", SkillResult, Explanation)


def redact(report: GapReport) -> GapReport:
    """The report as renderers may show it: itself or, where it is blind, without the person.

    All but the words that the report quotes is overwritten in the resume's text, and in these name, contact data,
    address, links, birth date and gender words; the file's name, section headings as written and what warnings
    quote go, too.
    """
    if not report.is_blind:
        return report
    text = _masked_text(report)
    repeats = _repeats(report.resume)
    return replace(
        report,
        resume=replace(
            report.resume,
            text=text,
            source=None,
            sections=tuple(replace(section, heading="") for section in report.resume.sections),
        ),
        hard_skills=tuple(_requote_all(s, text) for s in report.hard_skills),
        core_skills=tuple(_requote_all(s, text) for s in report.core_skills),
        warnings=tuple(replace(w, message=_mask_all(_mask_quotes(w.message), repeats)) for w in report.warnings),
    )


def blind_name(path: str, sha256: str = "") -> str:
    """What a file is called where its name would tell whose it is: by its content, or else by its path.

    Files with the same content have the same name, in every run.

    >>> blind_name("ann_lee.pdf", "9f86d081884c7d65"), blind_name("ann_lee.pdf")
    ('resume-9f86d081884c', 'file-98fd0a73c4af')
    """
    if sha256:
        return f"resume-{sha256[:_NAME_DIGITS]}"
    return f"file-{hashlib.sha256(path.encode('utf-8', 'surrogatepass')).hexdigest()[:_NAME_DIGITS]}"


def is_blind_name(name: str) -> bool:
    """Whether a name is one that `blind_name` gave."""
    return _BLIND_NAME.fullmatch(name) is not None


# Two in a million resumes have the same name by chance once in five hundred such runs.
_NAME_DIGITS = 12
_BLIND_NAME = re.compile(rf"(?:resume|file)-[0-9a-f]{{{_NAME_DIGITS}}}")


def hide_file(screened: Screened) -> Screened:
    """A row of a screening without its file's name, neither in it nor in what its error says."""
    path = screened.path
    name = blind_name(path, screened.sha256)
    error = screened.error
    if isinstance(error, ResumeError):
        message = error.message.replace(path, name)
        stem = PurePath(path).name
        error = type(error)(message.replace(stem, name) if stem else message, path=name)
    duplicate_of = name if screened.duplicate_of is not None else None
    return replace(screened, path=name, error=error, duplicate_of=duplicate_of)


def redact_explanation(report: GapReport, explanation: Explanation) -> Explanation:
    """The explanation of one of the report's skills as it may be shown; see `redact`."""
    if not report.is_blind:
        return explanation
    return _requote_all(explanation, _masked_text(report))


def _requote_all(decision: _Decision, text: str) -> _Decision:
    return replace(
        decision,
        evidence=tuple(_requote(e, text) for e in decision.evidence),
        rejected=tuple(_requote(r, text) for r in decision.rejected),
        nearest=decision.nearest and _requote(decision.nearest, text),
    )


def _requote(quote: _Quote, text: str) -> _Quote:
    return replace(quote, text=text[quote.start : quote.end])


def _masked_text(report: GapReport) -> str:
    resume = report.resume
    shown = bytearray(len(resume.text))
    for start, end in _quoted_spans(report):
        shown[start:end] = b"\1" * (min(end, len(shown)) - start)
    for contact in resume.contacts:
        shown[contact.start : contact.end] = bytes(min(contact.end, len(shown)) - contact.start)
    # Names and links are looked for in the whole text, where they are easier told than in a few words of it.
    masked = _mask_all(resume.text, _repeats(resume))
    return "".join(
        letter if is_shown or letter.isspace() else _MASK for letter, is_shown in zip(masked, shown, strict=True)
    )


def _quoted_spans(report: GapReport) -> Iterator[tuple[int, int]]:
    for skill in (*report.hard_skills, *report.core_skills):
        yield from ((evidence.start, evidence.end) for evidence in skill.evidence)
        yield from ((rejection.start, rejection.end) for rejection in skill.rejected)
        if skill.nearest:
            yield skill.nearest.start, skill.nearest.end


def _mask_quotes(message: str) -> str:
    """A warning's message without the words of the file that it quotes, or the names of parts that it lists."""
    message = _QUOTED.sub(lambda match: f"“{_mask(match[1])}”", message)
    return _LISTED.sub(lambda match: match[1] + _mask(match[2]), message)


def _repeats(resume: Resume) -> tuple[str, ...]:
    """What the contact spans say, longest first: a name stands in page headers, footers and file names too."""
    texts: dict[str, None] = {}
    for contact in resume.contacts[:_MOST_REPEATS]:
        words = resume.text[contact.start : contact.end].split()
        texts[" ".join(words)] = None
        if contact.kind == "name" and len(words) > 1:
            texts[f"{words[-1]}, {' '.join(words[:-1])}"] = None
    return tuple(sorted((t for t in texts if len(t) >= _SHORTEST_REPEAT), key=len, reverse=True))


def _mask_all(text: str, repeats: tuple[str, ...]) -> str:
    for repeat in repeats:
        pattern = r"\s+".join(re.escape(word) for word in repeat.split())
        text = re.sub(rf"(?<!\w){pattern}(?!\w)", _mask_match, text, flags=re.IGNORECASE)
    return _GENDERED.sub(_mask_match, _FORMS.sub(_mask_match, text))


def _mask_match(match: re.Match[str]) -> str:
    return _mask(match.group())


def _mask(text: str) -> str:
    """The text with every character but its spaces overwritten."""
    return re.sub(r"\S", _MASK, text)
