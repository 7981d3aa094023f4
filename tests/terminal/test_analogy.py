"""The command ``analogy``: training two pictures, going on, and drawing one like the other."""

from __future__ import annotations

import signal
from pathlib import Path

import numpy as np
import pytest

import app.terminal.analogy_training
from app.cli import main
from app.document.files.project.project_file import load_project, save_project
from app.document.pixels import Pixels
from app.jobs.analogy_requests import AnalogyRequest
from app.jobs.results import RenderResult
from app.jobs.streams import job_events
from app.session.files import stored_result
from singan_core.model.checkpoint import state_to_bytes
from tests.document.project_samples import rewritten
from tests.terminal.terminal_runs import (
    TINY,
    Terminal,
    Trained,
    photo_pixels,
    read_image,
    write_image,
)
from tests.terminal.test_train import interrupting

TRAIN = ("analogy", "train")
B = photo_pixels(36, 30, seed=4)[..., ::-1].copy()


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return write_image(tmp_path / "second.png", B)


@pytest.fixture(scope="module")
def paired(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("paired")
    photo = write_image(folder / "photo.png", photo_pixels())
    second = write_image(folder / "second.png", B)
    path = folder / "pair.singan"
    assert main([*TRAIN, str(photo), str(second), "-o", str(path), *TINY]) == 0
    return path


def render(path: Path, out: Path, *options: object, direction: str = "a2b") -> tuple[object, ...]:
    return ("analogy", "render", path, "--direction", direction, "-o", out, *options)


def test_an_estimate_tells_every_scale_of_both_and_writes_nothing(
    terminal: Terminal, photo: Path, second: Path
) -> None:
    before = sorted(photo.parent.iterdir())
    words = (*TRAIN, photo, second, "--estimate", "--switch-scale", "2", *TINY)
    ran = terminal.run(*words, "--json")
    assert ran.code == 0, ran.err
    values = ran.values
    assert values["status"] == "estimated"
    assert (values["size"], values["size_b"]) == ([32, 40], [36, 30])
    assert values["switch_scale"] == 2
    assert [scale["rounds"] for scale in values["scales"]] == [2, 2, 2]
    assert values["seconds"] == pytest.approx(
        sum(scale["seconds"] for scale in values["scales"]), abs=0.1
    )
    assert 0.3e9 < values["memory_bytes"] < 1e9
    assert "40 x 32 and 30 x 36 px on" in terminal.run(*words).out
    assert sorted(photo.parent.iterdir()) == before


def test_a_training_needs_a_place_for_its_project(
    terminal: Terminal, photo: Path, second: Path
) -> None:
    assert "--output" in terminal.refused(*TRAIN, photo, second, *TINY)


def test_a_pair_is_trained_and_kept(terminal: Terminal, paired: Path) -> None:
    contents = load_project(paired)
    stored = contents.pair
    assert stored is not None
    assert stored.name == "second.png"
    assert np.array_equal(stored.photo_b, B)
    assert stored.pair is not None
    assert stored.pair.is_complete
    assert contents.models == {}
    assert contents.notices == ()
    info = terminal.run("info", paired)
    assert (
        "Pair with second.png, 30 x 36 px: preset draft, seed 0, switch scale 1, 3 of" in info.out
    )
    values = terminal.run("info", paired, "--json").values["pair"]
    assert values["model_id"] == stored.pair.model_id


def test_both_directions_are_drawn(terminal: Terminal, paired: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    there = terminal.run(*render(paired, out, "--json")).values
    assert there["command"] == "analogy"
    assert there["size"] == [32, 40]
    assert read_image(out).shape == (32, 40, 3)
    back = terminal.run(*render(paired, out, "--json", direction="b2a")).values
    assert back["size"] == [36, 30]
    assert back["recipe"]["parameters"]["direction"] == "b2a"


def test_options_choose_the_scales(terminal: Terminal, paired: Path, tmp_path: Path) -> None:
    out, options = tmp_path / "out.png", ("--scale", 2, "--inject", 1, "--refine", 1, "--seed", 3)
    ran = terminal.run(*render(paired, out, *options, "--json"))
    recipe = ran.values["recipe"]
    assert (recipe["scale"], recipe["seed"]) == (2, 3)
    assert (recipe["parameters"]["inject"], recipe["parameters"]["refine"]) == (1, 1)
    first = read_image(out)
    terminal.run(*render(paired, out, "--scale", 2, "--seed", 3))
    assert not np.array_equal(first, read_image(out))


def test_the_structure_leads_as_strictly_as_wanted(
    terminal: Terminal, paired: Path, tmp_path: Path
) -> None:
    def made(*options: object) -> Pixels:
        ran = terminal.run(*render(paired, out, "--scale", 0, *options, "--json"))
        used.append(ran.values["recipe"]["parameters"]["structure"])
        return read_image(out)

    out, used = tmp_path / "out.png", list[float | None]()
    usual, same, loose = made(), made("--structure", 1), made("--structure", 0)
    assert np.array_equal(usual, same)
    assert not np.array_equal(usual, loose)
    plain, other = (made("--patch-scales", 0, "--structure", strict) for strict in (0, 4))
    assert np.array_equal(plain, other)
    assert used == [1.0, 1.0, 0.0, None, None]
    assert "between 0 and 4" in terminal.refused(*render(paired, out, "--structure", 4.1))


def test_another_picture_is_drawn_like_b(terminal: Terminal, paired: Path, tmp_path: Path) -> None:
    other = write_image(tmp_path / "other.png", photo_pixels(20, 50, seed=8))
    ran = terminal.run(*render(paired, tmp_path / "out.png", "--picture", other, "--json"))
    assert ran.values["size"] == [16, 40]


def test_refining_with_a_single_model(
    terminal: Terminal, trained: Trained, paired: Path, tmp_path: Path
) -> None:
    out, options = tmp_path / "out.png", ("--refine", 1, "--refiner", trained.path)
    ran = terminal.run(*render(paired, out, *options, "--json", direction="b2a"))
    assert ran.values["recipe"]["parameters"]["refiner_model_id"] is not None
    assert "appearance" in terminal.refused(*render(paired, out, *options))
    assert "--refine" in terminal.refused(*render(paired, out, "--refiner", trained.path))


def test_wrong_scales_and_projects_are_one_sentence(
    terminal: Terminal, trained: Trained, paired: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.png"
    assert "0 to 2" in terminal.refused(*render(paired, out, "--scale", 9))
    assert "no trained pair" in terminal.refused(*render(trained.path, out))
    assert "format" in terminal.refused(*render(paired, tmp_path / "out.xyz"))
    assert not out.exists()


def test_pictures_that_cannot_be_trained_are_one_sentence(
    terminal: Terminal, photo: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.singan"
    small = write_image(tmp_path / "small.png", photo_pixels(12, 40))
    assert "40 x 12 px" in terminal.refused(*TRAIN, photo, small, "-o", path, *TINY)
    assert "missing.png" in terminal.refused(*TRAIN, photo, tmp_path / "missing.png", "-o", path)
    plain = write_image(tmp_path / "plain.png", np.full((40, 40, 3), 9, np.uint8))
    trained = terminal.run(*TRAIN, photo, plain, "-o", path, *TINY)
    assert (trained.code, "single colour" in trained.sentence) == (2, True)
    wrong = terminal.run(*TRAIN, photo, photo, "-o", path, *TINY, "--switch-scale", "7")
    assert (wrong.code, "between 1 and 3" in wrong.sentence) == (2, True)
    assert not path.exists()


def test_an_existing_project_is_not_replaced_unasked(
    terminal: Terminal, photo: Path, second: Path, paired: Path, tmp_path: Path
) -> None:
    assert "--force" in terminal.refused(*TRAIN, photo, second, "-o", paired, *TINY)
    other = write_image(tmp_path / "third.png", photo_pixels(30, 30, seed=6))
    words = (*TRAIN, photo, other, "-o", paired, "--resume")
    assert "another second picture" in terminal.refused(*words)
    words = (*TRAIN, photo, second, "-o", paired, "--resume", "--iterations", 9)
    assert "other training settings" in terminal.refused(*words)
    again = terminal.run(*TRAIN, photo, second, "-o", paired, "--resume", "--json").values
    assert again["source"] == "project"


def test_a_pair_joins_the_project_of_its_first_picture(
    terminal: Terminal, photo: Path, second: Path, trained: Trained, tmp_path: Path
) -> None:
    path = tmp_path / "p.singan"
    path.write_bytes(trained.path.read_bytes())
    ran = terminal.run(*TRAIN, photo, second, "-o", path, "--resume", *TINY)
    assert ran.code == 0, ran
    before, after = load_project(trained.path), load_project(path)
    assert list(after.models) == list(before.models)
    assert after.active_model_id == before.active_model_id
    assert after.pair is not None
    assert after.pair.pair is not None


@pytest.mark.parametrize(
    ("number", "after_updates"), [(signal.SIGINT, 3), (signal.SIGTERM, 9), (signal.SIGINT, 1)]
)
def test_an_interrupted_training_goes_on_bit_for_bit(
    terminal: Terminal,
    photo: Path,
    second: Path,
    paired: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    after_updates: int,
) -> None:
    path = tmp_path / "p.singan"
    stream = interrupting(number, after_updates)
    monkeypatch.setattr(app.terminal.analogy_training, "job_events", stream)
    stopped = terminal.run(*TRAIN, photo, second, "-o", path, *TINY, "--json")
    assert stopped.code == 130
    assert "--resume" in stopped.sentence
    stored = load_project(path).pair
    assert stored is not None
    assert stored.state is not None
    assert stored.state.partner is not None
    monkeypatch.undo()
    resumed = terminal.run(*TRAIN, photo, second, "-o", path, "--resume", "--json")
    finished, expected = load_project(path).pair, load_project(paired).pair
    assert finished is not None
    assert expected is not None
    assert finished.state is None
    assert finished.pair is not None
    assert expected.pair is not None
    assert resumed.values["model_id"] == finished.pair.model_id == expected.pair.model_id


def test_a_crashed_training_goes_on_from_its_checkpoint(
    terminal: Terminal,
    photo: Path,
    second: Path,
    paired: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "p.singan"
    stream = interrupting(signal.SIGINT, 7)
    monkeypatch.setattr(app.terminal.analogy_training, "job_events", stream)
    terminal.run(*TRAIN, photo, second, "-o", path, *TINY)
    monkeypatch.undo()
    stored = load_project(path).pair
    assert stored is not None
    assert stored.state is not None
    path.with_name("p.singan.checkpoint").write_bytes(state_to_bytes(stored.state))
    path.unlink()
    single = terminal.run("train", photo, "-o", path, "--resume")
    assert (single.code, "two pictures" in single.sentence) == (2, True)
    words = (*TRAIN, photo, second, "-o", path, "--resume", "--json")
    expected = load_project(paired).pair
    assert expected is not None
    assert expected.pair is not None
    assert terminal.run(*words).values["model_id"] == expected.pair.model_id
    assert not path.with_name("p.singan.checkpoint").exists()


def test_the_switch_scale_is_found_by_trying(
    terminal: Terminal, photo: Path, second: Path, tmp_path: Path
) -> None:
    words = (*TRAIN, photo, second, "-o", tmp_path / "p.singan", *TINY, "--switch-scale", "auto")
    ran = terminal.run(*words, "--json")
    assert 1 <= ran.values["switch_scale"] <= 3
    assert f"Switch scale {ran.values['switch_scale']} was chosen." in ran.err


def test_a_kept_result_is_made_again(terminal: Terminal, paired: Path, tmp_path: Path) -> None:
    contents = load_project(paired)
    assert contents.pair is not None
    pair = contents.pair.pair
    assert pair is not None
    requests = (
        AnalogyRequest(1, "one", pair, contents.photo, scale=1, inject=0, refine=2, seed=5),
        AnalogyRequest(2, "one", pair, B, "b2a", seed=6),
        AnalogyRequest(3, "one", pair, contents.photo, scale=0, appearance=B, structure=3.0),
    )
    for request in requests:
        events = job_events(request)
        contents.results += [stored_result(e) for e in events if isinstance(e, RenderResult)]
    path = tmp_path / "kept.singan"
    save_project(path, contents)
    ran = terminal.run("rerender", path, "-o", tmp_path / "again", "--json")
    assert [each["difference"] for each in ran.values["results"]] == [0, 0, 0]


def test_a_damaged_pair_is_told_and_the_rest_opens(
    terminal: Terminal, paired: Path, tmp_path: Path
) -> None:
    def lose_photo(parts: dict[str, bytes]) -> None:
        del parts["singan/pair/photo.png"]

    def cut_a_scale(parts: dict[str, bytes]) -> None:
        name = next(entry for entry in parts if entry.endswith("scale_01.safetensors"))
        parts[name] = parts[name][:99]

    def exchange_photo(parts: dict[str, bytes]) -> None:
        other = write_image(tmp_path / "other.png", photo_pixels(36, 30, seed=9))
        parts["singan/pair/photo.png"] = other.read_bytes()

    changes = (
        (lose_photo, "second picture of the pair is damaged"),
        (exchange_photo, "not the one that the pair was trained on"),
        (cut_a_scale, "model of the pair is lost"),
    )
    for change, sentence in changes:
        path = rewritten(paired, change)
        contents = load_project(path)
        assert np.array_equal(contents.photo, photo_pixels())
        assert any(sentence in notice for notice in contents.notices), contents.notices
        ran = terminal.run(*render(path, tmp_path / "out.png"))
        assert (ran.code, "no trained pair" in ran.sentence) == (2, True)
