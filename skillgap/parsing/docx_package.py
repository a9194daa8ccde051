"""A Word file → a clean package that python-docx opens: what is broken mended, what leads outside dropped."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from lxml import etree

from skillgap.errors import UnreadableResumeError
from skillgap.parsing.archive import Archive, read_archive
from skillgap.parsing.budget import Budget
from skillgap.parsing.docx_names import PKG, W
from skillgap.parsing.safe_xml import is_well_formed, parse_xml

if TYPE_CHECKING:
    from docx.opc.part import Part

_MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
OFFICE_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
_PACKAGE_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD_2003 = b"http://schemas.microsoft.com/office/word/2003/wordml"
_STRICT_NAMESPACE = re.compile(rb"http://purl\.oclc\.org/ooxml/(\w+)/")

# The parts whose text a reader of the document sees, or that say how text looks. Pictures, fonts, comments,
# embedded files, macros and properties stay packed.
_PART_KINDS = frozenset(
    {"styles", "numbering", "settings", "theme", "header", "footer", "footnotes", "endnotes"}
    | {"diagramData", "chart", "aFChunk", "subDocument"}
)
_DOCUMENT_KINDS = frozenset({"officeDocument"})


def open_package_archive(data: bytes, budget: Budget) -> Archive:
    """The members of a Word file that may hold text, whether it is a zip or one flat XML file."""
    if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<" or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return _archive_of_flat_xml(data, budget)
    return read_archive(data, budget=budget, wanted=_is_wanted)


def _is_wanted(name: str) -> bool:
    lowered = name.lower()
    if "/media/" in lowered or "/embeddings/" in lowered or "/fonts/" in lowered:
        return False
    return lowered.endswith((".xml", ".rels", ".htm", ".html", ".mht", ".rtf", ".txt", ".docx")) or "chunk" in lowered


def _archive_of_flat_xml(data: bytes, budget: Budget) -> Archive:
    """The members of a flat package, or a Word 2003 document under the name of a main part."""
    root = parse_xml(data, budget)
    if root is None:
        raise UnreadableResumeError("The file is damaged: its XML cannot be read. Export or download it again.")
    if root.tag == f"{PKG}package":
        members = {}
        for part in root.iterfind(f"{PKG}part"):
            content = part.find(f"{PKG}xmlData")
            if content is not None and len(content):
                members[part.get(f"{PKG}name", "").lstrip("/")] = etree.tostring(content[0])
        return Archive(members, tuple(members))
    main = etree.tostring(root).replace(_WORD_2003, W[1:-1].encode())
    relation = f'<Relationship Id="rId1" Type="{OFFICE_RELATION}officeDocument" Target="word/document.xml"/>'
    rels = f'<Relationships xmlns="{_PACKAGE_RELATIONS}">{relation}</Relationships>'.encode()
    return Archive({"word/document.xml": main, "_rels/.rels": rels}, ("word/document.xml",))


@dataclass(frozen=True, slots=True)
class Package:
    """A cleaned package: python-docx opens ``data``; ``mended`` names parts whose XML had to be repaired."""

    data: bytes
    main: str
    mended: tuple[str, ...] = ()


def clean_package(archive: Archive, budget: Budget) -> Package:
    """A package of the parts that the main part leads to and that hold text.

    External and broken relations are dropped, strict namespaces made the usual ones, damaged XML mended.

    Raises:
        UnreadableResumeError: there is no main part, or nothing of it can be read.
    """
    members = {name.lower(): name for name in archive.members}
    main = _find_main(archive, members, budget)
    if main is None:
        raise UnreadableResumeError("The file is an archive without a Word document in it.")
    parts: dict[str, bytes] = {}
    rels: dict[str, list[tuple[str, str, str]]] = {}
    waiting = [main]
    mended: list[str] = []
    while waiting:
        name = waiting.pop()
        if name in parts:
            continue
        content = _STRICT_NAMESPACE.sub(rb"http://schemas.openxmlformats.org/\1/2006/", archive.members[name])
        if name == main:
            content, is_mended = _mend(content, budget)
            if is_mended:
                mended.append(name)
        parts[name] = content
        rels[name] = list(_relations(archive, members, name, _PART_KINDS, budget))
        waiting.extend(target for _, _, target in rels[name])
    return Package(_zip_parts(parts, rels, main), main, tuple(mended))


def _find_main(archive: Archive, members: Mapping[str, str], budget: Budget) -> str | None:
    for _, _, target in _relations(archive, members, "", _DOCUMENT_KINDS, budget):
        return target
    # Archives with a broken or missing list of relations still name the part as Word does.
    named = [name for name in members if re.fullmatch(r"(?:.*/)?document\d*\.xml", name)]
    return members[min(named, key=len)] if named else None


def _relations(
    archive: Archive, members: Mapping[str, str], source: str, kinds: frozenset[str], budget: Budget
) -> Iterator[tuple[str, str, str]]:
    """The relations of a part that lead to parts of the package that hold text: id, kind, target."""
    folder, base = posixpath.split(source)
    rels_name = members.get(posixpath.join(folder, "_rels", f"{base}.rels").lower())
    root = parse_xml(archive.members[rels_name], budget) if rels_name else None
    if root is None:
        return
    for relation in root.iter("{*}Relationship"):
        kind = relation.get("Type", "").rpartition("/")[2]
        if kind not in kinds or relation.get("TargetMode", "").lower() == "external":
            continue
        target = relation.get("Target", "").replace("\\", "/")
        path = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        found = members.get(path.lower())
        if found is not None and found != source:
            yield relation.get("Id", ""), kind, found


def _mend(content: bytes, budget: Budget) -> tuple[bytes, bool]:
    """XML that python-docx can parse, and whether it was damaged."""
    if is_well_formed(content, budget):
        return content, False
    root = parse_xml(content, budget)
    if root is None:
        raise UnreadableResumeError(
            "The file is damaged: the text of the document cannot be read. Export or download it again."
        )
    # Word writes no entities: those that are there stand for other files, or for a flood of text.
    etree.strip_elements(root, etree.Entity, with_tail=False)
    return etree.tostring(root), True


def _zip_parts(parts: Mapping[str, bytes], rels: Mapping[str, list[tuple[str, str, str]]], main: str) -> bytes:
    """A plain package of the parts, stored without compression, with only relations that hold."""
    names = {name: f"part{number}.xml" for number, name in enumerate(parts)}
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        package.writestr(
            "[Content_Types].xml",
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/octet-stream"/>'
            f'<Override PartName="/{names[main]}" ContentType="{_MAIN_TYPE}"/></Types>',
        )
        package.writestr("_rels/.rels", _rels_xml([("main", "officeDocument", names[main])]))
        for name, content in parts.items():
            package.writestr(names[name], content)
            relations = [(id_, kind, names[part]) for id_, kind, part in rels[name]]
            if relations:
                package.writestr(f"_rels/{names[name]}.rels", _rels_xml(relations))
    return target.getvalue()


def _rels_xml(relations: Iterable[tuple[str, str, str]]) -> str:
    unique = {id_: (kind, target) for id_, kind, target in relations}
    rows = "".join(
        f'<Relationship Id={quoteattr(id_)} Type="{OFFICE_RELATION}{kind}" Target="/{target}"/>'
        for id_, (kind, target) in unique.items()
    )
    return f'<Relationships xmlns="{_PACKAGE_RELATIONS}">{rows}</Relationships>'


def open_main_part(package: Package) -> Part:
    """The main part of a clean package, as python-docx opens it."""
    import docx

    try:
        return docx.Document(io.BytesIO(package.data)).part
    except (KeyError, ValueError, AttributeError, etree.LxmlError, zipfile.BadZipFile):
        raise UnreadableResumeError("The file is not a Word document that can be read; export it again.") from None
