"""A job posting → `Role`: what it asks for, how much each thing matters, and nothing of what it offers.

The posting is read as a resume is, so that every format works. Its sentences are sorted into zones by their headings
(`skillgap.roles.posting_text`); benefits, praise and how to apply are left out. The whole vocabulary is then matched at
once, and each skill takes the weight of the words and the heading that it stands under
(`skillgap.roles.posting_skills`). Things asked for that no vocabulary knows stay as bare names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from skillgap.errors import PostingError
from skillgap.model import Limits, Resume, Role
from skillgap.roles.bare import slug
from skillgap.roles.catalogue import added_folders, load_catalogue, resolve_role
from skillgap.roles.loading import RoleEntry

if TYPE_CHECKING:
    from skillgap.roles.posting_skills import Mention
    from skillgap.roles.posting_text import Part

# A posting with fewer skills than these names no role that a resume could be compared with.
_LEAST_SKILLS = 2
# A longer string is text, not a path; it is the longest path that common systems take.
_LONGEST_PATH = 4096


def role_from_posting(
    posting: str | os.PathLike[str] | bytes | Resume,
    *,
    title: str | None = None,
    folders: Iterable[str | os.PathLike[str]] = (),
    limits: Limits | None = None,
) -> Role:
    r"""The role that a job posting describes: its skills, and how much each matters by the posting's own words.

    What it calls required is essential, what it prefers is useful, everything else is important. Years of
    experience stand with the skill that they are asked of, or with the role. Terms that no vocabulary knows are
    kept as bare names (``is_known`` is false). What the employer offers or says of itself is left out.

    Args:
        posting: the text, the path of a file in any format that `parse_resume` reads, or the file's bytes.
        title: the role's title, where the posting's own is not wanted.
        folders: further folders of roles and skills, besides those that ``SKILLGAP_ROLES`` lists.
        limits: how large and how slow the file may be.

    Raises:
        PostingError: the text is no job posting, or asks for hardly anything.
        ResumeError: the file cannot be read.

    >>> role = role_from_posting("Payroll Clerk\n\nRequirements\n- ADP\n- MS Excel\n\nA plus:\n- Bookkeeping")
    >>> role.title, [(r.name, r.importance) for r in role.hard_skills]
    ('Payroll Clerk', [('Payroll software (ADP)', 'essential'), ('MS Excel', 'essential'), ('Bookkeeping', 'useful')])
    """
    return role_of_reading(*read_posting(posting, folders=folders, limits=limits), title=title, folders=folders)


def role_of_reading(
    resume: Resume,
    parts: tuple[Part, ...],
    mentions: tuple[Mention, ...],
    *,
    title: str | None = None,
    folders: Iterable[str | os.PathLike[str]] = (),
) -> Role:
    """The role that a posting describes of which `read_posting` gave the parts; see `role_from_posting`.

    Raises:
        PostingError: the text asks for hardly anything.
    """
    from skillgap.roles.posting_skills import gather_requirements, years_in_all
    from skillgap.roles.posting_title import find_title

    catalogue = load_catalogue(*added_folders(folders))
    wanted = gather_requirements(mentions, catalogue.skills)
    if sum(w.kind == "hard" for w in wanted) < _LEAST_SKILLS:
        raise PostingError(
            f"{resume.source or 'The text'} asks for hardly any skill that could be compared with a resume. "
            "Is the whole posting there, with its requirements?"
        )
    called = (title or find_title(resume, parts) or "Job posting").strip()
    entry = RoleEntry(
        id=slug(called),
        title=called,
        wanted=tuple(wanted),
        responsibilities=_duties(resume, parts),
        source=resume.source or "",
        years=years_in_all(resume, parts, mentions),
    )
    return resolve_role(entry, catalogue.skills)


def read_posting(
    posting: str | os.PathLike[str] | bytes | Resume,
    *,
    folders: Iterable[str | os.PathLike[str]] = (),
    limits: Limits | None = None,
) -> tuple[Resume, tuple[Part, ...], tuple[Mention, ...]]:
    """A posting's text, its sentences by zone, and the places at which it names a skill.

    Raises:
        PostingError: the text is no job posting.
        ResumeError: the file cannot be read.
    """
    from skillgap.roles.narrowing import likely_skills
    from skillgap.roles.posting_skills import find_skills, find_terms
    from skillgap.roles.posting_text import parts_of, refuse_other_texts

    resume = _read(posting, limits or Limits())
    parts = parts_of(resume)
    refuse_other_texts(resume, parts)
    catalogue = load_catalogue(*added_folders(folders))
    likely = likely_skills(catalogue.vocabulary, resume.text)
    known = find_skills(resume, parts, likely, catalogue.skills)
    return resume, parts, (*known, *find_terms(resume, parts, known))


def _read(posting: str | os.PathLike[str] | bytes | Resume, limits: Limits) -> Resume:
    from skillgap.parsing import parse_resume

    if not isinstance(posting, str | os.PathLike | bytes | Resume):
        raise TypeError(f"A posting is text, a path or bytes, not {type(posting).__name__}")
    if isinstance(posting, str) and not _is_path(posting):
        if not posting.strip():
            raise PostingError("The posting is empty.")
        return Resume.from_text(posting)
    return parse_resume(posting, limits=limits)


def _is_path(text: str) -> bool:
    """Whether a string names a file rather than being the posting itself."""
    if "\n" in text or len(text) > _LONGEST_PATH or not text.strip():
        return False
    return re.search(r"\.\w{2,8}\Z", text) is not None or Path(text).is_file()


def _duties(resume: Resume, parts: Sequence[Part]) -> tuple[str, ...]:
    found = (resume.text[p.start : p.end].strip().rstrip(".;") for p in parts if p.zone == "duties" and p.is_bullet)
    return tuple(dict.fromkeys(text for text in found if text))
