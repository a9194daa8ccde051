"""``python -m skillgap``: the command line."""

import sys

from skillgap.cli import main

if __name__ == "__main__":
    sys.exit(main())
