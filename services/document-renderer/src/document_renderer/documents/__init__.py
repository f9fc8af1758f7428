"""What each kind of document says: pure functions from the order to its content."""
