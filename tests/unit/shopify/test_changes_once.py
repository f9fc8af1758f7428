"""Every change of the flows happens once: asked for twice, its answer lost, or its request lost."""

from __future__ import annotations

import pytest

from muniment_kit.http import OutcomeUnknown
from tests.unit.shopify import account_changes, content_changes, order_changes  # noqa: F401 - they hold scenes
from tests.unit.shopify.scenes import PLAYS, Play

every_change = pytest.mark.parametrize("play", PLAYS.values(), ids=list(PLAYS))


@every_change
async def test_asked_for_twice_it_happens_once(play: Play) -> None:
    each = play.set_up()
    before = play.seen(each)
    await play.act(each)
    after = play.seen(each)
    assert after != before
    await play.act(each)
    assert play.seen(each) == after


@every_change
async def test_a_lost_answer_is_looked_up(play: Play) -> None:
    undisturbed = play.set_up()
    await play.act(undisturbed)
    each = play.set_up()
    each.peer.lost_answers = 1
    await play.act(each)
    assert play.seen(each) == play.seen(undisturbed)
    assert each.peer.lost_answers == 0


@every_change
async def test_a_lost_request_is_made_good_by_the_next_try(play: Play) -> None:
    undisturbed = play.set_up()
    await play.act(undisturbed)
    each = play.set_up()
    each.peer.lost_requests = 1
    try:
        await play.act(each)
    except OutcomeUnknown:
        await play.act(each)
    assert play.seen(each) == play.seen(undisturbed)
    assert each.peer.changes == undisturbed.peer.changes
