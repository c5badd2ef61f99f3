"""Darkroom, given a file to read from in place of bytes, for the memory that it takes."""

from __future__ import annotations

from darkroom.imaging.file_bytes import bytes_of

from bench.jobs.darkroom import job
from bench.jobs.measured import keep_to_processors, measure, threads

if __name__ == "__main__":
    keep_to_processors(threads())
    measure(job, bytes_of)
