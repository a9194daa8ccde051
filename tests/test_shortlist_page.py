"""The HTML shortlist: ranked, whole without a script, safe, and nobody's name in a blind one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit
from xml.etree.ElementTree import Element

import html5lib
import pytest

from skillgap.cli import main
from skillgap.errors import EncryptedResumeError
from skillgap.model import GapReport, Screened, SkillResult
from skillgap.reporting import shortlist_page
from skillgap.reporting.shortlist_page import ShortlistPage

EXAMPLES = Path(__file__).parent.parent / "examples" / "resumes"


def parse(path: Path) -> Element:
    text = path.read_text(encoding="utf-8")
    tree: Element = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    return tree


def data_of(tree: Element) -> dict[str, list[list[object]]]:
    (script,) = (e for e in tree.iter("script") if e.get("id") == "data")
    data: dict[str, list[list[object]]] = json.loads("".join(script.itertext()))
    return data


def plain_rows(tree: Element) -> list[list[str]]:
    (fallback,) = tree.iter("noscript")
    (body,) = fallback.iter("tbody")
    return [["".join(cell.itertext()) for cell in row] for row in body]


def text_of(element: Element) -> str:
    return "".join(element.itertext())


def without(report: GapReport, count: int) -> GapReport:
    """The report with the evidence of its first skills taken away."""

    def missing(skill: SkillResult) -> SkillResult:
        return replace(skill, strength="none", evidence=())

    hard = report.hard_skills
    return replace(report, hard_skills=(*map(missing, hard[:count]), *hard[count:]))


@pytest.fixture
def write(sample_report: GapReport, tmp_path: Path) -> Callable[..., Path]:
    def to_page(*screened: Screened, folder: bool = True) -> Path:
        page = ShortlistPage(sample_report.role, tmp_path / "list_files" if folder else None)
        for row in screened:
            page.add(row)
        page.save(tmp_path / "list.html")
        return tmp_path / "list.html"

    return to_page


@pytest.fixture
def three(sample_report: GapReport) -> tuple[Screened, ...]:
    return (
        Screened("in/b weak.pdf", reports=(without(sample_report, 4),)),
        Screened("in/a#1.pdf", reports=(sample_report,)),
        Screened("in/locked.pdf", error=EncryptedResumeError("The file needs a password.", path="in/locked.pdf")),
        Screened("in/c.pdf", reports=(sample_report,), duplicate_of="in/a#1.pdf"),
    )


def test_best_stands_first_with_and_without_script(write: Callable[..., Path], three: tuple[Screened, ...]) -> None:
    tree = parse(write(*three))
    assert [row[0] for row in data_of(tree)["rows"]] == ["a#1.pdf", "c.pdf", "b weak.pdf"]
    assert [row[1] for row in plain_rows(tree)] == ["a#1.pdf", "c.pdf", "b weak.pdf"]
    assert plain_rows(tree)[0] == ["1", "a#1.pdf", "67 %", "4 of 6", "Bookkeeping"]


def test_rows_tell_each_skill_and_its_first_words(write: Callable[..., Path], three: tuple[Screened, ...]) -> None:
    data = data_of(parse(write(*three)))
    assert [name for name, *_ in data["skills"][:3]] == ["Accounts Receivable", "Bookkeeping", "Statements"]
    _, _, coverage, marks, warnings, is_copy, quotes = data["rows"][0]
    assert coverage == pytest.approx(three[1].reports[0].coverage, abs=1e-4)
    assert marks == "dndllnln"
    assert warnings == ["Page 3 of Priya Nair's file is damaged and was left out."]
    assert is_copy is False
    assert "reconciled A/R aging" in str(quotes[0])  # type: ignore[index]
    assert data["rows"][1][5] is True


def test_each_row_leads_to_its_report(write: Callable[..., Path], three: tuple[Screened, ...]) -> None:
    path = write(*three)
    links = [str(row[1]) for row in data_of(parse(path))["rows"]]
    assert len(set(links)) == 3
    for link in links:
        report = path.parent / unquote(link)
        assert "Dental Collector" in report.read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["beside #1 (%41)", "../elsewhere"])
def test_links_hold_wherever_the_reports_lie(sample_report: GapReport, tmp_path: Path, folder: str) -> None:
    (tmp_path / "in").mkdir()
    page = ShortlistPage(sample_report.role, tmp_path / "in" / folder)
    page.add(Screened("Zoë & Co.pdf", reports=(sample_report,)))
    page.save(tmp_path / "in" / "list.html")
    link = str(data_of(parse(tmp_path / "in" / "list.html"))["rows"][0][1])
    whole = urljoin((tmp_path / "in" / "list.html").as_uri(), link)
    assert Path(unquote(urlsplit(whole).path)).is_file()
    assert not urlsplit(whole).fragment


def test_without_a_folder_no_row_leads_anywhere(write: Callable[..., Path], three: tuple[Screened, ...]) -> None:
    path = write(*three, folder=False)
    assert [row[1] for row in data_of(parse(path))["rows"]] == ["", "", ""]
    assert [p.name for p in path.parent.iterdir()] == ["list.html"]


def test_failures_stand_there_with_their_reasons(write: Callable[..., Path], three: tuple[Screened, ...]) -> None:
    tree = parse(write(*three))
    (heading,) = (e for e in tree.iter("h2") if e.get("id") == "failed")
    assert text_of(heading) == "Could not be read 1"
    assert "1 file could not be read." in text_of(tree)
    assert "The file needs a password." in text_of(tree)


def test_page_of_nothing_but_failures_is_valid(write: Callable[..., Path], three: tuple[Screened, ...]) -> None:
    tree = parse(write(three[2]))
    assert data_of(tree)["rows"] == []
    assert not list(tree.iter("figure"))


def test_page_of_nothing_at_all_is_valid(write: Callable[..., Path]) -> None:
    assert data_of(parse(write()))["rows"] == []


def test_page_needs_nothing_but_its_reports(write: Callable[..., Path], three: tuple[Screened, ...]) -> None:
    tree = parse(write(*three))
    targets = [str(e.get(name)) for e in tree.iter() for name in ("href", "src") if e.get(name)]
    assert all(target.startswith(("#", "list_files/")) for target in targets)
    (policy,) = (e.get("content", "") for e in tree.iter("meta") if e.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert not [e for e in tree.iter() if e.get("style") or [n for n in e.keys() if n.startswith("on")]]  # noqa: SIM118


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", '"><img src=x>', "<!--<script>", "=cmd()", "\u2028\ud800\x00"]
)
def test_hostile_text_stays_text(
    sample_report: GapReport, with_text: Callable[[str], GapReport], tmp_path: Path, text: str
) -> None:
    def tags(text: str) -> list[str]:
        report = with_text(text)
        page = ShortlistPage(report.role, tmp_path / "r_files")
        page.add(Screened(f"in/{text}", reports=(report,)))
        page.add(Screened("in/other", error=EncryptedResumeError(text, path="in/other")))
        page.save(tmp_path / "r.html")
        tree = parse(tmp_path / "r.html")
        assert len(data_of(tree)["rows"]) == 1
        return [str(e.tag) for e in tree.iter()]

    assert tags(text) == tags("harmless")


def test_blind_shortlist_names_nobody(
    sample_report: GapReport, write: Callable[..., Path], three: tuple[Screened, ...]
) -> None:
    blind = replace(sample_report, is_blind=True)
    path = write(
        Screened("in/priya_nair.pdf", reports=(blind,)),
        Screened("in/omar_haddad.pdf", error=EncryptedResumeError("It needs a password.", path="in/omar_haddad.pdf")),
    )
    written = [path, *(path.parent / "list_files").iterdir()]
    everything = "".join(p.read_text(encoding="utf-8") + p.name for p in written)
    assert not re.search(r"priya|nair|omar|haddad|example\.com", everything, re.IGNORECASE)
    assert data_of(parse(path))["rows"][0][0] == "Resume 1"
    assert "Resume 2" in everything


def test_report_on_this_role_is_the_one_shown(sample_report: GapReport, tmp_path: Path) -> None:
    other = replace(without(sample_report, 6), role=replace(sample_report.role, id="other"))
    page = ShortlistPage(sample_report.role)
    page.add(Screened("a.pdf", reports=(other, sample_report)))
    page.save(tmp_path / "x.html")
    assert data_of(parse(tmp_path / "x.html"))["rows"][0][2] == round(sample_report.coverage, 4)


def test_only_the_best_carry_quotes(
    write: Callable[..., Path], three: tuple[Screened, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortlist_page, "_MOST_QUOTED", 1)
    rows = data_of(parse(write(*three)))["rows"]
    assert rows[0][6]
    assert [row[6] for row in rows[1:]] == [[], []]


def test_rows_wait_in_a_file_when_they_are_many(
    write: Callable[..., Path], three: tuple[Screened, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shortlist_page, "_MEMORY_BYTES", 1)
    assert len(data_of(parse(write(*three)))["rows"]) == 3


# From the command line


def test_screen_writes_the_page_and_its_reports(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "shortlist.html"
    files = [str(EXAMPLES / name) for name in ("dana_petrov.docx", "maria_alvarez.pdf")]
    (tmp_path / "empty.pdf").touch()
    assert main(["screen", *files, str(tmp_path), "--role", "collections specialist", "-o", str(page)]) == 1
    assert [row[1].rsplit("/")[-1] for row in plain_rows(parse(page))] == ["maria_alvarez.pdf", "dana_petrov.docx"]
    assert len(list((tmp_path / "shortlist_files").iterdir())) == 2
    assert "maria_alvarez.pdf" in capsys.readouterr().out


def test_second_run_takes_no_report_for_a_resume(tmp_path: Path) -> None:
    page = tmp_path / "shortlist.html"
    (tmp_path / "a.txt").write_text("Skills\nBookkeeping, MS Excel\n", encoding="utf-8")
    for _ in range(2):
        assert main(["screen", str(tmp_path), "--role", "collections specialist", "-o", str(page)]) == 0
        assert len(plain_rows(parse(page))) == 1


def test_each_role_gets_its_page_and_no_run_reads_them(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Skills\nBookkeeping, MS Excel\n", encoding="utf-8")
    roles = ["--role", "collections specialist", "--role", "accounts collector"]
    for _ in range(2):
        assert main(["screen", str(tmp_path), *roles, "-o", str(tmp_path / "list.html")]) == 0
        for role in ("collections-specialist", "accounts-collector"):
            assert len(plain_rows(parse(tmp_path / f"list.{role}.html"))) == 1
            assert len(list((tmp_path / f"list.{role}_files").iterdir())) == 1


def test_folder_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "nowhere" / "shortlist.html"
    assert main(["screen", str(EXAMPLES / "dana_petrov.docx"), "-r", "collections specialist", "-o", str(page)]) == 2
    assert "cannot be written" in capsys.readouterr().err
