"""The errors a user can meet; each says what happened, where, and what to do next.

SkillgapError
├─ ResumeError                   one resume could not be read; carries ``path``
│  ├─ UnsupportedFormatError     not a format that skillgap reads
│  ├─ EncryptedResumeError       needs a password
│  ├─ UnreadableResumeError      damaged, truncated, missing, not what its name says
│  ├─ EmptyResumeError           no text: a scan or a blank file
│  └─ ResumeLimitError           over a size, page, text, time or memory limit
├─ VocabularyError               a role or skill file is wrong; carries ``file`` and ``entry``
├─ UnknownRoleError              no such role; carries ``suggestions``
├─ UnknownSkillError             a role asks for no such skill; carries ``suggestions``
├─ AuditError                    rows and groups of an audit do not fit together
├─ PostingError                  a job posting names no skill that can be told
└─ MissingExtraError             an optional package is not installed; carries ``extra``
"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "AuditError",
    "EmptyResumeError",
    "EncryptedResumeError",
    "MissingExtraError",
    "PostingError",
    "ResumeError",
    "ResumeLimitError",
    "SkillgapError",
    "UnknownRoleError",
    "UnknownSkillError",
    "UnreadableResumeError",
    "UnsupportedFormatError",
    "VocabularyError",
]


class SkillgapError(Exception):
    """Base of every error that skillgap raises on purpose."""


class ResumeError(SkillgapError):
    """One resume could not be read.

    >>> error = ResumeError("The file is damaged.", path="cv.pdf")
    >>> str(error), error.path
    ('cv.pdf: The file is damaged.', 'cv.pdf')
    """

    def __init__(self, message: str, *, path: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.path = path

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders in `screen`; keyword arguments need their own way to pickle.
        return (_rebuild_resume_error, (type(self), self.message, self.path))


def _rebuild_resume_error(kind: type[ResumeError], message: str, path: str | None) -> ResumeError:
    return kind(message, path=path)


class UnsupportedFormatError(ResumeError):
    """The file is of a format that skillgap does not read, or reads only with an extra."""


class EncryptedResumeError(ResumeError):
    """The file is protected by a password."""


class UnreadableResumeError(ResumeError):
    """The file is damaged, truncated, missing, or not what its name says."""


class EmptyResumeError(ResumeError):
    """The file holds no text: a scan (the ``ocr`` extra reads those) or a blank file."""


class ResumeLimitError(ResumeError):
    """The file is over a limit; the message names the limit and the option that changes it."""


class VocabularyError(SkillgapError):
    """A role or skill file is wrong.

    >>> str(VocabularyError("unknown importance 'vital'", file="chef.toml", entry="menu-planning"))
    "chef.toml: menu-planning: unknown importance 'vital'"
    """

    def __init__(
        self, message: str, *, file: str | None = None, entry: str | None = None, line: int | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.file = file
        self.entry = entry
        self.line = line

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.file and self.line else self.file
        return ": ".join(part for part in (place, self.entry, self.message) if part)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_vocabulary_error, (self.message, self.file, self.entry, self.line))


def _rebuild_vocabulary_error(message: str, file: str | None, entry: str | None, line: int | None) -> VocabularyError:
    return VocabularyError(message, file=file, entry=entry, line=line)


class UnknownRoleError(SkillgapError):
    """No role has this name; ``suggestions`` holds the nearest role titles, best first.

    >>> str(UnknownRoleError("chief of tea", suggestions=["Chef", "Chief Executive"]))
    "No role is called 'chief of tea'. Nearest: Chef, Chief Executive. `skillgap roles` lists all."
    """

    def __init__(self, name: str, *, suggestions: Sequence[str] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.suggestions = tuple(suggestions)

    def __str__(self) -> str:
        nearest = f" Nearest: {', '.join(self.suggestions)}." if self.suggestions else ""
        return f"No role is called {self.name!r}.{nearest} `skillgap roles` lists all."

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_unknown_role_error, (self.name, self.suggestions))


def _rebuild_unknown_role_error(name: str, suggestions: tuple[str, ...]) -> UnknownRoleError:
    return UnknownRoleError(name, suggestions=suggestions)


class UnknownSkillError(SkillgapError, KeyError):
    """A role asks for no skill of this name; ``suggestions`` holds the nearest of those that it asks for, best first.

    >>> print(UnknownSkillError("Exell", role="Chef", suggestions=["MS Excel"]))
    Chef asks for no skill called 'Exell'. Nearest: MS Excel. The report lists all skills.
    """

    def __init__(self, name: str, *, role: str, suggestions: Sequence[str] = ()) -> None:
        super().__init__(name)
        self.name = name
        self.role = role
        self.suggestions = tuple(suggestions)

    def __str__(self) -> str:
        nearest = f" Nearest: {', '.join(self.suggestions)}." if self.suggestions else ""
        return f"{self.role} asks for no skill called {self.name!r}.{nearest} The report lists all skills."

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_unknown_skill_error, (self.name, self.role, self.suggestions))


def _rebuild_unknown_skill_error(name: str, role: str, suggestions: tuple[str, ...]) -> UnknownSkillError:
    return UnknownSkillError(name, role=role, suggestions=suggestions)


class AuditError(SkillgapError):
    """The rows and groups of an audit cannot be read, or do not fit together."""


class PostingError(SkillgapError):
    """A job posting could not be turned into a role."""


class MissingExtraError(SkillgapError):
    """An optional package is not installed; the message names the extra that brings it.

    >>> str(MissingExtraError("plots", extra="plot"))
    "plots need an optional package: pip install 'skillgap[plot]'"
    """

    def __init__(self, what: str, *, extra: str) -> None:
        super().__init__(what)
        self.what = what
        self.extra = extra

    def __str__(self) -> str:
        return f"{self.what} need an optional package: pip install 'skillgap[{self.extra}]'"

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild_missing_extra_error, (self.what, self.extra))


def _rebuild_missing_extra_error(what: str, extra: str) -> MissingExtraError:
    return MissingExtraError(what, extra=extra)
