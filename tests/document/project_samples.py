"""Small documents, models and projects for the tests of files."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from app.document.document import Document
from app.document.files.project.project_file import ProjectContents, StoredResult
from app.document.geometry import Rect
from app.document.layers import BlendMode, Layer, LayerKind
from app.document.planes import Plane
from app.document.selection import Selection
from singan_core.config import TrainConfig
from singan_core.model.networks import Critic, Generator
from singan_core.model.pyramid import plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainedScale, TrainState
from singan_core.pixels.image import photo_sha256

HEIGHT, WIDTH = 40, 52


def random_pixels(seed: int, *shape: int) -> NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)


def photo_bytes() -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(random_pixels(1, HEIGHT, WIDTH, 3)).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def decoded_photo() -> NDArray[np.uint8]:
    return np.array(Image.open(io.BytesIO(photo_bytes())).convert("RGB"))


def make_document() -> Document:
    photo = np.dstack([decoded_photo(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    document = Document.from_photo(photo, "Photo", "the photo's hash")
    document.layers += [
        Layer("Strokes & <more>\x01", Plane.from_rgba(random_pixels(2, 20, 30, 4), -7, 11)),
        Layer(
            "Result",
            Plane.from_rgba(random_pixels(3, HEIGHT, WIDTH, 4)),
            LayerKind.RESULT,
            mask=Plane.from_grey(random_pixels(4, 10, 12), 3, 4, fill=17),
            opacity=0.3,
            blend_mode=BlendMode.MULTIPLY,
            recipe={"application": "edit", "model_id": "m", "seed": 2**40, "list": [1, None]},
        ),
        Layer("Empty", Plane(Rect(5, 6, 0, 0)), LayerKind.PATCH, is_visible=False, is_locked=True),
    ]
    document.active_id = document.layers[2].id
    document.selection = Selection(random_pixels(5, HEIGHT, WIDTH))
    return document


def make_model(seed: int = 0, scale_count: int | None = None, channels: int = 4) -> TrainedPyramid:
    config = TrainConfig(base_channels=channels, max_channels=channels, iterations=1)
    plan = plan_pyramid(HEIGHT, WIDTH, config)
    noise = torch.Generator().manual_seed(99)
    scales = tuple(
        TrainedScale(
            size, width, 1.0 / (3 + number), 0.1, _weights(Generator(width), seed + number)
        )
        for number, (size, width) in enumerate(zip(plan.sizes, plan.channels, strict=True))
    )
    rec_noise = torch.randn(1, 1, *plan.sizes[0], generator=noise)
    sha256 = photo_sha256(decoded_photo())
    return TrainedPyramid("single", config, plan, scales[:scale_count], rec_noise, sha256)


def make_state() -> TrainState:
    model = make_model(scale_count=1)
    tensors = {
        f"{name}.{key}": tensor
        for name, network in (("generator", Generator(4)), ("critic", Critic(4)))
        for key, tensor in network.state_dict().items()
    }
    tensors["adam.generator.0.step"] = torch.tensor(17.0)
    return TrainState(model, (HEIGHT, WIDTH), 1, 5, 2, 5e-4 / 3, tensors)


def make_project() -> ProjectContents:
    model, draft = make_model(), make_model(scale_count=2)
    recipe = {"application": "edit", "model_id": draft.model_id, "scale": 1, "name": "é “x”"}
    results = [
        StoredResult(random_pixels(6, HEIGHT, WIDTH, 3), random_pixels(7, HEIGHT, WIDTH), recipe),
        StoredResult(
            random_pixels(8, 9, 8, 3),
            random_pixels(9, 9, 8),
            recipe,
            composite=random_pixels(10, 9, 8, 3),
            edit_mask=random_pixels(11, 9, 8),
        ),
    ]
    return ProjectContents(
        document=make_document(),
        photo_bytes=photo_bytes(),
        photo_extension=".jpg",
        photo=decoded_photo(),
        models={model.model_id: model, draft.model_id: draft},
        active_model_id=model.model_id,
        train_state=make_state(),
        config=model.config.changed(seed=5),
        results=results,
        settings={"photo_name": "a.jpg", "zoom": 1.5},
    )


def rewritten(
    path: Path, change: Callable[[dict[str, bytes]], None], name: str = "changed.singan"
) -> Path:
    """Another archive with its parts changed by ``change``."""
    with zipfile.ZipFile(path) as archive:
        parts = {entry: archive.read(entry) for entry in archive.namelist()}
    change(parts)
    target = path.with_name(name)
    with zipfile.ZipFile(target, "w") as archive:
        for entry, content in parts.items():
            archive.writestr(entry, content)
    return target


def assert_equal_layers(first: Layer, second: Layer) -> None:
    for field in dataclasses.fields(Layer):
        if field.name not in ("plane", "mask"):
            assert getattr(first, field.name) == getattr(second, field.name), field.name
    assert_equal_planes(first.plane, second.plane)
    assert (first.mask is None) == (second.mask is None)
    if first.mask is not None and second.mask is not None:
        assert_equal_planes(first.mask, second.mask)


def assert_equal_planes(first: Plane, second: Plane) -> None:
    assert first.rect == second.rect
    assert first.fill == second.fill
    assert np.array_equal(first.read(), second.read())


def _weights(network: Generator, seed: int) -> dict[str, torch.Tensor]:
    noise = torch.Generator().manual_seed(seed)
    return {
        name: torch.rand(tensor.shape, generator=noise)
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
