"""Everything that changes a document, as commands that can be undone."""

from app.document.commands.command import Command
from app.document.commands.layer_commands import (
    AddLayer,
    MoveLayer,
    PasteLayer,
    RemoveLayer,
    SetActive,
    TranslateLayer,
)
from app.document.commands.pixel_commands import (
    ClearPixels,
    EditPixels,
    LiftSelection,
    PixelPatch,
    ReplacePixels,
    lifted_layer,
)
from app.document.commands.property_commands import (
    RenameLayer,
    SetBlendMode,
    SetLocked,
    SetMask,
    SetOpacity,
    SetSelection,
    SetVisible,
)

__all__ = [
    "AddLayer",
    "ClearPixels",
    "Command",
    "EditPixels",
    "LiftSelection",
    "MoveLayer",
    "PasteLayer",
    "PixelPatch",
    "RemoveLayer",
    "RenameLayer",
    "ReplacePixels",
    "SetActive",
    "SetBlendMode",
    "SetLocked",
    "SetMask",
    "SetOpacity",
    "SetSelection",
    "SetVisible",
    "TranslateLayer",
    "lifted_layer",
]
