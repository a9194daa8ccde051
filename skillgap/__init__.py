"""Which of the skills that a role needs does a resume show, in which words, and which are missing?"""

from __future__ import annotations

__version__ = "0.1.0"
