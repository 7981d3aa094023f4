"""Opening, saving and exporting in every format, as the file menu does it."""

from __future__ import annotations

import importlib.util
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from app.controls.message_bar import MessageBar
from app.dialogs.export_dialog import ExportDialog
from app.document.commands import SetBlendMode
from app.document.compositing import flatten
from app.document.files.openraster.openraster_file import open_flat, save_openraster
from app.document.layers import BlendMode
from app.jobs.background import BackgroundTasks
from app.session import Session
from app.settings import Settings
from app.window import file_actions
from app.window.file_actions import FileActions
from app.workspace import Workspace
from tests.document.interchange_scene import scene

Answer = Callable[..., None]


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def messages(window: QWidget) -> MessageBar:
    return MessageBar(window)


@pytest.fixture
def files(
    window: QWidget, workspace: Workspace, tmp_path: Path, messages: MessageBar
) -> Iterator[FileActions]:
    tasks = BackgroundTasks("files of a test", window)
    settings = Settings(tmp_path / "own.ini")
    settings.last_folder = tmp_path
    yield FileActions(window, workspace, settings, messages, tasks)
    tasks.stop()


@pytest.fixture
def answer_save(monkeypatch: pytest.MonkeyPatch) -> Answer:
    """Answer the system's dialog for a name to save under."""

    def answer(path: Path, chosen: str = "") -> None:
        replacement = lambda *_args, **_kw: (str(path), chosen)  # noqa: E731
        monkeypatch.setattr(file_actions.QFileDialog, "getSaveFileName", replacement)

    return answer


@pytest.fixture
def export_as(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[ExportDialog]]:
    """Choose a format in the export dialog and accept it; returns the dialogs shown."""

    def choose(suffix: str) -> list[ExportDialog]:
        shown: list[ExportDialog] = []

        def run(dialog: ExportDialog) -> bool:
            shown.append(dialog)
            if suffix:
                dialog.format.setCurrentIndex(dialog.format.findData(suffix))
            dialog.accept()
            return True

        monkeypatch.setattr(ExportDialog, "exec", run)
        return shown

    return choose


def written(qtbot: QtBot, session: Session, act: Callable[[], object]) -> Path:
    with qtbot.waitSignal(session.file_written) as signal:
        act()
    return Path(signal.args[0])


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".tif", ".webp", ".bmp", ".avif"])
def test_a_photo_goes_out_in_its_own_format(
    files: FileActions,
    workspace: Workspace,
    tmp_path: Path,
    qtbot: QtBot,
    export_as: Callable[[str], list[ExportDialog]],
    suffix: str,
) -> None:
    pixels = np.full((12, 20, 3), (90, 140, 200), np.uint8)
    Image.fromarray(pixels).save(tmp_path / f"photo{suffix}")
    session = workspace.open_path(tmp_path / f"photo{suffix}")
    export_as("")
    path = written(qtbot, session, files.export)
    assert path == tmp_path / f"photo edited{suffix}"
    with Image.open(path) as image, Image.open(tmp_path / f"photo{suffix}") as photo:
        assert (image.format, image.size) == (photo.format, photo.size)
        assert np.abs(np.asarray(image.convert("RGB")).astype(int) - pixels).max() <= 9


def test_the_last_export_is_proposed_again(
    files: FileActions,
    session: Session,
    qtbot: QtBot,
    export_as: Callable[[str], list[ExportDialog]],
) -> None:
    export_as(".webp")
    path = written(qtbot, session, files.export)
    shown = export_as("")
    assert written(qtbot, session, files.export) == path
    assert "will be replaced" in shown[0].sentence.text()


def test_layers_go_out_as_openraster_without_our_part(
    files: FileActions,
    session: Session,
    qtbot: QtBot,
    export_as: Callable[[str], list[ExportDialog]],
) -> None:
    export_as(".ora")
    path = written(qtbot, session, files.export)
    with zipfile.ZipFile(path) as archive:
        assert not [name for name in archive.namelist() if name.startswith("singan/")]
    assert np.array_equal(open_flat(path), flatten(session.document))
    assert session.path is None


@pytest.mark.skipif(
    not importlib.util.find_spec("psd_tools"), reason="the extra “psd” is not installed"
)
def test_layers_go_out_and_come_in_as_photoshop_file(
    files: FileActions,
    session: Session,
    workspace: Workspace,
    qtbot: QtBot,
    export_as: Callable[[str], list[ExportDialog]],
) -> None:
    export_as(".psd")
    path = written(qtbot, session, files.export)
    again = workspace.open_path(path)
    assert np.array_equal(flatten(again.document), flatten(session.document))
    assert (again.title, again.path) == (path.name, None)


def test_an_openraster_file_is_saved_where_it_lies(
    files: FileActions, workspace: Workspace, tmp_path: Path, qtbot: QtBot, messages: MessageBar
) -> None:
    path = tmp_path / "krita.ora"
    save_openraster(path, scene())
    session = workspace.open_path(path)
    session.run(SetBlendMode(session.document.layers[0].id, BlendMode.LUMINOSITY))
    session.file_written.connect(files.note_written)
    assert written(qtbot, session, files.save) == path
    assert "other programs keep only the layers" in messages.text.text()
    assert np.array_equal(open_flat(path), flatten(session.document))
    again = workspace.open_path(path)
    names = [layer.name for layer in session.document.layers]
    assert [layer.name for layer in again.document.layers] == names
    assert again.document.layers[0].id == session.document.layers[0].id


