"""Reminders: what becomes due, and whom it is told."""

from workflow.reminders.firing import due_reminders, fire_reminder
from workflow.reminders.scheduling import schedule_reminders
from workflow.reminders.sweeping import subjects_to_sweep, sweep_subject

__all__ = ["due_reminders", "fire_reminder", "schedule_reminders", "subjects_to_sweep", "sweep_subject"]
