"""Files on needs, capabilities and deals: received, kept in versions, shown to whom they are for, taken, swept."""

from workflow.files.attaching import (
    add_version,
    attach_file,
    change_rights,
    erase_file,
    receive_upload,
    withdraw_file,
)
from workflow.files.kinds import KINDS
from workflow.files.reading import Taken, files_of_events, list_downloads, list_files, show_file, take_file
from workflow.files.storage import FileStore, Received
from workflow.files.subjects import CARRIERS, find_subject, find_subject_to_change
from workflow.files.sweeping import FolderState, compare_folder, sweep_folder

__all__ = [
    "CARRIERS",
    "KINDS",
    "FileStore",
    "FolderState",
    "Received",
    "Taken",
    "add_version",
    "attach_file",
    "change_rights",
    "compare_folder",
    "erase_file",
    "files_of_events",
    "find_subject",
    "find_subject_to_change",
    "list_downloads",
    "list_files",
    "receive_upload",
    "show_file",
    "sweep_folder",
    "take_file",
    "withdraw_file",
]
