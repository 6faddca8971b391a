"""From a need and capabilities to a ranked list with reasons: dataclasses and arrays in and out, no database."""
