"""Any text can be shown: what no font has is found before, and shown by the stated rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from document_renderer.scripts import Scribe

SCRIBE = Scribe.of_shipped_fonts()


@pytest.mark.parametrize(
    "text",
    [
        "Müller & Søn, Łódź",
        "Ελληνικά Кириллица",
        "יעל כהן-לוי",
        "أحمد بن محمد الراشد",
        "अर्जुन क्षत्रिय",
        "สมชาย ใจดี",
        "王小明 𠮷野家 たなか 김철수 廣東話",
        "🦄 👩‍👩‍👧‍👦 👍🏽 🇩🇪 ❤️",
        "Հայերեն ქართული বাংলা ગુજરાતી ਪੰਜਾਬੀ ಕನ್ನಡ മലയാളം ଓଡ଼ିଆ සිංහල தமிழ் తెలుగు ភាសាខ្មែរ ລາວ မြန်မာ አማርኛ",
        "½ № → ✓ €₹₿",
    ],
)
def test_what_the_fonts_have_is_left_alone(text: str) -> None:
    assert SCRIBE.plain(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada \U00012000", "Ada [U+12000]"),
        ("bell\x07", "bell[U+0007]"),
        ("private \ue000", "private [U+E000]"),
        ("unassigned \U0003ffff", "unassigned [U+3FFFF]"),
        ("two\nlines\tand\u2028more", "two lines and more"),
        ("\u202egnp.exe", "gnp.exe"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("\U0001e000", "[U+1E000]"),
        ("王\u0670", "王[U+0670]"),
    ],
)
def test_what_no_font_has_is_shown_by_the_rule(text: str, shown: str) -> None:
    assert SCRIBE.plain(text) == shown


@given(st.text(max_size=40))
def test_any_text_becomes_text_that_stays_as_it_is(text: str) -> None:
    plain = SCRIBE.plain(text)
    assert SCRIBE.plain(plain) == plain
    assert not any(ord(char) < 32 for char in plain)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40))
def test_plain_ascii_is_never_changed(text: str) -> None:
    assert SCRIBE.plain(text) == text


def test_right_to_left_text_says_so() -> None:
    assert SCRIBE.show("שלום 12") == {"t": "שלום 12", "rtl": True}
    assert SCRIBE.show("Nr. 5 שלום") == {"t": "Nr. 5 שלום", "rtl": False}


@pytest.mark.parametrize(
    ("locale", "text", "forms"),
    [
        ("zh-TW", "骨直", ("zh", "TW")),
        ("zh-Hant-HK", "骨直", ("zh", "HK")),
        ("ja", "骨直", ("ja", "JP")),
        ("en", "骨直", ("zh", "CN")),
        ("en", "骨の", ("ja", "JP")),
        ("en", "骨김", ("ko", "KR")),
    ],
)
def test_han_characters_get_the_forms_of_their_language(
    locale: str, text: str, forms: tuple[str, str]
) -> None:
    assert SCRIBE.for_locale(locale).show(text) == {"t": text, "lang": forms[0], "region": forms[1]}


def test_a_long_word_may_break_and_loses_nothing() -> None:
    word = "x" * 10_000
    shown = SCRIBE.show(f"a {word} b")
    assert isinstance(shown, dict)
    assert "".join(shown["parts"]) == shown["t"] == f"a {word} b"
    assert max(map(len, shown["parts"])) <= 8


def test_a_document_asks_only_the_fonts_it_needs() -> None:
    assert SCRIBE.families_for("Müller") == ["Noto Sans"]
    assert SCRIBE.families_for("Müller 王 שלום") == ["Noto Sans", "Noto Sans Hebrew", "Noto Sans CJK SC"]


def test_arabic_letters_that_the_first_arabic_font_lacks_take_their_neighbours_along() -> None:
    assert SCRIBE.families_for("فاطمة") == ["Noto Sans", "Cairo", "Noto Sans Arabic"]
    assert SCRIBE.families_for("سۆران") == ["Noto Sans", "Noto Sans Arabic", "Cairo"]
