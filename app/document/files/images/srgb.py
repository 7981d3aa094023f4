"""Any image that Pillow decodes, as 8-bit sRGB with straight alpha."""

from __future__ import annotations

import io
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms, ImageOps

from app.document.files.images.conversions import depth_note, mode_notes
from app.document.files.images.exif import BROKEN_METADATA
from app.document.pixels import Pixels
from app.document.wording import translate

_DEEP_GREY_MODES = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
_PROFILE_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_PNG_DEPTH_AT = 24
# The date of creation would make two equal exports differ.
_PROFILE_DATE = slice(24, 36)


@lru_cache(maxsize=1)
def srgb_profile() -> bytes:
    """Return an ICC profile of sRGB, the same bytes at every call."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_PROFILE_DATE] = bytes((7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return bytes(profile)


def srgb_pixels(image: Image.Image, source: bytes) -> tuple[Pixels, list[str]]:
    """Decode an image upright, in sRGB.

    Args:
        image: opened, not yet decoded; its size has been checked.
        source: the bytes it was opened from.

    Returns:
        (H, W, 4) uint8 straight RGBA, and what had to be converted ("CMYK to RGB", ...).
    """
    profile = image.info.get("icc_profile")
    is_deep = _has_deep_color(image, source)
    orientation = image.getexif().get(0x0112, 1)
    notes = mode_notes(image.mode)
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    if is_deep and image.mode in ("RGB", "RGBA"):
        notes.append(depth_note())
        image = _rounded_color(image, source, orientation)
    elif image.mode in _DEEP_GREY_MODES:
        notes.append(depth_note())
        image = _rounded_grey(image)
    image, profile_note = _converted(image, profile)
    return np.array(image, dtype=np.uint8), notes + profile_note


def _has_deep_color(image: Image.Image, source: bytes) -> bool:
    """Whether Pillow will cut 16 bits to 8 (it keeps them only for greyscale)."""
    if image.format == "TIFF":
        bits = getattr(image, "tag_v2", {}).get(258, (8,))
        return 16 in (bits if isinstance(bits, tuple) else (bits,))
    return image.format == "PNG" and source[_PNG_DEPTH_AT] == 16


def _rounded_color(image: Image.Image, source: bytes, orientation: int) -> Image.Image:
    """16-bit colour rounded to 8 bits, where Pillow has cut the low bits off.

    OpenCV's treatment of orientation and associated alpha differs between formats and
    versions, so its pixels are taken only where their high bytes are what Pillow shows.
    """
    deep, cut = _decoded_deep(source), np.asarray(image)
    if deep is None:
        return image
    for candidate in (deep, _upright(deep, orientation)):
        high = (candidate >> 8)[..., : cut.shape[2]]
        if np.array_equal(high, cut):
            return Image.fromarray(_eight_bits(candidate))
    return image


def _decoded_deep(source: bytes) -> NDArray[np.uint16] | None:
    """The colours as OpenCV decodes them: (H, W, 3 or 4) RGB(A), or None."""
    decoded = cv2.imdecode(np.frombuffer(source, np.uint8), cv2.IMREAD_UNCHANGED)
    if decoded is None or decoded.dtype != np.uint16 or decoded.ndim != 3:
        return None
    swap = cv2.COLOR_BGRA2RGBA if decoded.shape[2] == 4 else cv2.COLOR_BGR2RGB
    return np.asarray(cv2.cvtColor(decoded, swap), np.uint16)


def _upright(pixels: NDArray[np.uint16], orientation: int) -> NDArray[np.uint16]:
    """EXIF 2.32, tag 0x0112: 5 to 8 are transposed; the rest are flips."""
    if orientation in (5, 6, 7, 8):
        pixels = pixels.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _eight_bits(deep: NDArray[np.uint16]) -> Pixels:
    return ((deep.astype(np.uint32) + 128) // 257).astype(np.uint8)


def _rounded_grey(image: Image.Image) -> Image.Image:
    values = np.nan_to_num(np.asarray(image).astype(np.float64), posinf=0.0, neginf=0.0)
    highest = values.max(initial=0.0)
    white = next((w for w in _white_levels(image.mode) if highest <= w), highest)
    grey = Image.fromarray(np.rint(values.clip(0.0) * (255.0 / white)).astype(np.uint8))
    transparent = image.info.get("transparency")
    if isinstance(transparent, int | float):
        grey.putalpha(Image.fromarray(np.where(values == transparent, 0, 255).astype(np.uint8)))
    return grey


def _white_levels(mode: str) -> tuple[float, ...]:
    return (1.0, 255.0, 65535.0) if mode == "F" else (65535.0, 2.0**31 - 1.0)


def _converted(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    """Return the image as RGBA in sRGB, and a note when its profile changed pixels."""
    image = _without_palette(image)
    alpha = image.getchannel("A") if image.mode in ("RGBA", "LA") else None
    color, notes = _profiled(_without_alpha(image), profile)
    result = color.convert("RGB").convert("RGBA")
    if alpha is not None:
        result.putalpha(alpha)
    return result, notes


def _without_palette(image: Image.Image) -> Image.Image:
    if image.mode in ("P", "PA", "RGBa") or "transparency" in image.info:
        return image.convert("RGBA")
    if image.mode == "La":
        return image.convert("LA")
    return image.convert("L") if image.mode == "1" else image


def _without_alpha(image: Image.Image) -> Image.Image:
    return image.convert({"RGBA": "RGB", "LA": "L"}.get(image.mode, image.mode))


def _profiled(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, list[str]]:
    if image.mode == "LAB":
        return _transformed(image, ImageCms.createProfile("LAB")), []
    if image.mode not in ("RGB", "L", "CMYK"):
        image = image.convert("RGB")
    if not profile:
        return image, []
    try:
        return _with_profile(image, ImageCms.ImageCmsProfile(io.BytesIO(profile)))
    except (ImageCms.PyCMSError, *BROKEN_METADATA):
        return image, [translate("Errors", "a damaged colour profile was ignored")]


def _with_profile(
    image: Image.Image, profile: ImageCms.ImageCmsProfile
) -> tuple[Image.Image, list[str]]:
    mode = _PROFILE_MODES.get(profile.profile.xcolor_space.strip(), "")
    if mode == "L" and image.mode == "RGB":
        return image, []
    if mode == "RGB" and image.mode == "L":
        image = image.convert("RGB")
    if mode != image.mode:
        return image, [translate("Errors", "a colour profile of another colour model was ignored")]
    if mode == "RGB" and _is_srgb(profile):
        return image, []
    name = ImageCms.getProfileDescription(profile).strip()
    note = translate("Errors", "colour profile “{name}” to sRGB")
    name = name or translate("Errors", "unnamed")
    return _transformed(image, profile), [note.format(name=name)]


def _transformed(image: Image.Image, profile: ImageCms._CmsProfileCompatible) -> Image.Image:
    transform = ImageCms.buildTransform(
        profile,
        ImageCms.createProfile("sRGB"),
        image.mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
    converted = ImageCms.applyTransform(image, transform)
    assert converted is not None
    return converted


def _is_srgb(profile: ImageCms.ImageCmsProfile) -> bool:
    """Whether the profile moves no colour by more than a level, so that pixels stay exact."""
    levels = np.arange(0, 256, 15, dtype=np.uint8)
    colors = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(1, -1, 3)
    moved = np.asarray(_transformed(Image.fromarray(colors), profile))
    return int(np.abs(moved.astype(np.int16) - colors).max()) <= 1
