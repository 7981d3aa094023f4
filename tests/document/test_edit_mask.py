from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from app.document.commands import (
    AddLayer,
    Command,
    CropDocument,
    FlipDocument,
    GroupLayers,
    LiftSelection,
    ScaleDocument,
    SetSelection,
    TranslateLayer,
    TurnDocument,
)
from app.document.document import Document
from app.document.geometry import Rect
from app.document.history import History
from app.document.layers import Layer, LayerKind
from app.document.masking.edit_mask import edit_of, painted_alpha
from app.document.masking.prefill import prefill_hole, smooth_fill
from app.document.planes import Plane
from app.document.selection import Selection

WIDTH, HEIGHT = 160, 120


def photo_of(seed: int = 0) -> NDArray[np.uint8]:
    """A sky over grass, with the noise of a camera."""
    random = np.random.default_rng(seed)
    photo = np.empty((HEIGHT, WIDTH, 3), np.float64)
    photo[:60] = [110, 150, 220]
    photo[60:] = [60, 120, 40]
    photo += random.normal(0, 3, photo.shape)
    return np.clip(photo, 1, 255).astype(np.uint8)


def document_of(photo: NDArray[np.uint8]) -> Document:
    return Document.from_photo(cv2.cvtColor(photo, cv2.COLOR_RGB2RGBA), "photo")


def paint_layer(rect: Rect, color: tuple[int, int, int, int], kind: LayerKind) -> Layer:
    rgba = np.empty((rect.height, rect.width, 4), np.uint8)
    rgba[...] = color
    return Layer("paint", Plane.from_rgba(rgba, rect.x, rect.y), kind)


def inside(mask: NDArray[np.uint8], rect: Rect) -> NDArray[np.uint8]:
    return mask[rect.y : rect.bottom, rect.x : rect.right]


def test_an_untouched_document_has_no_edit() -> None:
    photo = photo_of()
    edit = edit_of(document_of(photo), photo)
    assert edit.mask.max() == 0
    np.testing.assert_array_equal(edit.composite, photo)


def test_the_noise_of_a_jpeg_is_no_edit() -> None:
    photo = photo_of()
    ok, packed = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 85])
    assert ok
    document = document_of(np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8))
    assert (edit_of(document, photo).mask > 0).mean() < 0.01


@pytest.mark.parametrize("kind", [LayerKind.PAINT, LayerKind.PATCH])
def test_painted_and_pasted_layers_are_the_edit_even_where_they_match(kind: LayerKind) -> None:
    photo = photo_of()
    document = document_of(photo)
    rect = Rect(30, 20, 25, 25)
    same = paint_layer(rect, (110, 150, 220, 255), kind)
    History().run(AddLayer(same), document)
    edit = edit_of(document, photo)
    assert inside(edit.mask, rect).min() == 255
    assert (edit.mask > 0).sum() < 1.2 * rect.area
    assert edit.composite.shape == (HEIGHT, WIDTH, 3)


def test_paint_on_the_photo_itself_is_found_by_its_difference() -> None:
    photo = photo_of()
    document = document_of(photo)
    document.layers[0].plane.write(Rect(40, 70, 20, 20))[...] = [0, 0, 255, 255]
    mask = edit_of(document, photo).mask
    assert inside(mask, Rect(41, 71, 18, 18)).min() == 255
    assert (mask > 0).sum() < 600


def test_hidden_paint_is_no_edit() -> None:
    photo = photo_of()
    document = document_of(photo)
    rect = Rect(10, 10, 30, 30)
    covered = paint_layer(rect, (255, 0, 0, 255), LayerKind.PAINT)
    document.layers.insert(0, covered)
    invisible = paint_layer(rect, (255, 0, 0, 255), LayerKind.PAINT)
    invisible.is_visible = False
    document.layers.append(invisible)
    faint = paint_layer(rect, (255, 0, 0, 255), LayerKind.PAINT)
    faint.opacity = 0.01
    document.layers.append(faint)
    assert painted_alpha(document).max() <= 3
    assert edit_of(document, photo).mask.max() == 0


