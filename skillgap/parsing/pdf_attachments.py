"""Files attached to a PDF: the one that holds the resume where the pages do not, and which were not read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from skillgap.errors import ResumeLimitError, SkillgapError
from skillgap.model import ResumeWarning
from skillgap.parsing.budget import Budget
from skillgap.parsing.document import Document, TextBlock

# Pages with fewer characters than this in all are a cover for what is attached. With more they are the resume, and
# data attached to it say the same again, or what readers of the pages are not to see.
COVER_TEXT = 400
# So many times the text of the pages must an attached resume have, to be no repetition of theirs.
_FAR_MORE = 2
_DATA_ENDINGS = (".xml", ".json")
_MOST_READ = 4
_MOST_NAMES = 5
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Attached:
    """What attached files add to the pages of a PDF: text, or only a warning of what was not read."""

    blocks: tuple[TextBlock, ...] = ()
    warnings: tuple[ResumeWarning, ...] = ()


def read_attached(names: list[str], read: Callable[[str], bytes], characters: int, budget: Budget) -> Attached:
    """The text of the attached resume, if the pages with so many ``characters`` hold far less, and warnings.

    Data that go with the pages' text (Europass puts them into its files) say the same again and are no loss.
    ``read`` gives the bytes of an attached file, empty where it is damaged.

    Raises:
        ResumeLimitError: an attached file is over a limit of the budget.
    """
    if characters < COVER_TEXT:
        for name in [name for name in names if name.lower().endswith(_DATA_ENDINGS)][:_MOST_READ]:
            document = _read_resume(name, read(name), budget)
            found = document.blocks if document is not None else ()
            if sum(len(block.text) for block in found) > _FAR_MORE * characters:
                told = ResumeWarning(
                    "attachment-read",
                    f"The pages hold {'little' if characters else 'no'} text; the resume was read from the file "
                    f"“{name[:_LONGEST_NAME]}” attached to the PDF, which the pages do not show.",
                )
                rest = _warn_of_unread([other for other in names if other != name], characters)
                return Attached(found, (told, *rest))
    return Attached(warnings=_warn_of_unread(names, characters))


def _read_resume(name: str, data: bytes, budget: Budget) -> Document | None:
    """A resume in XML or JSON; None where the file is none, or is damaged."""
    from skillgap.parsing.json_resume import read_json_resume
    from skillgap.parsing.resume_xml import read_resume_xml

    try:
        if name.lower().endswith(".json"):
            return read_json_resume(data, budget=budget)
        return read_resume_xml(data, budget=budget)
    except ResumeLimitError:
        raise
    except SkillgapError:
        return None


def _warn_of_unread(names: list[str], characters: int) -> tuple[ResumeWarning, ...]:
    told = [name for name in names if characters < COVER_TEXT or not name.lower().endswith(_DATA_ENDINGS)]
    if not told:
        return ()
    more = ", …" if len(told) > _MOST_NAMES else ""
    named = ", ".join(name[:_LONGEST_NAME] for name in told[:_MOST_NAMES])
    return (ResumeWarning("part-skipped", f"Files attached to the PDF were not read: {named}{more}."),)
