"""The ``muniment`` command and what it is made of: broker, processes, sandboxes, checks."""
