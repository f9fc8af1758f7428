"""Dead letters for people: see what died and why, send it back, or settle it for good.

Kafka cannot delete one record, so a letter stays where it is. What was decided about it is a record on the
topic ``audit.dead-letters``; a letter with a decision is settled.
"""

from __future__ import annotations

from muniment_ops.dead_letters.decisions import Decision, Settled, SettledLetters
from muniment_ops.dead_letters.groups import LetterGroup, group_letters
from muniment_ops.dead_letters.letter_box import KafkaRecords, LetterBox, StoredRecords
from muniment_ops.dead_letters.letters import Cause, Letter, Place
from muniment_ops.dead_letters.selection import Selection
from muniment_ops.dead_letters.settling import SettlingPlan, discard, plan_settling, redrive
from muniment_ops.dead_letters.showing import ShownLetter, show

__all__ = [
    "Cause",
    "Decision",
    "KafkaRecords",
    "Letter",
    "LetterBox",
    "LetterGroup",
    "Place",
    "Selection",
    "Settled",
    "SettledLetters",
    "SettlingPlan",
    "ShownLetter",
    "StoredRecords",
    "discard",
    "group_letters",
    "plan_settling",
    "redrive",
    "show",
]
