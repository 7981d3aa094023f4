from __future__ import annotations

from app.document.change import Change
from app.document.geometry import Rect

FIRST, SECOND = Rect(0, 0, 2, 2), Rect(10, 10, 2, 2)


def test_changes_unite() -> None:
    both = Change(FIRST, layers=True).united(Change(SECOND, selection=True, active=True))
    assert both.pixels == Rect(0, 0, 12, 12)
    assert both.stale == (FIRST, SECOND)
    assert both.layers
    assert both.selection
    assert both.active
    assert not both.geometry
    assert Change().united(Change()) == Change()


def test_what_is_shown_already_stays_so_when_united() -> None:
    shown = Change(FIRST, is_shown=True)
    assert shown.stale == ()
    assert shown.united(Change(layers=True)).stale == ()
    assert shown.united(Change(SECOND)).stale == (SECOND,)


def test_very_many_parts_become_one() -> None:
    many = Change()
    for x in range(300):
        many = many.united(Change(Rect(2 * x, 0, 1, 1)))
    assert many.pixels == Rect(0, 0, 599, 1)
    covered = set()
    for rect in many.stale:
        covered |= set(range(rect.x, rect.right))
    assert covered >= set(range(0, 600, 2))
    assert len(many.stale) <= 256
