"""Compares what the shop says happened with what the ECM holds, without asking our own records."""
