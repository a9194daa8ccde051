"""O*NET's published tables → role files, one an occupation.

Reads the text release (tab-separated ``.txt``) and the Excel release (``.xlsx``, extra ``excel``) of the O*NET
database. Knowledge and skills keep their published importance and level, technologies their flags, as the note of the
requirement. The files are written as `skillgap.roles.loading` reads them: ``roles/`` with one file an occupation,
``skills/onet.toml`` with what O*NET names and skillgap's own vocabulary does not.

>>> published_importance(4.1), published_importance(3.0), published_importance(2.9)
('essential', 'important', None)
"""

from __future__ import annotations

import csv
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import Any

from skillgap.errors import MissingExtraError, VocabularyError
from skillgap.matching.forms import is_english
from skillgap.matching.normalize import normalize
from skillgap.matching.notation import expand_label
from skillgap.model import IMPORTANCES, Importance, Skill, SkillKind
from skillgap.roles.bare import slug
from skillgap.roles.breadth import count_labels
from skillgap.roles.catalogue import load_catalogue
from skillgap.roles.compiled import compile_folder
from skillgap.roles.writing import inline_table, quote

# O*NET's scale of importance: 3 "important", 4 "very important", 5 "extremely important". What is less is no part
# of a role.
_ESSENTIAL_FROM, _IMPORTANT_FROM = 4.0, 3.0
# Where O*NET flags fewer technologies than this for an occupation, others fill up the list.
_LEAST_TECHNOLOGIES = 5
# Hot technologies beside those in demand; O*NET flags up to fifty, down to the web browser.
_MOST_HOT = 8
# Tasks that describe the occupation; O*NET lists up to forty.
_MOST_TASKS = 8
_MOST_TITLES = 40
# A skill with more labels than this is a group of many things; no product or element is the same thing.
_MOST_LABELS = 200

_CODE = "O*NET-SOC Code"
# The tables read, with the columns that each must have; of the last three one at least must be there.
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "Occupation Data": (_CODE, "Title", "Description"),
    "Alternate Titles": (_CODE, "Alternate Title"),
    "Task Statements": (_CODE, "Task", "Task Type"),
    "Technology Skills": (_CODE, "Example", "Commodity Title", "Hot Technology", "In Demand"),
    "Knowledge": (_CODE, "Element ID", "Element Name", "Scale ID", "Data Value"),
    "Skills": (_CODE, "Element ID", "Element Name", "Scale ID", "Data Value"),
}
_SKILL_TABLES = ("Technology Skills", "Knowledge", "Skills")
_VERSION = re.compile(r"O\*NET\s+(\d+\.\d+)\s+Database")


@dataclass(frozen=True, slots=True)
class OnetImport:
    """What an import wrote: the release, how many roles, the codes left out for want of data, the tables missing."""

    version: str
    written: int
    without_data: tuple[str, ...]
    missing_tables: tuple[str, ...]


@dataclass(slots=True)
class _Wanted:
    """A requirement as it is gathered: several things that O*NET names may be one skill."""

    skill: str
    name: str
    importance: Importance
    kind: SkillKind
    notes: list[str]


@dataclass(slots=True)
class _Occupation:
    code: str
    title: str
    description: str
    titles: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    technologies: list[tuple[str, str, bool, bool]] = field(default_factory=list)
    elements: dict[tuple[str, str], dict[str, float]] = field(default_factory=dict)


def import_onet(folder: Path, out: Path) -> OnetImport:
    """Write a role file for each occupation of an O*NET release into a folder.

    Args:
        folder: the unpacked release, text or Excel.
        out: where ``roles/`` and ``skills/`` are written; files of an earlier import are replaced.

    Raises:
        VocabularyError: a table is missing, or has not the columns of a release that is read.
        MissingExtraError: the release is in Excel, and the extra ``excel`` is not installed.
    """
    folder = _release_folder(folder)
    version = _version_of(folder)
    occupations = _read_occupations(folder)
    missing = _read_details(folder, occupations)
    names = _Names(load_catalogue().vocabulary)
    demand = _demand_by_field(occupations.values())
    attribution = _attribution(version)
    (out / "roles").mkdir(parents=True, exist_ok=True)
    (out / "skills").mkdir(exist_ok=True)
    without_data: list[str] = []
    written = 0
    for occupation in occupations.values():
        wanted = _requirements(occupation, names, demand[occupation.code[:2]])
        if not any(w.kind == "hard" for w in wanted):
            without_data.append(occupation.code)
            continue
        text = _role_text(occupation, wanted, attribution)
        (out / "roles" / f"{_role_id(occupation)}.toml").write_text(text, encoding="utf-8", newline="\n")
        written += 1
    (out / "skills" / "onet.toml").write_text(names.new_skills_text(attribution), encoding="utf-8", newline="\n")
    compile_folder(out)
    return OnetImport(version, written, tuple(without_data), missing)


