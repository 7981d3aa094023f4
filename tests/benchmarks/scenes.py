"""What is measured: a photo, a pyramid with weights nobody trained, a document to paint on."""

from __future__ import annotations

import dataclasses

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from singan_core.config import TrainConfig
from singan_core.events import TrainingDone
from singan_core.model.networks import Generator, initialise
from singan_core.model.pyramid import PyramidPlan, build_pyramid, plan_pyramid
from singan_core.model.trained import TrainedPyramid, TrainedScale
from singan_core.pixels.image import photo_sha256, to_tensor
from singan_core.rendering.sample import Renderer
from singan_core.training.scale_training import ScaleTraining
from singan_core.training.train import train_pyramid
from tests.benchmarks.measuring import wait

PHOTO_SIZE = (188, 250)


def texture(
    height: int, width: int, seed: int = 0, *, octaves: int = 7, fall: float = 1.7
) -> NDArray[np.uint8]:
    """Return (H, W, 3) uint8 with detail at every size, like a photo of a hillside.

    Args:
        height: of the picture.
        width: of the picture.
        seed: of what is drawn.
        octaves: of detail; the finest lies on a grid of 2 ** (octaves - 1) cells.
        fall: how many times fainter each is than the one before it.
    """
    random = np.random.default_rng(seed)
    image = np.zeros((height, width, 3), np.float32)
    for octave in range(octaves):
        grid = random.normal(size=(2 + 2**octave, 2 + 2**octave, 3)).astype(np.float32)
        image += cv2.resize(grid, (width, height), interpolation=cv2.INTER_CUBIC) / fall**octave
    return np.clip(128 + 45 * image, 0, 255).astype(np.uint8)


def bricks(height: int, width: int, seed: int = 0) -> NDArray[np.uint8]:
    """Return (H, W, 3) uint8 with straight edges that repeat: a wall of stones with grain."""
    random = np.random.default_rng(seed)
    rows, columns = np.mgrid[0:height, 0:width] / (height / 12)
    row = np.floor(rows).astype(int)
    shifted = columns / 2 + 0.5 * (row % 2)
    column = np.floor(shifted).astype(int)
    shades = random.normal(0.0, 18.0, (row.max() + 1, column.max() + 1))
    image = np.array([150.0, 95.0, 75.0]) + shades[row, column][..., None]
    is_joint = (rows - row < 0.15) | (shifted - column < 0.08)
    image[is_joint] = (185, 180, 170)
    image += random.normal(0.0, 6.0, image.shape)
    return np.asarray(np.clip(image, 0, 255), np.uint8)


def trained(photo: NDArray[np.uint8], config: TrainConfig, device: torch.device) -> TrainedPyramid:
    """Train to the end, and wait until the device is done."""
    done = [each for each in train_pyramid(photo, config, device) if isinstance(each, TrainingDone)]
    wait(device)
    return done[0].model


def untrained_pyramid(config: TrainConfig, photo: NDArray[np.uint8]) -> TrainedPyramid:
    """Return a complete pyramid of freshly drawn weights: it costs what a trained one costs."""
    plan = plan_pyramid(photo.shape[0], photo.shape[1], config)
    scales = tuple(_untrained_scale(plan, scale) for scale in range(plan.scale_count))
    rec_noise = torch.randn(1, 1, *plan.sizes[0], generator=torch.Generator().manual_seed(0))
    return TrainedPyramid(config.kind, config, plan, scales, rec_noise, photo_sha256(photo))


def _untrained_scale(plan: PyramidPlan, scale: int) -> TrainedScale:
    network = Generator(plan.channels[scale])
    initialise(network, torch.Generator().manual_seed(scale))
    weights = {
        name: tensor.clone()
        for name, tensor in network.state_dict().items()
        if not name.endswith("num_batches_tracked")
    }
    return TrainedScale(plan.sizes[scale], plan.channels[scale], 0.05, 0.05, weights)


def engine_scale(
    config: TrainConfig, photo: NDArray[np.uint8], scale: int, device: torch.device
) -> ScaleTraining:
    """Return the engine's training of one scale above coarser ones."""
    model = untrained_pyramid(config, photo)
    model = dataclasses.replace(model, scales=model.scales[:scale])
    real = build_pyramid(to_tensor(photo, device), model.plan.sizes)[scale]
    return ScaleTraining(model, Renderer.of(model, device), real, None)


def engine_iteration(training: ScaleTraining) -> None:
    for _ in range(training.config.critic_steps + training.config.generator_steps):
        training.step()
