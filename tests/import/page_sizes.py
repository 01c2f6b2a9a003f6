"""Says how much larger the pages of a site are for the resources beside theirs: page_sizes.py SMALL LARGE

A page of an endpoint that both sites have must not grow with the schema around it.
"""

import sys
from pathlib import Path


def main(small, large):
    """Compares the pages of endpoints, which lie three folders deep, that both sites have."""
    grown = {}
    for page in Path(small).glob("*/*/*/*.html"):
        other = Path(large) / page.relative_to(small)
        if other.exists():
            grown[page.relative_to(small)] = other.stat().st_size - page.stat().st_size
    if not grown:
        sys.exit("error: the sites have no page of an endpoint in common")
    largest = max(Path(large).rglob("*.html"), key=lambda page: page.stat().st_size)
    sizes = sorted(grown.values())
    low, middle, high = sizes[0], sizes[len(sizes) // 2], sizes[-1]
    print(
        f"{len(grown)} pages of endpoints differ by {low} to {high} bytes (median {middle}) from those of a smaller site; "
        f"the largest page has {largest.stat().st_size // 1024} KiB ({largest.relative_to(large)})"
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
