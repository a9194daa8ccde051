"""A recruiter's folder: rank its resumes for a role, and keep the table as CSV.

python examples/screen_folder.py [FOLDER] [ROLE] [TABLE.csv]
"""

import csv
import sys
from pathlib import Path

import skillgap

FOLDER = Path(__file__).parent / "resumes"


def main(folder: str | Path = FOLDER, role: str = "collections specialist", table: str = "shortlist.csv") -> None:
    files = sorted(path for path in Path(folder).iterdir() if path.is_file())
    rows = []
    for screened in skillgap.screen(files, role):
        name = Path(screened.path).name
        if screened.report:
            report = screened.report
            essential = [skill.name for skill in report.missing if skill.importance == "essential"]
            rows.append((round(report.coverage, 3), name, len(report.covered), "; ".join(essential)))
        else:
            print(f"not read: {screened.error}", file=sys.stderr)

    rows.sort(key=lambda row: (-row[0], row[1]))
    for rank, (coverage, name, shown, essential) in enumerate(rows, 1):
        print(f"{rank:>3}  {coverage:>4.0%}  {'█' * round(20 * coverage):<20}  {shown:>2} skills  {name}")
        if essential:
            print(f"{'':>36}lacks {essential}")

    # File names are written by strangers: a spreadsheet must not take one for a formula.
    with Path(table).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("coverage", "file", "skills shown", "essential skills missing"))
        writer.writerows((coverage, f"./{name}", shown, essential) for coverage, name, shown, essential in rows)
    print(f"\n{len(rows)} resumes ranked in {table}")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:4])
    except skillgap.SkillgapError as error:
        sys.exit(f"{error}")
