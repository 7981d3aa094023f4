"""What a training would take, told without training."""

from __future__ import annotations

from pathlib import Path

from tests.terminal.terminal_runs import TINY, Terminal, photo_pixels, write_image


def test_an_estimate_tells_every_scale_and_writes_nothing(terminal: Terminal, photo: Path) -> None:
    ran = terminal.run("train", photo, "--estimate", "--json", *TINY)
    assert ran.code == 0, ran.err
    values = ran.values
    assert values["status"] == "estimated"
    assert values["size"] == [32, 40]
    assert [scale["rounds"] for scale in values["scales"]] == [2, 2, 2]
    assert values["seconds"] > 0
    assert 0.2e9 < values["memory_bytes"] < 1e9
    assert sum(scale["seconds"] for scale in values["scales"]) > 0
    assert list(photo.parent.iterdir()) == [photo]


def test_an_estimate_at_the_photos_own_size(terminal: Terminal, tmp_path: Path) -> None:
    photo = write_image(tmp_path / "large.png", photo_pixels(200, 300))
    words = ("--preset", "draft", "--max-size", "native", "--iterations", "1", "--scales", "3")
    ran = terminal.run("train", photo, "--estimate", *words)
    assert ran.code == 0, ran.err
    assert "300 x 200 px" in ran.out
    assert "GB of memory" in ran.out
    assert "Scale 2: 300 x 200 px, 1 round of 32 channels" in ran.out


def test_a_training_needs_a_place_for_its_project(terminal: Terminal, photo: Path) -> None:
    assert "--output" in terminal.refused("train", photo, *TINY)
