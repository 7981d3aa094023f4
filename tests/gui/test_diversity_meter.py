"""The training panel tells whether the pyramid makes up layouts or repeats the photo's."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from app.controls.diversity_meter import DiversityMeter
from app.panels.training_panel import TrainingPanel
from app.session import Session
from app.workspace import Workspace

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support propagateSizeHints")


def test_it_warns_of_a_pyramid_that_repeats_the_photo(qtbot: QtBot) -> None:
    meter = DiversityMeter()
    qtbot.addWidget(meter)
    meter.show_score(0.55)
    varied = meter.word.text(), meter.bar.filled
    assert not meter.bar.is_warning
    meter.show_score(0.05)
    assert meter.bar.is_warning
    assert meter.bar.filled < varied[1]
    assert meter.word.text() != varied[0]
    assert "another seed" in meter.toolTip()
    meter.show_score(None)
    assert meter.isHidden()


def test_the_panel_shows_the_score_once_the_coarse_scales_are_trained(
    qtbot: QtBot, workspace: Workspace, session: Session, trained: Session
) -> None:
    panel = TrainingPanel(workspace)
    qtbot.addWidget(panel)
    qtbot.waitUntil(lambda: trained.diversity is not None)
    assert trained.diversity is not None
    assert trained.diversity >= 0.0
    assert not panel.diversity.isHidden()
    assert panel.diversity.word.text()
