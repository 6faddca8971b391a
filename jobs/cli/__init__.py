"""The command `keqiao`.

Rules a maintainer must keep: a module here imports nothing heavy at its top (no database, no numpy, no pydantic);
`keqiao --help` has half a second. Every text comes from the catalogue; everything that reports has `--json`.
"""