def test_paint_counts_as_far_as_groups_and_clipping_show_it() -> None:
    photo = photo_of()
    document, history = document_of(photo), History()
    rect = Rect(10, 10, 30, 30)
    history.run(AddLayer(paint_layer(rect, (255, 0, 0, 255), LayerKind.PAINT)), document)
    history.run(GroupLayers([document.layers[1].id], "group"), document)
    group = document.layers[2]
    assert painted_alpha(document).max() == 255
    group.opacity = 0.5
    assert painted_alpha(document).max() == 128
    group.mask = Plane.from_grey(np.zeros((HEIGHT, 25), np.uint8))
    columns = painted_alpha(document).max(axis=0)
    assert columns[:25].max() == 0
    assert columns[25:40].min() == 128
    group.is_visible = False
    history.run(
        AddLayer(paint_layer(Rect(0, 0, 9, 9), (0, 0, 0, 255), LayerKind.PAINT), 3), document
    )
    wide = paint_layer(Rect(0, 0, 50, 50), (0, 0, 0, 255), LayerKind.PAINT)
    wide.is_clipped = True
    history.run(AddLayer(wide, 4), document)
    assert painted_alpha(document)[:9, :9].min() == 255
    assert np.count_nonzero(painted_alpha(document)) == 81


def test_a_move_marks_where_it_came_from_and_where_it_went() -> None:
    photo = photo_of()
    photo[20:40, 20:40] = [250, 240, 10]
    document, history = document_of(photo), History()
    history.run(SetSelection(Selection.rectangle(Rect(18, 18, 24, 24), WIDTH, HEIGHT)), document)
    lift = LiftSelection(document.layers[0].id, cut=True)
    history.run(lift, document)
    history.run(TranslateLayer(str(lift.new_layer_id), 70, 10), document)
    edit = edit_of(document, photo)
    assert inside(edit.mask, Rect(18, 18, 24, 24)).min() == 255
    assert inside(edit.mask, Rect(88, 28, 24, 24)).min() == 255
    assert edit.mask[100:].max() == 0
    assert inside(edit.hole, Rect(18, 18, 24, 24)).min() == 255
    assert (edit.hole > 0).sum() == 24 * 24
    source = inside(edit.composite, Rect(20, 20, 20, 20)).reshape(-1, 3)
    np.testing.assert_allclose(source.mean(axis=0), [110, 150, 220], atol=6)
    outside = edit.mask == 0
    np.testing.assert_array_equal(edit.composite[outside], photo[outside])


def test_no_black_enters_through_soft_or_deleted_pixels() -> None:
    photo = photo_of()
    document = document_of(photo)
    document.layers[0].plane.write(Rect(50, 10, 30, 30))[...] //= 2
    document.layers[0].plane.write(Rect(0, 90, 40, 30))[...] = 0
    edit = edit_of(document, photo)
    assert edit.composite[:58].min() > 80
    assert edit.composite[62:].max(axis=2).min() > 80
    assert edit.hole[95, 5] == edit.hole[20, 60] == 255


def test_a_selection_overrides_the_mask() -> None:
    photo = photo_of()
    document = document_of(photo)
    document.layers.append(paint_layer(Rect(0, 0, 9, 9), (255, 0, 0, 255), LayerKind.PAINT))
    document.selection = Selection.rectangle(Rect(50, 50, 30, 20), WIDTH, HEIGHT)
    edit = edit_of(document, photo)
    np.testing.assert_array_equal(edit.mask, document.selection.mask)
    assert edit.composite[4, 4].tolist() == [255, 0, 0]


def test_what_was_transparent_from_the_start_is_no_hole() -> None:
    photo = photo_of()
    rgba = cv2.cvtColor(photo, cv2.COLOR_RGB2RGBA)
    rgba[:30, :, 3] = 0
    rgba[30:40, :, 3] = 90
    edit = edit_of(Document.from_photo(rgba, "photo"), photo, rgba[..., 3])
    assert edit.hole.max() == 0
    assert edit.mask.max() == 0
    assert np.abs(edit.composite.astype(int) - photo).max() <= 2


@pytest.mark.parametrize(
    "command",
    [
        CropDocument(Rect(20, 10, 100, 80)),
        CropDocument(Rect(20, 10, 100, 80), deletes=True),
        ScaleDocument(80, 90),
        ScaleDocument(200, 200),
        TurnDocument(1),
        TurnDocument(2),
        FlipDocument(),
    ],
)
def test_another_size_or_turn_of_the_picture_is_no_edit(command: Command) -> None:
    photo, history = photo_of(), History()
    document = document_of(photo)
    history.run(command, document)
    edit = edit_of(document, photo)
    assert edit.mask.max() == 0
    np.testing.assert_array_equal(edit.composite, edit.photo)
    rect = Rect(40, 40, 12, 12)
    history.run(AddLayer(paint_layer(rect, (255, 0, 0, 255), LayerKind.PAINT)), document)
    edit = edit_of(document, photo)
    assert inside(edit.mask, rect).min() == 255
    assert (edit.mask > 0).sum() < 2 * rect.area


