import json
import subprocess
import sys

import pytest

from core.i18n import ROOT


@pytest.mark.parametrize(
    ("requires", "is_gpu"),
    [
        (["filelock", "sympy>=1.13.3"], False),
        (['cuda-toolkit[cudart]==13.0.2; platform_system == "Linux"', "filelock"], True),
        (['nvidia-cublas-cu12==12.8; platform_system == "Linux" and platform_machine == "x86_64"'], True),
        (['nvidia-ml-py; extra == "monitoring"', "filelock"], False),
    ],
)
def test_a_build_that_needs_gpu_packages_is_told_from_one_that_does_not(requires: list[str], is_gpu: bool) -> None:
    report = {"install": [{"metadata": {"name": "torch", "requires_dist": requires}}]}
    command = [sys.executable, str(ROOT / "tools" / "is_gpu_build.py")]
    done = subprocess.run(command, input=json.dumps(report), text=True, check=False)
    assert done.returncode == (0 if is_gpu else 1)


def test_the_locked_versions_hold_no_gpu_package_and_the_exact_torch() -> None:
    names = [line.split("==")[0] for line in (ROOT / "constraints.txt").read_text().splitlines() if "==" in line]
    assert not [name for name in names if name.startswith(("nvidia", "cuda", "triton"))]
    assert "torch==2.13.0" in (ROOT / "constraints.txt").read_text()
    assert "torch=2.13.0" in (ROOT / "tools" / "install.sh").read_text()
