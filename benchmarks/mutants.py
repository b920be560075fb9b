"""Of the changes that mutmut made to the policy's rules, the share that a test noticed.

Run by `make mutants` after mutmut has written down its counts; fails below nine of ten.
"""

import json
import sys
from pathlib import Path

COUNTS = Path(__file__).parents[1] / "mutants" / "mutmut-cicd-stats.json"
LEAST = 90.0


def main() -> int:
    told = json.loads(COUNTS.read_text(encoding="utf-8"))
    noticed = told["killed"] + told["timeout"] + told["segfault"]
    asked = noticed + told["survived"] + told["no_tests"] + told["suspicious"]
    share = 100 * noticed / asked
    print(f"{noticed} of {asked} changes noticed: {share:.1f} %")
    return 0 if share >= LEAST else 1


if __name__ == "__main__":
    sys.exit(main())
