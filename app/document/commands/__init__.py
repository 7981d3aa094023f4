"""Everything that changes a document, as commands that can be undone."""

from app.document.commands.command import Command
from app.document.commands.geometry_commands import (
    CropDocument,
    FlipDocument,
    ScaleDocument,
    TurnDocument,
)
from app.document.commands.group_commands import (
    GroupLayers,
    Ungroup,
)
from app.document.commands.layer_commands import (
    AddLayer,
    DuplicateLayers,
    PasteLayer,
    RemoveLayer,
    RemoveLayers,
    SetActive,
)
from app.document.commands.mask_commands import (
    ApplyMask,
    SetMask,
    inverted_mask,
)
from app.document.commands.merge_commands import (
    FlattenImage,
    MergeDown,
    MergeVisible,
    stamp_of,
)
from app.document.commands.pixel_commands import (
    ClearPixels,
    EditPixels,
    LiftSelection,
    PixelPatch,
    ReplacePixels,
    lifted_layer,
)
from app.document.commands.place_commands import MoveLayer, MoveLayers, TranslateLayer
from app.document.commands.property_commands import (
    RenameLayer,
    SetAlphaLocked,
    SetBlendMode,
    SetClipped,
    SetExpanded,
    SetLocked,
    SetOpacity,
    SetVisible,
    ShowLayers,
)
from app.document.commands.render_commands import SetRenderSettings
from app.document.commands.selection_commands import (
    EnterQuickMask,
    LeaveQuickMask,
    SelectPatch,
    SetSelection,
    patch_selection,
)
from app.document.commands.transform_commands import (
    CopyGroup,
    TransformLayers,
    TransformSelection,
)

__all__ = [
    "AddLayer",
    "ApplyMask",
    "ClearPixels",
    "Command",
    "CopyGroup",
    "CropDocument",
    "DuplicateLayers",
    "EditPixels",
    "EnterQuickMask",
    "FlattenImage",
    "FlipDocument",
    "GroupLayers",
    "LeaveQuickMask",
    "LiftSelection",
    "MergeDown",
    "MergeVisible",
    "MoveLayer",
    "MoveLayers",
    "PasteLayer",
    "PixelPatch",
    "RemoveLayer",
    "RemoveLayers",
    "RenameLayer",
    "ReplacePixels",
    "ScaleDocument",
    "SelectPatch",
    "SetActive",
    "SetAlphaLocked",
    "SetBlendMode",
    "SetClipped",
    "SetExpanded",
    "SetLocked",
    "SetMask",
    "SetOpacity",
    "SetRenderSettings",
    "SetSelection",
    "SetVisible",
    "ShowLayers",
    "TransformLayers",
    "TransformSelection",
    "TranslateLayer",
    "TurnDocument",
    "Ungroup",
    "inverted_mask",
    "lifted_layer",
    "patch_selection",
    "stamp_of",
]
