"""Loads history: the orders of a shop, month by month, as the events that hooks would have led to."""
