"""Pictures of reports: the same bytes each time, no text taken for a formula, nobody in a blind one."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from skillgap.errors import MissingExtraError
from skillgap.model import GapReport
from skillgap.reporting.plot import plot_heat_map

pytest.importorskip("matplotlib", reason="needs matplotlib: pip install 'skillgap[plot]'")


def texts(figure: object) -> list[str]:
    """Every text that the figure shows."""
    from matplotlib.text import Text

    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]  # type: ignore[attr-defined]


def test_picture_tells_coverage_and_counts(sample_report: GapReport) -> None:
    shown = texts(sample_report.plot())
    assert "Dental Collector: 67 % coverage\npriya_nair.pdf" in shown
    assert {"essential, 1 of 2", "important, 2 of 2", "useful, 1 of 2"} <= set(shown)


@pytest.mark.parametrize(("name", "start"), [("a.png", b"\x89PNG"), ("a.svg", b"<?xml"), ("a.PDF", b"%PDF")])
def test_picture_is_written_as_its_name_says(sample_report: GapReport, tmp_path: Path, name: str, start: bytes) -> None:
    sample_report.plot(tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(start)


def test_same_report_gives_the_same_picture(sample_report: GapReport, tmp_path: Path) -> None:
    for name in ("a.svg", "b.svg"):
        plot_heat_map([sample_report], tmp_path / name)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


def test_unknown_ending_is_told_before_anything_is_drawn(sample_report: GapReport, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\.png, \.svg, \.pdf"):
        sample_report.plot(tmp_path / "a.bmp")


def test_heat_map_ranks_the_best_first(sample_report: GapReport) -> None:
    gone = tuple(replace(s, strength="none", evidence=()) for s in sample_report.hard_skills)
    worse = replace(sample_report, hard_skills=gone, resume=replace(sample_report.resume, source="other.pdf"))
    shown = texts(plot_heat_map([worse, sample_report]))
    assert shown.index("priya_nair.pdf  67 %") < shown.index("other.pdf  0 %")
    assert "Accounts Receivable" in shown


def test_heat_map_of_many_says_that_it_shows_the_best(sample_report: GapReport) -> None:
    assert "Dental Collector\nThe best 60 of 61 resumes" in texts(plot_heat_map([sample_report] * 61))


def test_heat_map_needs_reports_on_one_role(sample_report: GapReport) -> None:
    other = replace(sample_report, role=replace(sample_report.role, id="other"))
    for reports in ([], [sample_report, other]):
        with pytest.raises(ValueError, match="one role"):
            plot_heat_map(reports)


def test_blind_pictures_name_nobody(sample_report: GapReport) -> None:
    blind = replace(sample_report, is_blind=True)
    for figure in (blind.plot(), plot_heat_map([blind])):
        assert not [text for text in texts(figure) if "priya" in text.lower()]


@pytest.mark.parametrize("text", ["$\\frac{1}{0$", "$x$", "経理 \U0001f600", "a\nb", "\ud800\x00", "<b>&"])
def test_strange_text_is_drawn_as_it_stands(with_text: Callable[[str], GapReport], tmp_path: Path, text: str) -> None:
    report = with_text(text)
    report.plot(tmp_path / "a.svg")
    plot_heat_map([report], tmp_path / "b.png")


def test_report_without_hard_skills_can_be_drawn(sample_report: GapReport, tmp_path: Path) -> None:
    report = replace(sample_report, hard_skills=())
    report.plot(tmp_path / "a.png")
    plot_heat_map([report], tmp_path / "b.png")


def test_missing_matplotlib_names_its_extra(sample_report: GapReport, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"skillgap\[plot\]"):
        sample_report.plot()
