"""``muniment chaos``: the drill that tries to make us lose or double something, and then compares."""
