"""The data that flows through skillgap: frozen, small, and free of behaviour that needs other modules.

    Resume ──matching──▶ Evidence ──scoring──▶ SkillResult, GapReport
    Vocabulary ◀── Skill          Role ◀── Requirement

Methods that the public contract puts on these classes but that belong to another stage
(`Resume.from_text`, `GapReport.to_json`, …) import that stage when they are called.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from matplotlib.figure import Figure

BlockKind = Literal["heading", "paragraph", "bullet", "cell"]
SectionKind = Literal[
    "summary", "experience", "education", "skills", "certifications", "projects", "contact", "references", "other"
]
ContactKind = Literal["name", "email", "phone", "link", "address", "birth_date", "personal"]
Importance = Literal["essential", "important", "useful"]
SkillKind = Literal["hard", "core"]
Strength = Literal["demonstrated", "listed", "none"]
Method = Literal["exact", "inflected", "reordered", "fuzzy"]

IMPORTANCES: tuple[Importance, ...] = ("essential", "important", "useful")

# A skill that the role cannot do without moves coverage three times as far as one that merely helps.
# Ratios of this order are what job analysis uses between "important" and "somewhat important" ratings
# (O*NET importance scale 1-5, where 4+ against 2 to 3 divides core from supplemental tasks).
IMPORTANCE_WEIGHTS: Mapping[Importance, float] = {"essential": 3.0, "important": 2.0, "useful": 1.0}


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a resume: its 1-based number and its half-open span of `Resume.text`."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, bullet, heading or table cell: one line of `Resume.text`; no match ever crosses its ends."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a resume under one heading; ``start`` is where the heading begins.

    ``heading`` is the heading as written, empty for what stands before the first heading.
    """

    kind: SectionKind
    heading: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Position:
    """One dated entry (a job, a course) of a resume.

    ``first`` and ``last`` are (year, month) pairs, None where the text gives none; a missing month is
    filled in as 1 for the first and 12 for the last. ``is_current`` says that the text gives the end as
    "present" or the like; ``last`` is then None. ``dates`` is the date range as written.
    """

    start: int
    end: int
    first: tuple[int, int] | None
    last: tuple[int, int] | None
    is_current: bool
    dates: str


