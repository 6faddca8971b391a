"""What everything else stands on: settings, database sessions, errors, clock, language and taxonomy."""