def published_importance(value: float) -> Importance | None:
    """The importance in a role of a published importance (1-5), None below "important"."""
    if value >= _ESSENTIAL_FROM:
        return "essential"
    return "important" if value >= _IMPORTANT_FROM else None


# -------------------------------------------------------------------------------------------- tables


def _release_folder(folder: Path) -> Path:
    """The folder that holds the tables: the one given, or the one that an archive was unpacked to inside it."""
    if not folder.is_dir():
        if folder.suffix.lower() == ".zip":
            raise VocabularyError("is an archive; unpack it and give the folder", file=str(folder))
        raise VocabularyError("no such folder", file=str(folder))
    if _find_table(folder, "Occupation Data") is None:
        inner = [path for path in sorted(folder.iterdir()) if path.is_dir() and _find_table(path, "Occupation Data")]
        if len(inner) == 1:
            return inner[0]
    return folder


def _version_of(folder: Path) -> str:
    read_me = folder / "Read Me.txt"
    found = _VERSION.search(read_me.read_text(encoding="utf-8", errors="replace")) if read_me.is_file() else None
    return found[1] if found else ""


def _attribution(version: str) -> str:
    release = f"O*NET {version} Database" if version else "O*NET Database (release not told)"
    return (
        f"This role includes information from the {release} by the U.S. Department of Labor, Employment and Training "
        "Administration (USDOL/ETA). Used under the CC BY 4.0 license. O*NET is a trademark of USDOL/ETA. "
        "skillgap selected and weighted the information; USDOL/ETA has not approved, endorsed, or tested this."
    )


def _find_table(folder: Path, name: str) -> Path | None:
    return next((path for suffix in (".txt", ".xlsx") if (path := folder / f"{name}{suffix}").is_file()), None)


def _rows(folder: Path, name: str) -> Iterator[tuple[str, ...]]:
    """The rows of a table, cut down to its needed columns, in their order.

    Raises:
        VocabularyError: a column is missing.
    """
    path = _find_table(folder, name)
    if path is None:
        raise VocabularyError(
            f"the table {name!r} is missing (neither {name}.txt nor {name}.xlsx). Unpack the whole O*NET database, "
            "text or Excel, from https://www.onetcenter.org/database.html",
            file=str(folder),
        )
    rows = _text_rows(path) if path.suffix == ".txt" else _excel_rows(path)
    header = [str(cell).strip() for cell in next(iter(rows), ())]
    columns = _COLUMNS[name]
    lost = [column for column in columns if column not in header]
    if lost:
        raise VocabularyError(
            f"the column {lost[0]!r} is missing; the table is of a release that is not read, or was changed. "
            "Releases from 25.1 on have it",
            file=str(path),
        )
    places = [header.index(column) for column in columns]
    for row in rows:
        if len(row) > max(places) and row[places[0]]:
            yield tuple("" if row[place] is None else str(row[place]).strip() for place in places)


