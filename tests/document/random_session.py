"""A user who does anything at random: every command, real strokes, undo, redo, saving."""

from __future__ import annotations

import dataclasses
import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from enum import Enum
from pathlib import Path
from typing import Any

import numpy as np

from app.document import commands
from app.document.change import Change
from app.document.commands import Command
from app.document.compositing import Compositor
from app.document.document import Document
from app.document.errors import DocumentError
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.painting.brush import BrushSettings, Stroke
from app.document.painting.gradients import Gradient, GradientKind
from app.document.painting.painting import Painting, PaintTarget, layer_target
from app.document.planes import Plane
from app.document.selection import Selection
from app.document.selection_changes import feather
from app.document.transforming.projection import Projection
from app.document.transforming.resampling import Resampling

WIDTH, HEIGHT = 96, 80
MOST_LAYERS = 12
FREE = ("active_id", "is_expanded")
"""What commands change that are no step of the history."""

EVERY_COMMAND = {
    each
    for each in (getattr(commands, name) for name in commands.__all__)
    if isinstance(each, type) and issubclass(each, Command) and each is not Command
}


def digest_of(document: Document, ignored: tuple[str, ...] = ()) -> str:
    """A hash of everything in a document, to the last bit of every plane."""
    hasher = hashlib.blake2b()
    for part in _parts(document, ignored):
        hasher.update(part)
    return hasher.hexdigest()


def _parts(value: Any, ignored: tuple[str, ...]) -> Iterator[bytes]:
    if isinstance(value, Plane):
        yield f"plane {value.rect} {value.channels} {value.fill}".encode()
        yield value.read().tobytes()
    elif isinstance(value, Selection):
        yield f"selection {value.mask.shape}".encode()
        yield value.mask.tobytes()
    elif dataclasses.is_dataclass(value):
        for field in dataclasses.fields(value):
            if field.name not in ignored:
                yield field.name.encode()
                yield from _parts(getattr(value, field.name), ignored)
    elif isinstance(value, list):
        yield f"list of {len(value)}".encode()
        for each in value:
            yield from _parts(each, ignored)
    else:
        assert value is None or isinstance(value, (str, int, float, tuple, dict, Enum)), value
        yield repr(value).encode()


