"""The buyer's way of writing money, numbers, rates and dates, and the language of the document's text."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.numbers import NumberPattern, format_decimal

from document_renderer.written_money import money_style

FALLBACK_LANGUAGE = "en"


@dataclass(frozen=True)
class Formats:
    """How one buyer writes. ``language`` is the language of the text, ``tag`` the buyer's own as BCP 47.

    Numbers follow the buyer's locale. Dates hold words: they follow it only if the text is in its language.
    """

    language: str
    tag: str
    numbers: Locale
    dates: Locale

    def money(self, amount: Decimal, currency: str) -> str:
        """Return ``1.234,50 €``: with the currency's own digits, never rounded."""
        return money_style(self.numbers, currency).write(amount)

    def count(self, number: int) -> str:
        return str(number) if -1000 < number < 1000 else format_decimal(number, locale=self.numbers)

    def percent(self, rate: Decimal) -> str:
        """Return ``19 %`` for 0.19, with as many as three decimals."""
        return _percent(self.numbers, rate)

    def date(self, moment: datetime) -> str:
        """Return the day in the UTC calendar, its month in words."""
        return format_date(moment, "long", locale=self.dates)

    def short_date(self, moment: datetime) -> str:
        return format_date(moment, "medium", locale=self.dates)


@lru_cache(maxsize=512)
def formats_for(tag: str | None, languages: frozenset[str], default_tag: str) -> Formats:
    """Return how the buyer of locale ``tag`` writes; without one that is known, ``default_tag`` counts.

    ``languages`` are those there are texts for; any other language gets English text.
    """
    locale = _parse(tag) or _parse(default_tag) or Locale(FALLBACK_LANGUAGE)
    language = locale.language if locale.language in languages else FALLBACK_LANGUAGE
    dates = locale if locale.language == language else Locale(language)
    return Formats(language=language, tag=str(locale).replace("_", "-"), numbers=locale, dates=dates)


def _parse(tag: str | None) -> Locale | None:
    if not tag:
        return None
    try:
        return Locale.parse(tag.replace("_", "-"), sep="-")
    except (ValueError, UnknownLocaleError):
        return None


@lru_cache(maxsize=4096)
def _percent(locale: Locale, rate: Decimal) -> str:
    pattern: NumberPattern = copy.copy(locale.percent_formats[None])
    pattern.frac_prec = (0, 3)
    return str(pattern.apply(rate, locale))


def is_locale(tag: str) -> bool:
    """Say whether ``tag`` names a locale whose ways of writing are known."""
    return _parse(tag) is not None
