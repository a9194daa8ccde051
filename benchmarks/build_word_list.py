"""Write ``skillgap/data/english_words.txt.gz`` from SCOWL's American and British lists.

    apt-get install wamerican-large wbritish-large
    python benchmarks/build_word_list.py

Kept are words of four lower-case letters and more: a word of this list is never "corrected" to a label.
"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

SOURCES = (Path("/usr/share/dict/american-english-large"), Path("/usr/share/dict/british-english-large"))
TARGET = Path(__file__).parent.parent / "skillgap" / "data" / "english_words.txt.gz"


def main() -> None:
    words = {
        word
        for source in SOURCES
        for word in source.read_text(encoding="utf-8").split()
        if re.fullmatch(r"[a-z]{4,}", word)
    }
    packed = gzip.compress("\n".join(sorted(words)).encode("ascii"), compresslevel=9, mtime=0)
    TARGET.write_bytes(packed)
    print(f"{len(words):,} words, {len(packed):,} bytes: {TARGET}")


if __name__ == "__main__":
    main()