class RandomUser:
    """Makes commands for a document as it is; the same seed makes the same ones."""

    def __init__(self, seed: int) -> None:
        self.random = np.random.default_rng(seed)
        self._last: type[Command] = Command
        self._makers: dict[type[Command], Callable[[Document], Command | None]] = {
            commands.AddLayer: self._add,
            commands.ApplyMask: lambda d: commands.ApplyMask(self._any(d).id),
            commands.ClearPixels: lambda d: commands.ClearPixels(self._paint(d).id, d.selection),
            commands.CopyGroup: self._copy_group,
            commands.CropDocument: self._crop,
            commands.DuplicateLayers: lambda d: commands.DuplicateLayers(self._ids(d)),
            commands.EditPixels: self._paint_something,
            commands.EnterQuickMask: self._enter_quick_mask,
            commands.FlattenImage: lambda d: commands.FlattenImage() if self._is(0.4) else None,
            commands.FlipDocument: lambda d: commands.FlipDocument(self._is(0.5)),
            commands.GroupLayers: lambda d: commands.GroupLayers(self._ids(d), "Group"),
            commands.LeaveQuickMask: self._leave_quick_mask,
            commands.LiftSelection: lambda d: commands.LiftSelection(
                self._paint(d).id, self._is(0.5), self._gesture()
            ),
            commands.MergeDown: lambda d: commands.MergeDown(self._any(d).id),
            commands.MergeVisible: lambda d: commands.MergeVisible() if self._is(0.6) else None,
            commands.MoveLayer: lambda d: commands.MoveLayer(
                self._any(d).id, self._int(0, 9), self._group(d)
            ),
            commands.MoveLayers: lambda d: commands.MoveLayers(
                self._ids(d), self._int(0, 9), self._group(d)
            ),
            commands.PasteLayer: lambda d: commands.PasteLayer(self._layer(LayerKind.PATCH)),
            commands.RemoveLayer: lambda d: commands.RemoveLayer(self._any(d).id),
            commands.RemoveLayers: lambda d: commands.RemoveLayers(self._ids(d)),
            commands.SetRenderSettings: lambda d: commands.SetRenderSettings(
                d.render_settings._replace(scale=self._int(1, 9)), "scale"
            ),
            commands.RenameLayer: lambda d: commands.RenameLayer(
                self._any(d).id, f"“{self._int(0, 99)}”"
            ),
            commands.ReplacePixels: self._replace,
            commands.ScaleDocument: self._scale,
            commands.SelectPatch: lambda d: commands.SelectPatch(
                commands.patch_selection(d, self._paint(d).id) if self._is(0.7) else None,
                self._gesture(),
            ),
            commands.SetActive: lambda d: commands.SetActive(self._any(d).id),
            commands.SetAlphaLocked: lambda d: commands.SetAlphaLocked(
                self._any(d).id, self._is(0.4)
            ),
            commands.SetBlendMode: self._set_blend_mode,
            commands.SetClipped: lambda d: commands.SetClipped(self._any(d).id, self._is(0.5)),
            commands.SetExpanded: self._set_expanded,
            commands.SetLocked: lambda d: commands.SetLocked(self._any(d).id, self._is(0.15)),
            commands.SetMask: lambda d: commands.SetMask(self._any(d).id, self._mask()),
            commands.SetOpacity: lambda d: commands.SetOpacity(
                self._any(d).id, float(self.random.random())
            ),
            commands.SetSelection: lambda d: commands.SetSelection(self._selection(d)),
            commands.SetVisible: lambda d: commands.SetVisible(self._any(d).id, self._is(0.8)),
            commands.ShowLayers: lambda d: commands.ShowLayers(
                {each: self._is(0.8) for each in self._ids(d)}
            ),
            commands.TransformLayers: lambda d: commands.TransformLayers(
                self._ids(d), self._projection(), self._resampling()
            ),
            commands.TransformSelection: lambda d: commands.TransformSelection(
                self._paint(d).id, self._projection(), self._resampling()
            ),
            commands.TranslateLayer: self._translate,
            commands.TurnDocument: lambda d: commands.TurnDocument(self._int(1, 4)),
            commands.Ungroup: lambda d: commands.Ungroup(self._group(d) or self._any(d).id),
        }

    @property
    def known(self) -> set[type[Command]]:
        """The commands it knows."""
        return set(self._makers)

    def command(self, document: Document, is_step: bool | None = None) -> Command | None:
        """A command that suits the document, which may still refuse it.

        Args:
            document: changed only by what is painted: a gesture shows before its command runs.
            is_step: whether it is to be a step of the history; None = either.
        """
        if len(document.layers) > MOST_LAYERS:
            return commands.RemoveLayers(self._ids(document))
        kinds = [each for each in self._makers if is_step is None or each.is_step is is_step]
        kind = kinds[self._int(0, len(kinds))]
        if self._last in (commands.CopyGroup, commands.LiftSelection) and self._is(0.7):
            kind = commands.TranslateLayer
        self._last = kind
        return self._makers[kind](document)

    # ---- values

    def _int(self, low: int, high: int) -> int:
        return int(self.random.integers(low, high))

    def _is(self, probability: float) -> bool:
        return bool(self.random.random() < probability)

    def _gesture(self) -> int | None:
        return None if self._is(0.3) else self._int(0, 2)

    def _any(self, document: Document) -> Layer:
        return document.layers[self._int(0, len(document.layers))]

    def _paint(self, document: Document) -> Layer:
        layers = [layer for layer in document.layers if not layer.is_group]
        return layers[self._int(0, len(layers))]

    def _group(self, document: Document) -> str | None:
        groups = [layer.id for layer in document.layers if layer.is_group]
        return groups[self._int(0, len(groups))] if groups and self._is(0.6) else None

    def _ids(self, document: Document) -> list[str]:
        return list({self._any(document).id: None for _ in range(self._int(1, 4))})

    def _rect(self) -> Rect:
        x, y = self._int(-20, WIDTH), self._int(-20, HEIGHT)
        return Rect(x, y, self._int(1, 70), self._int(1, 70))

    def _plane(self) -> Plane:
        rect = self._rect()
        straight = self.random.integers(0, 256, (rect.height, rect.width, 4), dtype=np.uint8)
        straight[: rect.height // 2, :, 3] = 255
        return Plane.from_rgba(straight, rect.x, rect.y)

    def _layer(self, kind: LayerKind) -> Layer:
        return Layer(f"Layer {self._int(0, 99)}", self._plane(), kind)

    def _mask(self) -> Plane | None:
        if self._is(0.2):
            return None
        rect = self._rect()
        grey = self.random.integers(0, 256, (rect.height, rect.width), dtype=np.uint8)
        return Plane.from_grey(grey, rect.x, rect.y, self._int(0, 256))

    def _selection(self, document: Document) -> Selection | None:
        if self._is(0.3):
            return None
        size = document.width, document.height
        selection = (Selection.rectangle, Selection.ellipse)[self._int(0, 2)](self._rect(), *size)
        if self._is(0.5):
            selection = feather(selection, self._int(1, 6))
        return None if selection.is_empty else selection

    def _projection(self) -> Projection:
        middle = WIDTH / 2, HEIGHT / 2
        return (
            Projection.translation(self._int(-9, 10), self._int(-9, 10)),
            Projection.rotation(float(self.random.choice([90, 180, 17.5])), middle),
            Projection.scaling(-1, 1, middle),
            Projection.scaling(*(float(v) for v in self.random.uniform(0.6, 1.4, 2)), middle),
        )[self._int(0, 4)]

    def _resampling(self) -> Resampling:
        return list(Resampling)[self._int(0, len(Resampling))]

    # ---- commands with conditions

    def _add(self, document: Document) -> Command:
        kind = (LayerKind.PAINT, LayerKind.RESULT)[self._int(0, 2)]
        layer = self._layer(kind) if self._is(0.7) else Layer("Empty", Plane(Rect(0, 0, 0, 0)))
        index = None if self._is(0.5) else self._int(0, len(document.layers) + 1)
        return commands.AddLayer(layer, index)

    def _crop(self, document: Document) -> Command:
        """Now and then a crop; the next one brings the first size back."""
        if (document.width, document.height) == (WIDTH, HEIGHT):
            rect = Rect(self._int(-15, 20), self._int(-15, 20), self._int(50, 120), 70)
        else:
            rect = Rect(0, 0, WIDTH, HEIGHT)
        return commands.CropDocument(rect, deletes=self._is(0.5))

    def _scale(self, document: Document) -> Command:
        if (document.width, document.height) == (WIDTH, HEIGHT):
            return commands.ScaleDocument(self._int(60, 130), 77, self._resampling())
        return commands.ScaleDocument(WIDTH, HEIGHT, self._resampling())

    def _enter_quick_mask(self, document: Document) -> Command | None:
        return commands.EnterQuickMask() if document.quick_mask is None else None

    def _leave_quick_mask(self, document: Document) -> Command | None:
        return None if document.quick_mask is None else commands.LeaveQuickMask()

    def _set_blend_mode(self, document: Document) -> Command:
        layer = self._any(document)
        mode = list(BlendMode)[self._int(0, len(BlendMode))]
        return commands.SetBlendMode(layer.id, mode, layer.is_group and self._is(0.5))

    def _set_expanded(self, document: Document) -> Command | None:
        group_id = self._group(document)
        return None if group_id is None else commands.SetExpanded(group_id, self._is(0.5))

    def _copy_group(self, document: Document) -> Command | None:
        group_id = self._group(document)
        return None if group_id is None else commands.CopyGroup(group_id, self._gesture())

    def _translate(self, document: Document) -> Command:
        """Often of what was just lifted or copied, which joins that step."""
        layer = document.active_layer if self._is(0.6) else self._any(document)
        assert layer is not None
        dx, dy = self._int(-30, 31), self._int(-30, 31)
        return commands.TranslateLayer(layer.id, dx, dy, self._gesture())

    def _replace(self, document: Document) -> Command | None:
        layer = self._paint(document)
        rect = self._rect().intersected(layer.rect)
        if rect.is_empty:
            return None
        before = layer.plane.read(rect)
        return commands.ReplacePixels(layer.id, rect, before, before[::-1, ::-1])

    # ---- painting

    def _paint_something(self, document: Document) -> Command | None:
        target = self._target(document)
        if self._is(0.3):
            painting = Painting(target)
            gradient = Gradient(
                self._point(), self._point(), GradientKind.LINEAR, None, (9, 99, 200)
            )
            gradient.paint(painting)
            return painting.finish("Gradient", is_shown=False)
        return self._stroke(target)

    def _target(self, document: Document) -> PaintTarget:
        if document.quick_mask is not None:
            return layer_target(document, document.quick_mask.id, on_mask=True)
        layer = self._paint(document)
        return layer_target(document, layer.id, layer.mask is not None and self._is(0.5))

    def _stroke(self, target: PaintTarget) -> Command | None:
        settings = BrushSettings(
            size_px=float(self.random.uniform(1, 40)),
            hardness=float(self.random.random()),
            opacity=float(self.random.uniform(0.2, 1)),
            flow=float(self.random.uniform(0.1, 1)),
            color=(self._int(0, 256), self._int(0, 256), self._int(0, 256)),
            is_eraser=self._is(0.3),
            pressure_size=self._is(0.5),
            smoothing=float(self.random.choice([0, 0.5])),
        )
        stroke = Stroke(target, settings)
        for _ in range(self._int(1, 5)):
            stroke.add(*self._point(), float(self.random.random()))
        if self._is(0.1):
            stroke.cancel()
            return None
        stroke.settle()
        return stroke.finish()

    def _point(self) -> tuple[float, float]:
        x, y = self.random.uniform((-10, -10), (WIDTH + 10, HEIGHT + 10))
        return float(x), float(y)


class RandomSession:
    """Runs what a random user does and checks every state against the one seen before.

    Args:
        budget_bytes: of the history.
        has_free_changes: also do what is no step of the history; it is then not compared.

    Attributes:
        states: digests after each step that the history can reach, the oldest first.
        done: how often each command was done.
        refused: how often each was refused.
    """

    def __init__(self, seed: int, budget_bytes: int, has_free_changes: bool) -> None:
        self.user = RandomUser(seed)
        photo = self.user.random.integers(0, 256, (HEIGHT, WIDTH, 4), dtype=np.uint8)
        photo[..., 3] = 255
        self.document = Document.from_photo(photo, "Photo", "hash")
        self.history = History(budget_bytes)
        self.compositor = Compositor(self.document)
        self.done: Counter[type[Command]] = Counter()
        self.refused: Counter[type[Command]] = Counter()
        self._ignored = FREE if has_free_changes else ()
        self._is_step = None if has_free_changes else True
        self.states = [self.digest()]

    def digest(self) -> str:
        """Of the document as it is now."""
        return digest_of(self.document, self._ignored)

    def act(self) -> None:
        """Do one thing: a command, or now and then some undoing and redoing."""
        if self.user.random.random() < 0.12:
            self.wander()
        else:
            self._run()

    def wander(self) -> None:
        """Undo and redo a few steps."""
        for _ in range(int(self.user.random.integers(1, 9))):
            self.step(self.history.undo)
        for _ in range(int(self.user.random.integers(0, 7))):
            self.step(self.history.redo)

    def step(self, move: Callable[[Document], Change | None]) -> None:
        """Undo or redo, and compare with the state seen before."""
        label = self.history.labels()[max(0, self.history.index - 1) :][:2]
        change = move(self.document)
        if change is not None:
            self.compositor.invalidate(change)
            assert self.digest() == self.states[self.history.index], f"{move.__name__}: {label}"

    def _run(self) -> None:
        before = self.digest()
        try:
            command = self.user.command(self.document, self._is_step)
        except DocumentError:
            assert self.digest() == before
            return
        if command is None:
            return
        try:
            index = self.history.index
            change = self.history.run(command, self.document)
        except DocumentError:
            self.refused[type(command)] += 1
            assert self.digest() == before, f"refused, yet changed: {command.label}"
            return
        self.done[type(command)] += 1
        # what is painted shows already; here nothing else told the compositor
        self.compositor.invalidate(dataclasses.replace(change, is_shown=False))
        self._note(command, index)

    def _note(self, command: Command, index: int) -> None:
        """Keep the new state: that of a new step, or of the last one, which took it in."""
        if not command.is_step:
            return
        is_merged = self.history.index == index and not self._is_small
        del self.states[index + (0 if is_merged else 1) :]
        self.states.append(self.digest())
        self.states = self.states[-self.history.index - 1 :]
        if self._is_small:
            self.history.close_step()
        assert len(self.states) == len(self.history.labels()) + 1

    @property
    def _is_small(self) -> bool:
        """Whether steps may be dropped; then none are merged, so that they can be counted."""
        return self.history.budget_bytes < 2**30

    def undo_everything(self) -> None:
        """Back to the oldest state that is kept."""
        while self.history.can_undo:
            self.step(self.history.undo)

    def redo_everything(self) -> None:
        """To the newest state again."""
        while self.history.can_redo:
            self.step(self.history.redo)


def save_and_reopen(document: Document, path: Path) -> Document:
    """The document after a round through a project file."""
    from app.document.files.project.project_contents import ProjectContents
    from app.document.files.project.project_file import load_project, save_project

    photo = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    save_project(path, ProjectContents(document.snapshot(), b"", ".png", photo))
    return load_project(path).document
