"""Measurements, each against a named reference in the same run. ``python -m benchmarks`` runs all."""
