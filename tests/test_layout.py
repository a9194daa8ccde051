"""Reading order and blocks from words with places."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skillgap.parsing.document import TextBlock
from skillgap.parsing.hyphens import join_hyphens
from skillgap.parsing.layout import Dot, Rule, Word, lay_out


def line(text: str, x: float, y: float, size: float = 10, **style: bool) -> list[Word]:
    """Words of half the font size a letter, with spaces of a quarter."""
    words = []
    for part in text.split(" "):
        end = x + 0.5 * size * len(part)
        words.append(Word(part, x, end, y, size, **style))
        x = end + 0.25 * size
    return words


def lines(*texts: str, x: float = 50, y: float = 700, leading: float = 12, size: float = 10) -> list[Word]:
    return [word for number, text in enumerate(texts) for word in line(text, x, y - number * leading, size)]


def texts(words: list[Word], **marks: object) -> list[str]:
    return [block.text for block in lay_out(words, **marks)]  # type: ignore[arg-type]


LONG = "responsible for the whole of the monthly billing of about four hundred patients"


def test_the_wrapped_lines_of_a_paragraph_are_one_block() -> None:
    assert texts(lines(LONG, "and their insurers.")) == [f"{LONG} and their insurers."]


def test_lines_of_a_list_stay_apart() -> None:
    items = ("Microsoft Excel", "Bookkeeping and payroll", "Typing")
    assert texts(lines(*items)) == list(items)


def test_a_short_line_is_not_continued_by_what_would_have_fitted_behind_it() -> None:
    assert texts(lines("Summary of work", LONG)) == ["Summary of work", LONG]


def test_a_date_at_the_start_begins_a_line_of_its_own() -> None:
    assert texts(lines(LONG, "2014 to 2018")) == [LONG, "2014 to 2018"]


def test_words_are_not_joined_over_a_column_gap() -> None:
    words = line("Payroll", 50, 700) + line("Manager", 110, 700)
    assert texts(words) == ["Payroll", "Manager"]


def test_two_columns_are_read_one_after_the_other() -> None:
    left = lines("Excel", "Word", "Access", "Outlook")
    right = lines("Filing", "Typing", "Copying", "Faxing", x=200)
    assert texts(left + right) == ["Excel", "Word", "Access", "Outlook", "Filing", "Typing", "Copying", "Faxing"]


def test_a_heading_below_a_two_column_list_is_read_after_both_columns() -> None:
    left = lines("Excel", "Word", "Access", x=60)
    right = lines("Filing", "Typing", "Copying", x=200)
    below = line("Experience", 50, 640)
    assert texts(left + right + below)[-1] == "Experience"


def test_a_sidebar_keeps_its_column_to_the_end() -> None:
    main = lines(*(f"Main line {number} of the experience" for number in range(9)), x=250)
    side = lines(*(f"Side {number}" for number in range(4)), x=50, y=695, leading=17)
    read = texts(main + side)
    assert read == [f"Side {number}" for number in range(4)] + [
        f"Main line {number} of the experience" for number in range(9)
    ]


def test_dates_set_right_are_read_with_their_lines() -> None:
    left = lines("Head Baker", "Corner Street Bread", "Baker", "Old Mill Bread", leading=14)
    right = lines("2016 to now", "Leeds", "2011 to 2016", "York", x=400, leading=14)
    assert texts(left + right) == [
        "Head Baker",
        "2016 to now",
        "Corner Street Bread",
        "Leeds",
        "Baker",
        "2011 to 2016",
        "Old Mill Bread",
        "York",
    ]


def test_a_rule_across_the_page_parts_what_stands_above_from_below() -> None:
    above = lines("Excel", "Word", "Access", x=50) + lines("Filing", "Typing", "Copying", x=200)
    below = lines("Red", "Blue", "Green", x=50, y=650) + lines("One", "Two", "Three", x=200, y=650)
    read = texts(above + below, rules=[Rule(40, 400, 664)])
    assert read == [
        "Excel",
        "Word",
        "Access",
        "Filing",
        "Typing",
        "Copying",
        "Red",
        "Blue",
        "Green",
        "One",
        "Two",
        "Three",
    ]


def test_a_written_bullet_makes_a_list_item_and_is_not_part_of_it() -> None:
    words = [Word("•", 50, 54, 700, 10), *line("Kept the books", 62, 700)]
    assert [(block.kind, block.text) for block in lay_out(words)] == [("bullet", "Kept the books")]


def test_a_private_use_bullet_in_a_segment_of_its_own_marks_the_line() -> None:
    words = [Word("\uf0b7", 50, 54, 700, 10), *line("Kept the books", 75, 700)]
    assert [(block.kind, block.text) for block in lay_out(words)] == [("bullet", "Kept the books")]


def test_a_drawn_dot_makes_a_list_item() -> None:
    words = lines(LONG, LONG)
    assert texts(words) == [f"{LONG} {LONG}"]
    dots = [Dot(40, 703, 3), Dot(40, 691, 3)]
    assert [(block.kind, block.text) for block in lay_out(words, dots=dots)] == [("bullet", LONG)] * 2


def test_a_single_far_dot_is_no_bullet() -> None:
    assert [block.kind for block in lay_out(line("Education", 60, 700), dots=[Dot(42, 703, 4)])] == ["paragraph"]


@pytest.mark.parametrize("letter_gap", [2.0, 4.0])
def test_spaced_out_letters_become_words(letter_gap: float) -> None:
    words = []
    x = 50.0
    for word in ("WORK", "HISTORY"):
        for letter in word:
            words.append(Word(letter, x, x + 5, 700, 10))
            x += 5 + letter_gap
        words[-1].has_space = True
        x += 3 + letter_gap
    assert texts(words) == ["WORK HISTORY"]


def test_letters_of_grades_are_not_a_word() -> None:
    assert texts([Word("A", 50 + 30 * number, 56 + 30 * number, 700, 10) for number in range(5)]) == ["A"] * 5


def test_pieces_of_a_word_are_put_together_and_neighbours_are_not() -> None:
    words = [Word("ef", 50, 60, 700, 10), Word("ﬁ", 60.2, 66, 700, 10), Word("cient", 66.1, 90, 700, 10)]
    assert texts([*words, Word("clerk", 92.5, 110, 700, 10)]) == ["efficient clerk"]


@pytest.mark.parametrize(
    "words",
    [
        [Word("RE", 50, 62, 700, 10), Word("´", 57, 60, 701.8, 10), Word("SUM", 62.5, 84, 700, 10)],
        [Word("R", 50, 56, 700, 10), Word("E", 56.2, 62, 700, 10), Word("´SUM", 57.4, 84, 700, 10)],
        [Word("R´", 50, 60, 700, 10), Word("ESUM", 56.2, 84, 700, 10)],
    ],
    ids=["over its letter", "behind its letter", "before its letter"],
)
def test_an_accent_drawn_over_a_letter_is_the_letters(words: list[Word]) -> None:
    assert texts(words) == ["RÉSUM"]


def test_an_accent_set_as_an_apostrophe_stays_one() -> None:
    words = [Word("don", 50, 66, 700, 10), Word("´", 66, 69, 700, 10), Word("t", 69, 72, 700, 10)]
    assert texts(words) == ["don´t"]


def test_a_name_in_two_weights_is_two_words() -> None:
    words = [Word("JANE", 50, 110, 700, 24), Word("DOE", 110, 160, 700, 24, is_bold=True)]
    assert texts(words) == ["JANE DOE"]
    small = [Word("Power", 50, 80, 700, 10), Word("BI", 80, 90, 700, 10, is_bold=True)]
    assert texts(small) == ["PowerBI"]


def test_the_persons_name_beside_contact_data_is_no_name_of_sections() -> None:
    name = line("ADA DOE", 50, 690, 26) + line("CREDIT CONTROLLER", 50, 668, 17)
    contact = lines("Born 1 May 1990", "Leeds", "0113 496 0000", "Licence B", x=300, y=715, leading=19)
    assert texts(name + contact)[:2] == ["ADA DOE", "CREDIT CONTROLLER"]


def test_the_persons_name_beside_the_middle_of_contact_data_comes_first() -> None:
    contact = lines("12 Mill Lane", "Leeds", "0113 496 0000", "jane@example.org", "Licence B", x=300, y=720)
    name = line("Jane Doe", 50, 694, 25) + line("Credit controller", 50, 672, 17)
    assert texts(name + contact)[:3] == ["Jane Doe", "Credit controller", "12 Mill Lane"]


def test_columns_whose_lines_share_a_grid_are_told_from_rows_by_their_headings() -> None:
    left = line("Contact", 50, 700, 14) + lines("jane@example.org", "Leeds", y=680)
    left += line("Skills", 50, 640, 14) + lines("Excel", "Sage", y=620)
    right = line("Experience", 220, 700, 14) + lines("Call centre agent, Acme", "2017 to 2021", LONG, x=220, y=680)
    right += line("Education", 220, 612, 14) + line("Business school, Leeds", 220, 592)
    assert texts(left + right) == [
        *("Contact", "jane@example.org", "Leeds", "Skills", "Excel", "Sage"),
        *("Experience", "Call centre agent, Acme", "2017 to 2021", LONG, "Education", "Business school, Leeds"),
    ]


def test_a_column_on_a_grid_goes_on_where_the_one_beside_it_ends() -> None:
    left = line("Contact", 50, 700, 14) + lines("jane@example.org", "Leeds", y=680)
    left += line("Skills", 50, 630, 14) + lines("Excel", "Sage", y=610)
    right = line("Experience", 220, 700, 14) + lines("Call centre agent, Acme", "2017 to 2021", LONG, x=220, y=680)
    assert texts(left + right)[:6] == ["Contact", "jane@example.org", "Leeds", "Skills", "Excel", "Sage"]


def test_places_set_large_beside_employers_are_read_with_them() -> None:
    words: list[Word] = []
    for number, (employer, place) in enumerate((("Acme", "Leeds"), ("Harbour Freight", "York"), ("Mills", "Hull"))):
        y = 700 - 50 * number
        words += line(employer, 50, y, 12) + line(place, 450, y, 12) + line("2015 to 2019", 400, y - 14)
        words += line("Credit controller", 50, y - 14) + line(LONG, 50, y - 26)
    assert texts(words)[:5] == ["Acme", "Leeds", "Credit controller", "2015 to 2019", LONG]


def test_a_bar_below_a_column_does_not_cut_the_column_beside_it() -> None:
    left = lines("Billing", "Payroll", "Ledgers", "Audits", "Archive")
    right = lines("French", "Dutch", "Greek", x=300)
    bar = Rule(285, 560, 657)
    assert texts(left + right, rules=[bar])[:5] == ["Billing", "Payroll", "Ledgers", "Audits", "Archive"]


def test_what_one_line_alone_reaches_is_no_edge_of_its_column() -> None:
    column = lines("Bachelor of Accounting and of Commercial Law, Leeds", "Upper second class", "Third year project")
    beside = lines("Excel", "Sage", "Xero", x=480)
    assert texts(column + beside)[:2] == ["Bachelor of Accounting and of Commercial Law, Leeds", "Upper second class"]


def test_a_table_whose_rows_begin_with_marks_is_read_row_by_row() -> None:
    rows = [("Best Clerk", "national", "first", "Leeds"), ("Ledger Cup", "regional", "second", "York")]
    rows += [("Audit Prize", "local", "third", "Hull"), ("Essay", "school", "first", "Bath")]
    words: list[Word] = []
    for number, cells in enumerate(rows):
        y = 700 - 12 * number
        words.append(Word("•", 40, 43, y, 10, has_space=True))
        for cell, x in zip(cells, (50, 200, 300, 400), strict=True):
            words += line(cell, x, y)
    assert texts(words) == [cell for cells in rows for cell in cells]


def test_values_are_parted_from_labels_that_end_where_no_line_begins() -> None:
    labels = ("Office", "Ledgers", "Payroll", "Typing")
    values = ("Excel, Word", "Sage, Xero", "ADP, Kronos", "80 words a minute")
    words: list[Word] = []
    for number, (label, value) in enumerate(zip(labels, values, strict=True)):
        y = 700 - 12 * number
        width = sum(word.x1 - word.x0 for word in line(label, 0, y))
        words += line(label, 143 - width, y) + line(value, 150, y)
    assert texts(words) == [text for pair in zip(labels, values, strict=True) for text in pair]


def test_a_superscript_belongs_to_its_line() -> None:
    words = [*line("July 4", 50, 700), Word("th", 78, 84, 704, 6), *line("2019 to date", 86, 700)]
    assert texts(words) == ["July 4th 2019 to date"]


def test_what_is_drawn_twice_is_read_once() -> None:
    assert texts(line("Skills", 50, 700) + line("Skills", 50.4, 700.2)) == ["Skills"]


def test_hidden_words_have_blocks_of_their_own() -> None:
    words = [*line("Cook", 50, 700), Word("Python", 75, 105, 700, 10, hidden="in the colour of its background")]
    assert [(block.text, block.hidden) for block in lay_out(words)] == [
        ("Cook", ""),
        ("Python", "in the colour of its background"),
    ]


def test_right_to_left_lines_are_read_from_the_right() -> None:
    words = [Word("ספרים", 50, 80, 700, 10), Word("2019", 83, 103, 700, 10), Word("הנהלת", 106, 136, 700, 10)]
    assert texts(words) == ["הנהלת 2019 ספרים"]


def test_chinese_lines_are_joined_without_a_space() -> None:
    first, second = "负责公司的应收账款和每月对账，熟练使用办公软件和系统", "能独立完成决算。"
    words = [Word(first, 50, 50 + 10 * len(first), 700, 10), Word(second, 50, 50 + 10 * len(second), 687, 10)]
    assert texts(words) == [first + second]


def test_large_short_lines_are_headings_but_the_largest_is_the_name() -> None:
    words = line("Jane Doe", 50, 760, 24) + line("Experience", 50, 730, 14) + lines(LONG, LONG, LONG)
    assert [block.kind for block in lay_out(words, page=1)][:2] == ["paragraph", "heading"]


def test_the_remains_of_misread_spaces_are_dropped() -> None:
    assert texts([Word("AccessÂ", 50, 80, 700, 10, has_space=True), Word("2019", 83, 100, 700, 10)]) == ["Access 2019"]


@pytest.mark.parametrize(
    ("end", "start", "elsewhere", "hyphenates", "joined"),
    [
        ("manage", "ment", "management", None, "management"),
        ("cross", "functional", "", None, "cross-functional"),
        ("manage", "ment", "", True, "management"),
        ("award", "winning", "", False, "award-winning"),
        ("real", "time", "real-time", True, "real-time"),
        ("ledger", "driven", "", True, "ledger-driven"),
        ("with", "python", "", True, "with-python"),
        ("micro", "services", "", True, "microservices"),
        ("in", "ventory", "", True, "inventory"),
        ("account", "ants", "", True, "accountants"),
    ],
)
def test_a_hyphen_at_the_end_of_a_line_is_kept_where_it_is_the_words_own(
    end: str, start: str, elsewhere: str, hyphenates: bool | None, joined: str
) -> None:
    first = f"{LONG} of {end}-"
    blocks = lay_out(lines(first, f"{start} of teams", y=700) + line(elsewhere or "x1", 50, 600), hyphenates=hyphenates)
    assert joined in blocks[0].text


def test_a_compound_in_capitals_goes_on_in_the_next_line() -> None:
    words = lines("Finite Element Analysis of the Cost of No-", "Insulation Coils") + lines(LONG, LONG, y=660)
    assert texts(words)[0] == "Finite Element Analysis of the Cost of No-Insulation Coils"


def test_a_title_that_ends_with_a_hyphen_does_not_swallow_its_employer() -> None:
    assert texts(lines("Accountant-", "Harbour Freight", LONG)) == ["Accountant-", "Harbour Freight", LONG]


def test_joining_hyphens_leaves_other_blocks_alone() -> None:
    block = TextBlock("full-time", kind="bullet", page=2)
    assert join_hyphens([block]) == [block]


def placed(x0: float, width: float, **rest: object) -> Word:
    return Word(x0=x0, x1=x0 + width, **rest)  # type: ignore[arg-type]


WORDS = st.builds(
    placed,
    text=st.text(st.sampled_from("abcZ19•-שа会ﬁ.,\ufffd\ue000"), min_size=1, max_size=6),
    x0=st.floats(0, 500),
    width=st.floats(0.5, 200),
    y=st.floats(0, 800),
    size=st.floats(0.5, 40),
    is_bold=st.booleans(),
    angle=st.sampled_from([0, 0, 0, 90, 180, 37]),
    has_space=st.booleans(),
    hidden=st.sampled_from(["", "", "tiny"]),
)


@given(st.lists(WORDS, max_size=40))
def test_every_letter_is_read_once_wherever_words_stand(words: list[Word]) -> None:
    def letters(text: str) -> list[str]:
        return sorted(letter for letter in text if letter in "abcZ19שа会")

    unique = {(word.text, index): word for index, word in enumerate(words)}
    apart = [
        word
        for key, word in unique.items()
        if not any(
            other is not word and other.text == word.text and abs(other.x0 - word.x0) + abs(other.y - word.y) < 300
            for other in unique.values()
        )
    ]
    blocks = lay_out(apart)
    # a lone "o"-like mark may be taken for a bullet, so only letters that are never marks are counted
    assert letters("".join(block.text for block in blocks)) == letters("".join(word.text for word in apart))
    assert all("\n" not in block.text and block.text == block.text.strip() for block in blocks)


def test_a_list_in_two_columns_ends_where_its_lines_end_though_they_are_not_level() -> None:
    left = lines("• Payroll", "• Filing", "• Typing", "• Ledgers", x=60)
    right = lines("• Excel", "• Word", "• Access", x=200, y=694)
    below = lines("Experience", "Clerk, 2019", y=640)
    expected = ["Payroll", "Filing", "Typing", "Ledgers", "Excel", "Word", "Access", "Experience", "Clerk, 2019"]
    assert texts(left + right + below) == expected


def test_a_list_without_marks_ends_at_a_gap_wider_than_between_its_lines() -> None:
    left = lines("Payroll", "Filing", "Typing", leading=20)
    right = lines("Excel", "Word", "Access", x=200, y=690, leading=20)
    below = lines("Honours", "Clerk of the year", y=610)
    expected = ["Payroll", "Filing", "Typing", "Excel", "Word", "Access", "Honours", "Clerk of the year"]
    assert texts(left + right + below) == expected


def test_names_of_sections_in_the_margin_stand_before_their_sections() -> None:
    words: list[Word] = []
    for y, name, second, texts_beside in (
        (700, "WORK", "HISTORY", ("Clerk at Acme Limited", "Kept the ledgers", "Paid the bills")),
        (650, "STUDIES", "", ("Diploma in accounting", "Course in tax law")),
        (610, "SKILLS", "", ("Excel", "Sage")),
    ):
        words += line(name, 50, y)
        words += line(second, 50, y - 12) if second else []
        words += lines(*texts_beside, x=150, y=y)
    assert texts(words) == [
        "WORK HISTORY",
        "Clerk at Acme Limited",
        "Kept the ledgers",
        "Paid the bills",
        "STUDIES",
        "Diploma in accounting",
        "Course in tax law",
        "SKILLS",
        "Excel",
        "Sage",
    ]


def test_names_of_fields_stand_with_their_values() -> None:
    words = lines("NAME", "BORN", "CITY") + lines("Jane Doe", "in Leeds", "York", x=150)
    assert texts(words) == ["NAME", "Jane Doe", "BORN", "in Leeds", "CITY", "York"]


@pytest.mark.parametrize("pieces", [("May 2019", "to", "June 2020"), ("May 2019 -", "Present"), ("2019 to", "2020")])
def test_a_range_of_dates_in_a_narrow_column_is_one_line(pieces: tuple[str, ...]) -> None:
    assert texts(lines(*pieces)) == [" ".join(pieces)]


def test_two_dates_below_each_other_are_two_lines() -> None:
    assert texts(lines("May 2019", "June 2020")) == ["May 2019", "June 2020"]


def test_a_range_of_dates_goes_on_below_beside_the_text_it_belongs_to() -> None:
    dates = lines("Sep 2011 -", "Present") + lines("Oct 2009 -", "Sep 2010", y=660)
    right = lines("Acme Limited, Leeds", "Clerk", x=150) + lines("Bolt and Sons, York", "Typist", x=150, y=660)
    assert texts(dates + right) == [
        "Sep 2011 - Present",
        "Acme Limited, Leeds",
        "Clerk",
        "Oct 2009 - Sep 2010",
        "Bolt and Sons, York",
        "Typist",
    ]


def test_a_word_broken_beside_a_date_is_whole() -> None:
    words = lines("Thermal analysis of insu-", "lation in coils") + line("Sept 2021", 400, 700)
    words += lines("Bending of steel beams", y=664) + line("May 2020", 405, 664)
    words += lines("Wear of brake pads", y=640) + line("May 2019", 405, 640)
    assert texts(words)[:2] == ["Thermal analysis of insulation in coils", "Sept 2021"]


def test_dots_that_lead_to_a_date_are_no_text() -> None:
    words = line("Prize of the school . . . . . . . . . . . . . 2014", 50, 700)
    words += line("Young clerk........2013", 50, 688)
    assert texts(words) == ["Prize of the school", "2014", "Young clerk", "2013"]


def test_an_ellipsis_is_text() -> None:
    assert texts(line("and so on ... for years", 50, 700)) == ["and so on ... for years"]


def test_a_superscript_does_not_part_what_follows() -> None:
    raised = [Word("th", 55, 61, 704, 6)]
    assert texts([*line("7", 50, 700), *raised, *line("September 1979", 64, 700)]) == ["7th September 1979"]


def test_a_label_close_to_a_column_is_a_block_of_its_own() -> None:
    words = line("Work", 120, 724, 12) + lines("Acme Limited", "Bolt and Sons", "Cole and Co", x=120)
    for number, date in enumerate(("June 2021", "June 2019", "June 2014")):
        words += line(date, 120 - 7 - (0.5 * 10 * 8 + 2.5), 700 - 12 * number)
    assert texts(words)[1:] == ["June 2021", "Acme Limited", "June 2019", "Bolt and Sons", "June 2014", "Cole and Co"]


def test_a_value_behind_a_colon_stands_with_its_label() -> None:
    words = lines("Cloud", "Monitoring", "Languages") + lines(": AWS", ": Grafana", ": Go", x=150)
    assert texts(words) == ["Cloud : AWS", "Monitoring : Grafana", "Languages : Go"]


def test_a_number_in_its_own_column_belongs_to_its_item() -> None:
    words = lines("[1]", "[2]") + lines("First paper", "Second paper", x=80)
    assert texts(words) == ["[1] First paper", "[2] Second paper"]


def test_an_icon_before_a_few_words_makes_no_bullet_and_a_mark_does() -> None:
    blocks = lay_out(line("\ue000 555 0134", 50, 700) + line("• Excel", 50, 688))
    assert [(block.text, block.kind) for block in blocks] == [("555 0134", "paragraph"), ("Excel", "bullet")]


def test_rows_of_a_table_with_dates_are_read_across() -> None:
    words = lines("2014", "2013", "2012") + lines("first of fifty", "seventh", "finalist", x=90)
    words += lines("Coding cup of the city", "Robot race", "Mathematics contest", x=180)
    assert texts(words)[:3] == ["2014", "first of fifty", "Coding cup of the city"]
