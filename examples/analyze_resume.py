"""Which skills of a role does one resume show, in which words?

python examples/analyze_resume.py [RESUME] [ROLE]
"""

import sys
from pathlib import Path

import skillgap

RESUME = Path(__file__).parent / "resumes" / "maria_alvarez.pdf"


def main(resume: str | Path = RESUME, role: str = "collections specialist") -> None:
    report = skillgap.analyze(resume, role)
    print(f"{report.source} for {report.role.title}: coverage {report.coverage:.0%}\n")
    for skill in report.covered:
        quotes = ", ".join(f"“{evidence.text}” ({evidence.section})" for evidence in skill.evidence[:3])
        print(f"  shown, {skill.strength}: {skill.name}: {quotes}")
    for skill in report.missing:
        print(f"  missing, {skill.importance}: {skill.name}")
    print()
    print(report)  # the whole report; also to_dict(), to_json(), to_markdown()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:3])
    except skillgap.SkillgapError as error:
        sys.exit(f"{error}")
