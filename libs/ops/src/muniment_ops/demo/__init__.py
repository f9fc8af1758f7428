"""``muniment demo``: everything on one machine, a shop's morning, and the proof that nothing is missing."""
