"""A job-seeker's check before applying: what to add, and what to show better.

python examples/check_my_resume.py [RESUME] [ROLE]
"""

import sys
from pathlib import Path

import skillgap

RESUME = Path(__file__).parent / "resumes" / "dana_petrov.docx"


def main(resume: str | Path = RESUME, role: str = "collections specialist") -> None:
    report = skillgap.analyze(resume, role)
    print(f"Your resume shows {report.coverage:.0%} of what a {report.role.title} needs.\n")

    print("If you can do these, your resume should say so:")
    for skill in report.missing:
        print(f"\n  {skill.name} ({skill.importance}): {skill.definition}")
        if skill.nearest:
            print(f"    You wrote “{skill.nearest.text}”, which comes near. Is that what you meant?")
        print(f"    {skill.advice}")

    print("\nThese you only list. Say where you used them, and what came of it:")
    for skill in report.covered:
        if skill.strength == "listed":
            print(f"  {skill.name}: “{skill.evidence[0].text}”")

    print("\nThese look misspelt:")
    for skill in report.covered:
        for evidence in skill.evidence:
            if evidence.method == "fuzzy":
                print(f"  “{evidence.text}”: “{evidence.label}”?")


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except skillgap.SkillgapError as error:
        sys.exit(f"{error}")
