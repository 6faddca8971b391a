"""Bringing files of needs, capabilities, suppliers and organisations into the catalogue."""

from workflow.importing.report import STATUSES_OF_NEW, ImportKind, ImportReport
from workflow.importing.run import import_file

__all__ = ["STATUSES_OF_NEW", "ImportKind", "ImportReport", "import_file"]
