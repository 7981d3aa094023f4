"""Work on layers: making, copying, removing, moving, grouping, showing and merging them."""

from __future__ import annotations

from collections.abc import Iterable

from app.document.commands import (
    AddLayer,
    DuplicateLayers,
    FlattenImage,
    GroupLayers,
    MergeDown,
    MergeVisible,
    MoveLayers,
    RemoveLayers,
    SetActive,
    SetAlphaLocked,
    SetClipped,
    SetLocked,
    ShowLayers,
    Ungroup,
    stamp_of,
)
from app.document.geometry import Rect
from app.document.layer_tree import (
    ancestors_of,
    listed_layers,
    outermost_of,
    siblings_of,
    stepped_place,
)
from app.document.layers import Layer
from app.document.planes import Plane
from app.document.wording import translate
from app.session.document_session import DocumentSession
from app.session.edit_part import EditPart


class LayerEdits(EditPart):
    """Works on the chosen layers; every method is at most one undo step."""

    def __init__(self, session: DocumentSession) -> None:
        super().__init__(session)
        self._chosen: frozenset[str] = frozenset()
        self._before_solo: dict[str, bool] = {}

    # ---- which layers

    @property
    def chosen_ids(self) -> list[str]:
        """Ids of the layers that work goes to, bottom first: the active one, or several."""
        document = self._session.document
        ids = [layer.id for layer in document.layers if layer.id in self._chosen]
        if document.active_id in ids:
            return ids
        return [] if document.active_layer is None else [document.active_layer.id]

    def choose(self, layer_ids: Iterable[str]) -> None:
        """Have work go to several layers, as long as one of them is active."""
        self._chosen = frozenset(layer_ids)

    def step_active(self, step: int) -> None:
        """Make the layer listed above (1) or below (-1) the active one."""
        document = self._session.document
        listed = [layer.id for layer in listed_layers(document.layers)]
        active = document.active_layer
        if active is None:
            return
        around = (active, *ancestors_of(document.layers, active))
        place = next(listed.index(layer.id) for layer in around if layer.id in listed) + step
        if 0 <= place < len(listed):
            self._session.run(SetActive(listed[place]))

    # ---- making, copying, removing, moving

    def add_layer(self) -> None:
        """Add an empty layer above the active one, or in it when it is an open group."""
        # it grows with what is painted: a plane of the document's size takes long to draw
        layer = Layer(self._new_name(translate("SessionEdits", "Layer")), Plane(Rect(0, 0, 0, 0)))
        self._session.run(AddLayer(layer))

    def add_group(self) -> None:
        """Add an empty group where a new layer would go."""
        group = Layer.group(self._new_name(translate("SessionEdits", "Group")))
        group.is_pass_through = True
        self._session.run(AddLayer(group, label="Add group"))

    def duplicate_layer(self) -> None:
        """Add a copy above each chosen layer."""
        name = translate("SessionEdits", "{name} copy")
        if self.chosen_ids:
            self._session.run(DuplicateLayers(self.chosen_ids, name))

    def remove_layer(self) -> None:
        """Remove the chosen layers."""
        if self.chosen_ids:
            self._session.run(RemoveLayers(self.chosen_ids))

    def move_layer(self, step: int) -> None:
        """Move the chosen layers one place up (1) or down (-1), into and out of groups."""
        layers = self._session.document.layers
        moved = outermost_of(layers, self.chosen_ids)
        place = stepped_place(layers, moved, step) if moved else None
        if place is not None:
            self._session.run(MoveLayers(self.chosen_ids, place.index, place.group_id))

    def move_to_end(self, is_top: bool) -> None:
        """Move the chosen layers to the top or the bottom of the active layer's group."""
        document = self._session.document
        if document.active_layer is not None:
            index = len(document.layers) if is_top else 0
            group_id = document.active_layer.group_id
            self._session.run(MoveLayers(self.chosen_ids, index, group_id))

    # ---- groups

    def group_layers(self) -> None:
        """Put the chosen layers into a new group."""
        name = self._new_name(translate("SessionEdits", "Group"))
        if self.chosen_ids:
            self._session.run(GroupLayers(self.chosen_ids, name))

    def ungroup(self) -> None:
        """Dissolve the active group."""
        layer = self._active_layer()
        if layer is not None:
            self._session.run(Ungroup(layer.id))

    # ---- properties

    def toggle_clipped(self) -> None:
        """Clip the active layer to the one below it, or release it."""
        layer = self._active_layer()
        if layer is None:
            return
        if siblings_of(self._session.document.layers, layer)[0] is layer:
            self._notice(translate("SessionEdits", "There is no layer below to clip to."))
        else:
            self._session.run(SetClipped(layer.id, not layer.is_clipped))

    def toggle_locked(self) -> None:
        """Lock the active layer, or unlock it."""
        layer = self._active_layer()
        if layer is not None:
            self._session.run(SetLocked(layer.id, not layer.is_locked))

    def toggle_alpha_locked(self) -> None:
        """Lock the transparency of the active layer, or unlock it."""
        layer = self._active_layer()
        if layer is not None and not layer.is_group:
            self._session.run(SetAlphaLocked(layer.id, not layer.is_alpha_locked))

    def toggle_visible(self) -> None:
        """Show the chosen layers, or hide them when the active one is shown."""
        layer = self._active_layer()
        if layer is not None:
            self._session.run(ShowLayers(dict.fromkeys(self.chosen_ids, not layer.is_visible)))

    def solo(self, layer_id: str) -> None:
        """Show one layer alone, and what was shown before when it is alone already."""
        document = self._session.document
        layers, layer = document.layers, document.layer(layer_id)
        path = (layer, *ancestors_of(layers, layer))
        wanted = {
            sibling.id: sibling in path for each in path for sibling in siblings_of(layers, each)
        }
        shown = {each: document.layer(each).is_visible for each in wanted}
        if shown != wanted:
            self._before_solo = shown
        elif self._before_solo.keys() == wanted.keys():
            wanted = {**self._before_solo, layer_id: True}
        else:
            wanted = dict.fromkeys(wanted, True)
        self._session.run(ShowLayers(wanted))

    # ---- merging

    def merge_down(self) -> None:
        """Make one layer of the active one and the one below it, or of the active group."""
        layer = self._active_layer()
        if layer is not None:
            self._session.run(MergeDown(layer.id))

    def merge_visible(self) -> None:
        """Make one layer of all visible ones."""
        self._session.run(MergeVisible())

    def flatten_image(self) -> None:
        """Make one layer of the whole picture."""
        self._session.run(FlattenImage())

    def stamp_visible(self) -> None:
        """Add a layer that shows the whole picture as it is now."""
        document = self._session.document
        layer = stamp_of(document, self._new_name(translate("SessionEdits", "Stamp")))
        self._session.run(AddLayer(layer, label="Stamp visible"))