def _text_rows(path: Path) -> Iterator[Sequence[object]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
    except UnicodeDecodeError as error:
        raise VocabularyError("is not UTF-8 text, as O*NET publishes it", file=str(path)) from error


def _excel_rows(path: Path) -> Iterator[Sequence[object]]:
    try:
        from openpyxl import load_workbook
    except ImportError:
        raise MissingExtraError("O*NET's Excel tables", extra="excel") from None
    from zipfile import BadZipFile

    try:
        workbook = load_workbook(path, read_only=True, data_only=True)
    except (BadZipFile, KeyError, ValueError, OSError) as error:
        raise VocabularyError("is damaged or no Excel workbook; download it again", file=str(path)) from error
    try:
        yield from workbook.worksheets[0].iter_rows(values_only=True)
    finally:
        workbook.close()


def _read_occupations(folder: Path) -> dict[str, _Occupation]:
    return {
        code: _Occupation(code, title, description) for code, title, description in _rows(folder, "Occupation Data")
    }


def _read_details(folder: Path, occupations: Mapping[str, _Occupation]) -> tuple[str, ...]:
    """Fill the occupations in; the names of the tables that are not there.

    Raises:
        VocabularyError: none of the tables that tell skills is there.
    """
    missing = tuple(name for name in _COLUMNS if _find_table(folder, name) is None)
    if all(name in missing for name in _SKILL_TABLES):
        raise VocabularyError(
            f"none of the tables {', '.join(_SKILL_TABLES)} is there, which tell the skills of an occupation",
            file=str(folder),
        )
    for name in _COLUMNS:
        if name in missing or name == "Occupation Data":
            continue
        for code, *cells in _rows(folder, name):
            if (occupation := occupations.get(code)) is not None:
                _add(occupation, name, cells)
    return missing


def _add(occupation: _Occupation, table: str, cells: Sequence[str]) -> None:
    if table == "Alternate Titles":
        occupation.titles.append(cells[0])
    elif table == "Task Statements":
        if cells[1] == "Core":
            occupation.tasks.append(cells[0].rstrip("."))
    elif table == "Technology Skills":
        example, commodity, hot, demand = cells
        occupation.technologies.append((example, commodity, hot == "Y", demand == "Y"))
    elif cells[2] in ("IM", "LV"):
        try:
            value = float(cells[3])
        except ValueError:
            return
        occupation.elements.setdefault((cells[0], cells[1]), {})[cells[2]] = value


# -------------------------------------------------------------------------------------- requirements


def _requirements(occupation: _Occupation, names: _Names, demand: Mapping[str, int]) -> list[_Wanted]:
    """What the occupation asks for, most important first."""
    wanted: dict[tuple[str, SkillKind], _Wanted] = {}

    def add(skill: str, name: str, importance: Importance, kind: SkillKind, note: str) -> None:
        known = wanted.setdefault((skill, kind), _Wanted(skill, name, importance, kind, []))
        known.notes.append(note if known.name == name else f"{name}: {note}")
        known.importance = min(known.importance, importance, key=IMPORTANCES.index)

    for (element_id, element), values in occupation.elements.items():
        importance = published_importance(values.get("IM", 0.0))
        if importance is not None:
            skill, kind = names.element(element_id, element)
            level = f", level {values['LV']:g} of 7" if "LV" in values else ""
            add(skill, element, importance, kind, f"importance {values['IM']:g} of 5{level}")
    for example, commodity, importance, flags in _technologies(occupation, demand):
        technology = names.technology(example, commodity)
        if technology is not None:
            add(technology, example, importance, "hard", flags)
    return sorted(wanted.values(), key=lambda w: (w.kind == "core", IMPORTANCES.index(w.importance)))


def _technologies(occupation: _Occupation, demand: Mapping[str, int]) -> Iterator[tuple[str, str, Importance, str]]:
    """The technologies to ask for: those in demand are important, the hot ones that its field demands most useful.

    Others stand in only where these are few. ``demand`` counts for each technology the occupations of the field (the
    same major group) in which it is in demand.
    """
    flagged = [t for t in occupation.technologies if t[3]]
    hot = sorted((t for t in occupation.technologies if t[2] and not t[3]), key=lambda t: -demand.get(t[0], 0))
    others = (t for t in occupation.technologies if not (t[2] or t[3]))
    for example, commodity, is_hot, _ in flagged:
        yield example, commodity, "important", "in demand and hot technology" if is_hot else "in demand"
    for example, commodity, _, _ in hot[:_MOST_HOT]:
        yield example, commodity, "useful", "hot technology"
    for example, commodity, _, _ in islice(others, max(0, _LEAST_TECHNOLOGIES - len(flagged) - len(hot))):
        yield example, commodity, "useful", "used in the occupation"


def _demand_by_field(occupations: Iterable[_Occupation]) -> dict[str, Counter[str]]:
    """For each major group of the occupation codes, in how many occupations each technology is in demand."""
    demand: dict[str, Counter[str]] = {}
    for occupation in occupations:
        counts = demand.setdefault(occupation.code[:2], Counter())
        counts.update(example for example, _, _, is_demanded in occupation.technologies if is_demanded)
    return demand


class _Names:
    """What O*NET calls things → ids of skills, of the vocabulary where it is the same thing, else new ones."""

    def __init__(self, vocabulary: Iterable[Skill]) -> None:
        self._skills = {skill.id: skill for skill in vocabulary}
        self._by_label: dict[str, list[tuple[str, str]]] = {}
        for skill in self._skills.values():
            if count_labels(skill) > _MOST_LABELS:
                continue
            texts = (t for label in skill.labels if not (label.is_duty or label.near) for t in expand_label(label.text))
            for text in (skill.preferred_label, *texts):
                self._by_label.setdefault(normalize(text), []).append((skill.id, text))
        self._new: dict[str, list[str]] = {}
        self._technologies: dict[str, str | None] = {}
        self._elements: dict[str, tuple[str, SkillKind]] = {}

    def element(self, element_id: str, name: str) -> tuple[str, SkillKind]:
        """The skill of an element of the content model, and whether it is a core skill."""
        if element_id not in self._elements:
            told = _told_elements().get(element_id, {})
            kind: SkillKind = "core" if told.get("core") else "hard"
            skill = str(told.get("skill", ""))
            if skill not in self._skills:
                skill = f"onet-{slug(name)}"
                lines = [f"[{skill}]", f"name = {quote(name)}", *([f"kind = {quote(kind)}"] if kind == "core" else [])]
                for key in ("labels", "shown_by"):
                    values = [v for v in told.get(key, ()) if key == "labels" or v in self._skills]
                    if values:
                        lines.append(f"{key} = [{', '.join(map(quote, values))}]")
                self._new[skill] = lines
            self._elements[element_id] = skill, kind
        return self._elements[element_id]

    def technology(self, example: str, commodity: str) -> str | None:
        """The skill of a technology, None where its name is a plain word that no resume could be searched for."""
        if example not in self._technologies:
            told = _tables()["technologies"].get(example, {})
            if told.get("skill") in self._skills:
                self._technologies[example] = told["skill"]
            else:
                self._technologies[example] = self._find(example) or self._make(example, commodity)
            shown_by = [skill for skill in told.get("shown_by", ()) if skill in self._skills]
            if shown_by and (made := self._technologies[example]) in self._new:
                self._new[str(made)].append(f"shown_by = [{', '.join(map(quote, shown_by))}]")
        return self._technologies[example]

    def _find(self, example: str) -> str | None:
        for name in _names_of(example):
            for skill_id, label in self._by_label.get(normalize(name), ()):
                own = set(normalize(self._skills[skill_id].preferred_label).split()) - _generic()
                is_same = not own.isdisjoint(normalize(name).split())
                # "Swift" is a language, "SWIFT" a network of banks.
                if is_same and (" " in name or label == name or label.lower() != name.lower() or len(own) == 1):
                    return skill_id
        return None

    def _make(self, example: str, commodity: str) -> str | None:
        names = [name for name in _names_of(example) if len(name) > 1]
        telling = [name for name in names if not _is_plain_word(name)]
        skill = f"onet-{slug(example)}"
        lines = [f"[{skill}]", f"name = {quote(example)}"]
        if telling:
            others = [name for name in telling if name != example]
            lines += [f"labels = [{', '.join(map(quote, others))}]"] if others else []
        elif names and names[0] == example:
            # "Chef" and "Puppet" are programs only among others of their kind.
            near = [w for w in normalize(commodity).split() if w not in _generic()]
            return self._make_ambiguous(skill, example, (*near, *_COMPANY))
        else:
            return None
        self._new[skill] = lines
        return skill

    def _make_ambiguous(self, skill: str, example: str, near: Sequence[str]) -> str:
        entry = inline_table([("label", quote(example)), ("near", f"[{', '.join(map(quote, near))}]")])
        name = f"{example} software"
        self._new[skill] = [f"[{skill}]", f"name = {quote(name)}", f"ambiguous = [ {entry} ]"]
        return skill

    def new_skills_text(self, attribution: str) -> str:
        """The file of the skills that the vocabulary does not have."""
        head = [f"# {attribution}", ""]
        return "\n".join([*head, *(line for lines in self._new.values() for line in (*lines, ""))])


# Beside these words a name such as "Chef" or "Go" is a program's.
_COMPANY = ("software", "developer", "programming", "devops", "scripting", "framework")
_SUFFIX = re.compile(r"\s+(?:software|systems?|programs?|applications?)\Z", re.IGNORECASE)
_ACRONYM = re.compile(r"\A(?P<words>(?:\S+\s+){2,}?)(?P<acronym>[A-Z][A-Z&/]{1,5})\Z")
_VENDOR = re.compile(
    r"\A(?:The MathWorks|MathWorks|Dassault Systemes|Henry Schein|Thomson Reuters|Red Hat|Unity Technologies|"
    r"National Instruments|Microsoft|Adobe|Autodesk|Intuit|Oracle|IBM|ESRI|Atlassian|Apple|Amazon|Apache|Google|"
    r"Trimble|PTC|Blackbaud|StataCorp|McNeel|Xactware|Bentley|Corel|SAP|Cisco|Yardi)\s+(?=\S)"
)


def _names_of(example: str) -> list[str]:
    """How people write what O*NET calls an example: "Structured query language SQL" is "SQL".

    The name as published comes first.
    """
    names = [example]
    short = _SUFFIX.sub("", example)
    if short != example and not _is_plain_word(short.rsplit(None, 1)[-1]):
        names.append(short)
    if (found := _ACRONYM.match(short)) is not None:
        names += [found["acronym"], found["words"].strip()]
    if short.startswith("Microsoft "):
        names.append(f"MS {short.removeprefix('Microsoft ')}")
    product = _VENDOR.sub("", short)
    if product != short and not _is_plain_word(product):
        names.append(product)
    return list(dict.fromkeys(names))


def _is_plain_word(name: str) -> bool:
    """Whether a name is one word that also means something else."""
    return " " not in name and name.isalpha() and (is_english(name.lower()) or len(name) < 3) and not name.isupper()


@lru_cache(maxsize=1)
def _tables() -> Mapping[str, Any]:
    return tomllib.loads(files("skillgap").joinpath("data", "onet_elements.toml").read_text(encoding="utf-8"))


def _told_elements() -> Mapping[str, Mapping[str, list[str]]]:
    told: Mapping[str, Mapping[str, list[str]]] = _tables()["elements"]
    return told


def _generic() -> frozenset[str]:
    """Words that many names share; having them in common makes no two products the same."""
    return frozenset(_tables()["generic"])


# ------------------------------------------------------------------------------------------- writing


def _role_id(occupation: _Occupation) -> str:
    return f"onet-{slug(occupation.title)}"


def _role_text(occupation: _Occupation, wanted: Sequence[_Wanted], attribution: str) -> str:
    titles = _titles(occupation)
    lines = [
        f"id = {quote(_role_id(occupation))}",
        f"title = {quote(occupation.title)}",
        f"alt_titles = [{', '.join(map(quote, titles))}]",
        f"summary = {quote(occupation.description)}",
        "responsibilities = [",
        *(f"  {quote(task)}," for task in occupation.tasks[:_MOST_TASKS]),
        "]",
        f"attribution = {quote(attribution)}",
    ]
    for kind in ("hard", "core"):
        lines += ["", f"{kind} = ["]
        for item in wanted:
            if item.kind == kind:
                pairs = [("skill", item.skill), ("name", item.name), ("importance", item.importance)]
                pairs.append(("note", "; ".join(item.notes)))
                lines.append(f"  {inline_table((key, quote(value)) for key, value in pairs)},")
        lines.append("]")
    lines += ["", "[codes]", f"onet-soc = {quote(occupation.code)}"]
    return "\n".join(lines) + "\n"


def _titles(occupation: _Occupation) -> list[str]:
    """Alternate titles, the plain ones first; what only adds an abbreviation in brackets is left out."""
    seen = dict.fromkeys(re.sub(r"\s*\([^)]*\)", "", title).strip() for title in occupation.titles)
    seen.pop(occupation.title, None)
    return [title for title in seen if title][:_MOST_TITLES]
