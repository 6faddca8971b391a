"""Reminders: what becomes due, and whom it is told."""

from workflow.reminders.firing import due_reminders, fire_reminder
from workflow.reminders.reading import ReminderPublic, list_deal_reminders, list_my_reminders
from workflow.reminders.scheduling import schedule_reminders
from workflow.reminders.sweeping import asks_after_its_end, subjects_to_sweep, sweep_subject

__all__ = [
    "ReminderPublic",
    "asks_after_its_end",
    "due_reminders",
    "fire_reminder",
    "list_deal_reminders",
    "list_my_reminders",
    "schedule_reminders",
    "subjects_to_sweep",
    "sweep_subject",
]
