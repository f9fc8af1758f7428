from __future__ import annotations

from random import Random

import pytest

from muniment_contracts.errors import UndecodableRecord
from muniment_contracts.headers import event_from
from muniment_ops.chaos.poison import FORMS, HEADER, TOPICS


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("role", TOPICS)
def test_no_service_can_read_any_form_of_poison(form: str, role: str) -> None:
    for seed in range(20):
        value = FORMS[form](Random(seed))
        for topic in TOPICS[role]:
            with pytest.raises(UndecodableRecord):
                event_from(topic, b"drill/order/1", value, [(HEADER, b"1")])