def test_canvas_beyond_the_photo_is_filled_and_always_mask() -> None:
    photo, history = photo_of(), History()
    document = document_of(photo)
    history.run(CropDocument(Rect(-20, 0, WIDTH + 20, HEIGHT)), document)
    edit = edit_of(document, photo)
    assert edit.mask[:, :20].min() == edit.hole[:, :20].min() == 255
    assert edit.mask[:, 21:].max() == 0
    sky, grass = edit.composite[5:50, :20], edit.composite[70:115, :20]
    assert sky[..., 2].mean() > 150, "filled like what lies beside it"
    assert grass[..., 1].mean() > grass[..., 2].mean()
    np.testing.assert_array_equal(edit.photo[:, 20:], photo)
    painted = paint_layer(Rect(0, 0, 20, HEIGHT), (9, 9, 9, 255), LayerKind.PHOTO)
    history.run(AddLayer(painted), document)
    edit = edit_of(document, photo)
    assert edit.mask[:, :20].min() == 255
    assert edit.hole.max() == 0


def test_layers_outside_the_document_are_no_edit() -> None:
    photo = photo_of()
    document = document_of(photo)
    document.layers.append(paint_layer(Rect(500, 0, 9, 9), (255, 0, 0, 255), LayerKind.PAINT))
    assert edit_of(document, photo).mask.max() == 0


def test_prefilled_texture_looks_like_its_surroundings() -> None:
    photo = photo_of()
    hole = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.ellipse(hole, (80, 60), (22, 25), 10, 0, 360, 255, -1)
    broken = photo.copy()
    broken[hole > 0] = 0
    filled = prefill_hole(broken, hole)
    np.testing.assert_array_equal(filled[hole == 0], photo[hole == 0])
    sky = filled[40:54, 70:90].reshape(-1, 3).astype(float)
    np.testing.assert_allclose(sky.mean(axis=0), [110, 150, 220], atol=8)
    assert sky.std(axis=0).min() > 1, "smooth filling alone has no grain"
    smooth = smooth_fill(broken, hole > 0, hole > 255)[40:54, 70:90].reshape(-1, 3)
    assert smooth.std(axis=0).max() < 60


@pytest.mark.parametrize("size", [(3, 4), (1, 9), (40, 30)])
def test_small_photos_and_large_holes_are_filled(size: tuple[int, int]) -> None:
    rgb = np.full((*size, 3), 77, np.uint8)
    hole = np.full(size, 255, np.uint8)
    hole[0, 0] = 0
    broken = rgb.copy()
    broken[hole > 0] = 0
    np.testing.assert_array_equal(prefill_hole(broken, hole), rgb)


@pytest.mark.parametrize("value", [0, 255])
def test_nothing_and_everything_missing_leave_the_photo_alone(value: int) -> None:
    photo = photo_of()
    hole = np.full((HEIGHT, WIDTH), value, np.uint8)
    np.testing.assert_array_equal(prefill_hole(photo, hole), photo)


def test_large_photos_are_filled_in_full_detail() -> None:
    photo = cv2.resize(photo_of(), (1200, 900), interpolation=cv2.INTER_NEAREST)
    photo = cv2.add(photo, np.random.default_rng(1).integers(0, 20, photo.shape, dtype=np.uint8))
    hole = np.zeros((900, 1200), np.uint8)
    hole[100:300, 300:600] = 255
    filled = prefill_hole(photo, hole)
    np.testing.assert_array_equal(filled[hole == 0], photo[hole == 0])
    grain = cv2.Laplacian(filled[150:250, 400:500].astype(np.float32), cv2.CV_32F).std()
    assert grain > 0.6 * cv2.Laplacian(photo[310:350].astype(np.float32), cv2.CV_32F).std()


def test_the_same_hole_is_filled_the_same_way() -> None:
    photo, hole = photo_of(), np.zeros((HEIGHT, WIDTH), np.uint8)
    hole[30:60, 50:90] = 1
    np.testing.assert_array_equal(prefill_hole(photo, hole), prefill_hole(photo, hole))
