"""Which of the skills that a role needs does a resume show, in which words, and which are missing?

>>> import skillgap
>>> report = skillgap.analyze(skillgap.Resume.from_text("Skills: MS Excel"), "accounts collector")
>>> [skill.name for skill in report.covered][:1]
['Computers and Electronics']
"""

from __future__ import annotations

from skillgap.analysis import analyze, suggest_roles
from skillgap.errors import (
    EmptyResumeError,
    EncryptedResumeError,
    PostingError,
    ResumeError,
    ResumeLimitError,
    SkillgapError,
    UnknownRoleError,
    UnknownSkillError,
    UnreadableResumeError,
    UnsupportedFormatError,
    VocabularyError,
)
from skillgap.model import Evidence, GapReport, Limits, Resume, Role, RoleComparison, Screened, SkillResult, Suggestion
from skillgap.parsing import parse_resume
from skillgap.roles.catalogue import find_roles, load_role
from skillgap.roles.comparing import compare_roles
from skillgap.roles.posting import role_from_posting
from skillgap.screening import screen

__version__ = "0.1.0"

__all__ = [
    "EmptyResumeError",
    "EncryptedResumeError",
    "Evidence",
    "GapReport",
    "Limits",
    "PostingError",
    "Resume",
    "ResumeError",
    "ResumeLimitError",
    "Role",
    "RoleComparison",
    "Screened",
    "SkillResult",
    "SkillgapError",
    "Suggestion",
    "UnknownRoleError",
    "UnknownSkillError",
    "UnreadableResumeError",
    "UnsupportedFormatError",
    "VocabularyError",
    "__version__",
    "analyze",
    "compare_roles",
    "find_roles",
    "load_role",
    "parse_resume",
    "role_from_posting",
    "screen",
    "suggest_roles",
]
