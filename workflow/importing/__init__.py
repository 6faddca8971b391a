"""Bringing files of needs, capabilities, suppliers and organisations into the catalogue."""

from workflow.importing.report import ImportKind, ImportReport
from workflow.importing.run import import_file

__all__ = ["ImportKind", "ImportReport", "import_file"]
