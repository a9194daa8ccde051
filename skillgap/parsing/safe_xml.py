"""XML from strangers → a tree: no entities, no network, no more memory than the budget allows."""

from __future__ import annotations

from lxml import etree

from skillgap.parsing.budget import Budget

# What a node of a parsed tree takes in memory, beside its text; lxml's elements take 100 to 150 bytes.
_BYTES_PER_NODE = 60


def spend_tree(content: bytes, budget: Budget) -> None:
    """Count the memory that parsing markup takes as unpacked bytes.

    A few bytes of markup make an element, so text that is nothing but tags costs twenty times its length.

    Raises:
        ResumeLimitError: the file is over its limit.
    """
    nodes = content.count(b"<") + content.count(b"=") + content.count(b"&")
    budget.spend_decompressed(2 * len(content) + _BYTES_PER_NODE * nodes)


def parse_xml(content: bytes, budget: Budget) -> etree._Element | None:
    """The root of a document, mended where it is damaged; None where nothing can be made of it."""
    return parse_mended(content, budget)[0]


def parse_mended(content: bytes, budget: Budget) -> tuple[etree._Element | None, bool]:
    """The root of a document as `parse_xml` gives it, and whether something of it was lost."""
    spend_tree(content, budget)
    parser = _parser(recover=True)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None, True
    return root, any(entry.level >= etree.ErrorLevels.ERROR for entry in parser.error_log)


def is_well_formed(content: bytes, budget: Budget) -> bool:
    """Whether a document can be parsed as it stands, and declares no entities."""
    if b"<!DOCTYPE" in content:
        return False
    spend_tree(content, budget)
    try:
        etree.fromstring(content, _parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        return False
    return True


def _parser(*, recover: bool) -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover)
