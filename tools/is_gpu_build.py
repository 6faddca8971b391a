"""Exit 0 when the installation report on standard input is of a build that needs GPU packages."""

import json
import re
import sys

GPU = re.compile(r"^(nvidia|cuda|triton)")


def needs_gpu_packages(report: dict[str, list[dict[str, dict[str, list[str]]]]]) -> bool:
    """Whether a package of pip's report requires, unconditionally or on Linux, a GPU package."""
    required = [line for item in report["install"] for line in item["metadata"].get("requires_dist", [])]
    return any(GPU.match(line) and "extra ==" not in line for line in required)


if __name__ == "__main__":
    sys.exit(not needs_gpu_packages(json.load(sys.stdin)))
