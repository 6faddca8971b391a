"""Where the reference data lies: KEQIAO_REFERENCE_DATA or `--data`."""

from argparse import ArgumentParser, Namespace
from pathlib import Path

from core.settings import Settings


class ReferenceMissing(Exception):
    """The reference data is needed and is not there."""


def add_data_option(parser: ArgumentParser) -> None:
    """`--data FOLDER`, by default the setting."""
    parser.add_argument("--data", type=Path, default=None, help="reference data folder (KEQIAO_REFERENCE_DATA)")


def reference_data(options: Namespace) -> Path:
    """The folder of reference data.

    Raises:
        ReferenceMissing: none is named, or there is no such folder.

    """
    folder: Path | None = options.data or Settings().reference_data
    if folder is None:
        raise ReferenceMissing("no reference data: set KEQIAO_REFERENCE_DATA or give --data FOLDER")
    if not folder.is_dir():
        raise ReferenceMissing(f"no reference data at {folder}")
    return folder
