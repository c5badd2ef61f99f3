"""How fast Darkroom's imaging is beside its peers, and what it costs: `make bench`.

Never shipped, never imported by what is: an environment of its own (`.local/bench`) holds the
peers, and each measurement is a fresh process (bench/jobs).
"""