@dataclass(frozen=True, slots=True)
class Contact:
    """A span of a resume that tells who or where the person is, for blind reports."""

    kind: ContactKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class HiddenText:
    """A span of `Resume.text` that a human reader of the document cannot see, and why not."""

    start: int
    end: int
    page: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class ResumeWarning:
    """Something that could not be read, or that a reader of the report should know.

    ``code`` is stable and short ("page-skipped", "hidden-text"); ``message`` is a sentence for people.
    """

    code: str
    message: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How large and how slow a resume may be; the defaults suit resumes with a wide margin.

    A limit hit raises `ResumeLimitError`, which names the limit. ``seconds`` is a deadline that the parsers
    check in their own loops, not a hard stop (the worker processes of `screen` add one: they are ended).

    >>> Limits(pages=-1)
    Traceback (most recent call last):
    ...
    ValueError: Limits: pages is a number from 0 on, not -1
    """

    file_bytes: int = 25_000_000
    decompressed_bytes: int = 200_000_000
    pages: int = 100
    characters: int = 1_000_000
    image_pixels: int = 40_000_000
    seconds: float | None = 60.0

    def __post_init__(self) -> None:
        for name in (each.name for each in fields(self)):
            value = getattr(self, name)
            is_number = isinstance(value, int | float) and value >= 0
            if not is_number and not (name == "seconds" and value is None):
                raise ValueError(f"Limits: {name} is a number from 0 on, not {value!r}")


@dataclass(frozen=True, slots=True)
class Resume:
    """A resume as text with its structure.

    Every span anywhere in skillgap is half-open and counts characters of ``text``. ``pages`` is empty
    where the format has none; ``sections`` cover the text in order without overlap; ``blocks`` are its
    non-empty lines. ``source`` names the file for people; ``format`` is "pdf", "docx", "text", …;
    ``reader`` names what read it ("pdfminer", "pdfium", "ocr:tesseract", …) and goes into the signature.
    """

    text: str
    pages: tuple[Page, ...] = ()
    sections: tuple[Section, ...] = ()
    blocks: tuple[Block, ...] = ()
    source: str | None = None
    format: str = "text"
    reader: str = "text"
    positions: tuple[Position, ...] = ()
    contacts: tuple[Contact, ...] = ()
    hidden: tuple[HiddenText, ...] = ()
    warnings: tuple[ResumeWarning, ...] = ()

    @classmethod
    def from_text(cls, text: str, *, source: str | None = None) -> Resume:
        r"""A resume read from plain text: lines are joined to paragraphs, sections and dates are found.

        >>> resume = Resume.from_text("Jane Doe\n\nSkills\nMS Excel, bookkeeping")
        >>> [section.kind for section in resume.sections]
        ['contact', 'skills']
        """
        from skillgap.parsing.plain import resume_from_text

        if not isinstance(text, str):
            raise TypeError(f"The text of a resume is a string, not {type(text).__name__}; parse_resume reads files.")
        return resume_from_text(text, source=source)

    def page_at(self, offset: int) -> int | None:
        """The 1-based number of the page that holds a text offset, None where the format has no pages."""
        for page in reversed(self.pages):
            if page.start <= offset:
                return page.number
        return self.pages[0].number if self.pages else None

    def section_at(self, offset: int) -> Section | None:
        """The section that holds a text offset."""
        for section in reversed(self.sections):
            if section.start <= offset:
                return section if offset < section.end else None
        return None


@dataclass(frozen=True, slots=True)
class Label:
    """Surface forms of a skill, as the vocabulary writes them (see `skillgap.matching.notation` for ``|`` and ``_``).

    ``is_duty`` marks a verb phrase: its words may come in another order and with small gaps inside one
    clause. Other labels match in order and unbroken, but for a coordination ("Word and Excel").
    ``near`` lists words of which one must stand in the same clause or section for an ambiguous label.
    ``only_in`` lists the sections to which the label is confined (all where empty). A label of a bare skill is
    plain words, from which others are derived, unless it ``is_whole``.
    """

    text: str
    is_duty: bool = False
    near: tuple[str, ...] = ()
    only_in: tuple[SectionKind, ...] = ()
    is_whole: bool = field(default=False, repr=False)


@dataclass(frozen=True, slots=True)
class Skill:
    """One skill of the vocabulary, in SKOS's words.

    ``labels`` are alternative labels, ``not_labels`` phrases that hold a label but do not show the skill
    ("mission statement"). ``broader`` are ids of more general skills, which this one's evidence shows too
    where a role asks for them; ``shown_by`` are ids of skills whose evidence shows this one,
    ``shown_by_many`` of skills that do so only together, by several different labels ("many software tools").
    """

    id: str
    preferred_label: str
    kind: SkillKind = "hard"
    scope_note: str = ""
    definition: str = ""
    advice: str = ""
    labels: tuple[Label, ...] = ()
    not_labels: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()
    shown_by_many: tuple[str, ...] = ()
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Requirement:
    """What a role asks for: a skill, in the role's own wording, and how much it matters.

    ``skill`` is the id of a skill of the role's `Role.skills`. ``is_known`` is false for a term of a job
    posting that no vocabulary knows. ``years`` is how many years of it are asked for, None where none are.
    ``note`` says where the requirement comes from, in the source's words or figures.
    """

    skill: str
    name: str
    importance: Importance = "important"
    kind: SkillKind = "hard"
    is_known: bool = True
    years: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Role:
    """What a user targets: titles, occupation codes, and the skills it needs.

    ``skills`` holds every skill that the requirements name and every skill these relate to, so that a
    role is whole by itself. ``codes`` maps a scheme ("onet-soc", "isco-08", "esco") to a code. ``years`` is how
    many years of experience it asks for in all, None where it says nothing.
    """

    id: str
    title: str
    requirements: tuple[Requirement, ...]
    skills: tuple[Skill, ...]
    alt_titles: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    summary: str = ""
    responsibilities: tuple[str, ...] = ()
    attribution: str = ""
    source: str = ""
    years: int | None = None

    @classmethod
    def from_skills(
        cls,
        title: str,
        skills: Iterable[str],
        *,
        core_skills: Iterable[str] = (),
        importance: Importance = "important",
    ) -> Role:
        """A role from bare skill names; each is matched by its words, and by what else says the same.

        Where the vocabulary has a skill of that very name, its labels that share a word with the name count too.

        >>> role = Role.from_skills("Chef", ["Menu Planning", "Food Cost Control"])
        >>> role.id, [requirement.name for requirement in role.hard_skills]
        ('chef', ['Menu Planning', 'Food Cost Control'])
        """
        from skillgap.roles.bare import role_from_names

        return role_from_names(title, skills, core_skills=core_skills, importance=importance)

    def to_toml(self) -> str:
        """The role as a role file, to keep, edit and give to `load_role` again.

        >>> print(Role.from_skills("Chef", ["Menu Planning"]).to_toml().splitlines()[1])
        title = "Chef"
        """
        from skillgap.roles.catalogue import role_as_toml

        return role_as_toml(self)

    @property
    def hard_skills(self) -> tuple[Requirement, ...]:
        """The requirements that count in coverage, in the role's order."""
        return tuple(r for r in self.requirements if r.kind == "hard")

    @property
    def core_skills(self) -> tuple[Requirement, ...]:
        """The core (soft) skills, reported apart, in the role's order."""
        return tuple(r for r in self.requirements if r.kind == "core")


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words of the resume that show a skill: ``text == Resume.text[start:end]``.

    ``label`` is the label that they matched, ``method`` how, and ``similarity`` (0-100) how near the
    words are to the label's own spelling. ``via`` names the skill whose label it is where a relation
    (`broader`, `shown_by`) carried it over, None where the label is the skill's own.
    """

    text: str
    start: int
    end: int
    page: int | None
    section: SectionKind
    label: str
    method: Method
    similarity: float
    via: str | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """Words of the resume that matched a label but show no skill, and the reason in a few words."""

    text: str
    start: int
    end: int
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class Nearest:
    """The phrase of a resume that comes nearest to a missing skill; ``similarity`` is 0-100."""

    text: str
    start: int
    end: int
    label: str
    similarity: float


@dataclass(frozen=True, slots=True)
class SkillResult:
    """What a resume shows of one required skill.

    ``years`` sums the dated positions that show the skill (overlaps once), ``last_used`` is "YYYY-MM" or
    "present", ``years_from`` quotes the date ranges; all None or empty where no dates tell.
    """

    id: str
    name: str
    kind: SkillKind
    importance: Importance
    strength: Strength
    evidence: tuple[Evidence, ...] = ()
    rejected: tuple[Rejection, ...] = ()
    nearest: Nearest | None = None
    definition: str = ""
    advice: str = ""
    years: float | None = None
    last_used: str | None = None
    years_from: tuple[str, ...] = ()
    is_known: bool = True

    @property
    def covered(self) -> bool:
        """Whether the resume shows the skill."""
        return bool(self.evidence)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A role that fits a resume, and why.

    ``role`` is its id. ``score`` orders the suggestions of one resume and means nothing else; ``coverage`` is what
    `analyze` would give. ``titles`` are titles of the resume that name the role, ``speaking`` the covered skills that
    tell most, ``missing`` the most important ones that are not shown.
    """

    role: str
    title: str
    score: float
    coverage: float
    titles: tuple[str, ...] = ()
    speaking: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RoleComparison:
    """What a person in one role brings to another.

    ``shared`` are requirements of the ``other`` role that the first brings, ``lacking`` those that it does not;
    ``lacking_back`` is what the other role lacks for the first. ``carried`` (0-1) is the share of the other role's
    hard skills, weighted by importance, that are shared.
    """

    one: Role
    other: Role
    shared: tuple[Requirement, ...]
    lacking: tuple[Requirement, ...]
    lacking_back: tuple[Requirement, ...]
    carried: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a skill is covered or missing: labels tried, what was found, what was rejected and why."""

    name: str
    covered: bool
    labels: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    rejected: tuple[Rejection, ...]
    nearest: Nearest | None

    def __str__(self) -> str:
        from skillgap.reporting.text import render_explanation

        return render_explanation(self)


@dataclass(frozen=True)
class GapReport:
    """Which of a role's skills a resume shows, in which words, and which are missing.

    ``hard_skills`` and ``core_skills`` stand in the role's order. ``hidden_coverage`` is the coverage
    that text hidden from human readers would have made, None where there is no such text.
    """

    role: Role
    resume: Resume
    hard_skills: tuple[SkillResult, ...]
    core_skills: tuple[SkillResult, ...]
    signature: str
    warnings: tuple[ResumeWarning, ...] = ()
    hidden_coverage: float | None = None
    is_blind: bool = field(default=False)

    @property
    def source(self) -> str | None:
        """The name of the resume's file, None where there is none."""
        return self.resume.source

    @cached_property
    def coverage(self) -> float:
        """The importance-weighted share (0-1) of the role's hard skills that the resume shows.

        Weights: essential 3, important 2, useful 1. A role without hard skills has coverage 0.
        """
        total = sum(IMPORTANCE_WEIGHTS[s.importance] for s in self.hard_skills)
        shown = sum(IMPORTANCE_WEIGHTS[s.importance] for s in self.hard_skills if s.covered)
        return shown / total if total else 0.0

    @property
    def covered(self) -> tuple[SkillResult, ...]:
        """The hard skills that the resume shows, most important first."""
        return tuple(sorted((s for s in self.hard_skills if s.covered), key=_importance_rank))

    @property
    def missing(self) -> tuple[SkillResult, ...]:
        """The hard skills that the resume does not show, most important first."""
        return tuple(sorted((s for s in self.hard_skills if not s.covered), key=_importance_rank))

    def explain(self, skill: str) -> Explanation:
        r"""Why a skill, given by name, id or a label of its own ("excel"), is covered or missing.

        Raises:
            UnknownSkillError: the role has no such skill, or several have the label; it suggests the nearest.

        >>> from skillgap import Resume, Role, analyze
        >>> resume = Resume.from_text("Skills\nHoping to learn bread baking")
        >>> why = analyze(resume, Role.from_skills("Baker", ["Bread Baking"])).explain("bread baking")
        >>> why.covered, why.rejected[0].text, why.rejected[0].reason
        (False, 'bread baking', "only wished for or begun ('Hoping to learn')")
        """
        from skillgap.scoring import explain_skill

        return explain_skill(self, skill)

    def to_dict(self) -> dict[str, object]:
        r"""The report as plain data; the schema is ``skillgap/data/report.schema.json``.

        >>> from skillgap import Resume, Role, analyze
        >>> resume = Resume.from_text("Skills\nBread baking")
        >>> report = analyze(resume, Role.from_skills("Baker", ["Bread Baking", "Menus"]))
        >>> [(skill["name"], skill["covered"]) for skill in report.to_dict()["hard_skills"]]
        [('Bread Baking', True), ('Menus', False)]
        """
        from skillgap.reporting.records import report_to_dict

        return report_to_dict(self)

    def to_records(self) -> list[dict[str, object]]:
        r"""One flat row a skill, as pandas and polars take them.

        >>> from skillgap import Resume, Role, analyze
        >>> resume = Resume.from_text("Skills\nBread baking")
        >>> rows = analyze(resume, Role.from_skills("Baker", ["Bread Baking"])).to_records()
        >>> rows[0]["name"], rows[0]["covered"], rows[0]["quote"]
        ('Bread Baking', True, 'Bread baking')
        """
        from skillgap.reporting.records import report_to_records

        return report_to_records(self)

    def to_json(self, *, indent: int | None = 2) -> str:
        """The report as JSON text (ASCII only, so that it stays valid whatever the resume holds)."""
        from skillgap.reporting.records import report_to_json

        return report_to_json(self, indent=indent)

    def to_markdown(self) -> str:
        """The report as Markdown; the resume's words are escaped."""
        from skillgap.reporting.markdown import render_markdown

        return render_markdown(self)

    def to_html(self) -> str:
        """The report as one HTML page that needs no other file; the resume's words are escaped."""
        from skillgap.reporting.html import render_html

        return render_html(self)

    def _repr_html_(self) -> str:
        from skillgap.reporting.html import render_notebook

        return render_notebook(self)

    def plot(self, path: str | PathLike[str] | None = None) -> Figure:
        """A matplotlib figure of coverage by importance, written to a .png, .svg or .pdf file if ``path`` is given.

        Raises:
            MissingExtraError: matplotlib is not installed (``skillgap[plot]``).
            ValueError: the path has another ending.
        """
        from skillgap.reporting.plot import plot_report

        return plot_report(self, path)

    def __str__(self) -> str:
        from skillgap.reporting.text import render_text

        return render_text(self)


@dataclass(frozen=True, slots=True)
class Screened:
    """One resume of a screening: a report or the error that it gave, never both.

    ``path`` is the file's own, its URL, or "archive.zip!member" for a file in an archive. ``reports`` holds one
    report a role, in the order asked for; ``report`` is the first. ``duplicate_of`` names an earlier file with
    the same content, ``sha256`` tells the content (empty where the file could not be opened).
    """

    path: str
    reports: tuple[GapReport, ...] = ()
    error: Exception | None = None
    duplicate_of: str | None = None
    seconds: float = 0.0
    sha256: str = ""

    @property
    def report(self) -> GapReport | None:
        """The report on the first role, None where the resume could not be read."""
        return self.reports[0] if self.reports else None


def _importance_rank(skill: SkillResult) -> int:
    return IMPORTANCES.index(skill.importance)
