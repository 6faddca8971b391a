"""What notebooks need around the matcher: a catalogue in memory, tables in both languages, and running them."""