def test_a_project_is_never_written_under_the_name_of_a_picture(
    files: FileActions,
    session: Session,
    tmp_path: Path,
    answer_save: Answer,
    messages: MessageBar,
) -> None:
    answer_save(tmp_path / "work.png")
    assert not files.save()
    assert "names a picture" in messages.text.text()
    assert not (tmp_path / "work.png").exists()


@pytest.mark.parametrize(
    ("name", "chosen", "expected"),
    [
        ("work", "", "work.singan"),
        ("my.work", "SinGAN project (*.singan)", "my.work.singan"),
        ("work", "OpenRaster with the project inside (*.ora)", "work.ora"),
        ("work.ora", "SinGAN project (*.singan)", "work.ora"),
    ],
)
def test_a_name_gets_the_suffix_of_the_chosen_kind(
    files: FileActions,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    answer_save: Answer,
    name: str,
    chosen: str,
    expected: str,
) -> None:
    answer_save(tmp_path / name, chosen)
    assert written(qtbot, session, files.save) == tmp_path / expected
    assert session.path == tmp_path / expected


def test_a_completed_name_that_exists_is_asked_for(
    files: FileActions,
    session: Session,
    tmp_path: Path,
    answer_save: Answer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "work.singan").write_bytes(b"old")
    answer_save(tmp_path / "work")
    monkeypatch.setattr(file_actions, "ask_replace", lambda *_: False)
    assert not files.save()
    assert (tmp_path / "work.singan").read_bytes() == b"old"


def test_a_photo_named_as_a_project_opens_as_what_it_is(
    workspace: Workspace, tmp_path: Path
) -> None:
    Image.new("RGB", (9, 7), "red").save(tmp_path / "a.ora", "PNG")
    session = workspace.open_path(tmp_path / "a.ora")
    assert (session.document.width, session.document.height) == (9, 7)
    assert session.path is None


def test_an_openraster_file_becomes_a_layer(
    files: FileActions, session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    save_openraster(tmp_path / "scene.ora", scene())
    files.place(tmp_path / "scene.ora")
    qtbot.waitUntil(lambda: len(session.document.layers) == 2)
    assert session.document.layers[1].rect[2:] == (48, 20)


def test_an_open_project_is_not_saved_over(
    files: FileActions,
    session: Session,
    workspace: Workspace,
    qtbot: QtBot,
    photo_path: Path,
    answer_save: Answer,
    messages: MessageBar,
) -> None:
    answer_save(photo_path.with_name("work.singan"))
    path = written(qtbot, session, files.save)
    before = path.read_bytes()
    link = path.with_name("link.singan")
    link.symlink_to(path)
    other = workspace.open_path(photo_path)
    for name in (path, link):
        answer_save(name)
        assert not files.save()
        assert "open in another tab" in messages.text.text()
    assert (other.path, path.read_bytes()) == (None, before)
    workspace.set_active(session)
    files.save_as()
    qtbot.waitUntil(lambda: not session.is_saving)
    assert session.path == link


def test_an_export_does_not_replace_an_open_project(
    files: FileActions,
    session: Session,
    qtbot: QtBot,
    tmp_path: Path,
    answer_save: Answer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It would leave the layers alone of what held the model and the results too."""
    answer_save(tmp_path / "work.ora")
    path = written(qtbot, session, files.save)
    shown: list[ExportDialog] = []
    monkeypatch.setattr(ExportDialog, "exec", lambda dialog: shown.append(dialog))
    files.export()
    dialog = shown[0]
    assert dialog.export_button.isEnabled()
    dialog.format.setCurrentIndex(dialog.format.findData(".ora"))
    assert dialog.path == path
    assert not dialog.export_button.isEnabled()
    assert "This project is open" in dialog.sentence.text()


@pytest.mark.parametrize("name", ["work.singan", "folder/../work.singan"])
def test_a_project_is_open_only_once(
    files: FileActions,
    session: Session,
    workspace: Workspace,
    qtbot: QtBot,
    tmp_path: Path,
    answer_save: Answer,
    name: str,
) -> None:
    answer_save(tmp_path / "work.singan")
    path = written(qtbot, session, files.save)
    (tmp_path / "folder").mkdir()
    files.open(tmp_path / name)
    assert workspace.sessions == (session,)
    workspace.close(session)
    files.open(path)
    files.open(path)
    qtbot.waitUntil(lambda: len(workspace.sessions) > 0)
    qtbot.wait(50)
    assert len(workspace.sessions) == 1


def test_a_photo_goes_back_to_its_own_folder(
    files: FileActions,
    workspace: Workspace,
    qtbot: QtBot,
    tmp_path: Path,
    photo_path: Path,
    export_as: Callable[[str], list[ExportDialog]],
) -> None:
    """Also after another folder was looked into."""
    trip = tmp_path / "trip"
    trip.mkdir()
    (trip / "beach.png").write_bytes(photo_path.read_bytes())
    files.open(trip / "beach.png")
    qtbot.waitUntil(lambda: len(workspace.sessions) == 1)
    session = workspace.sessions[0]
    files.open(photo_path)
    qtbot.waitUntil(lambda: len(workspace.sessions) == 2)
    workspace.set_active(session)
    export_as("")
    assert written(qtbot, session, files.export) == trip / "beach edited.png"
