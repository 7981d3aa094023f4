"""Errors a user can cause. Each message is one sentence that fits in a dialog."""


class EngineError(Exception):
    """Base of every error of the engine that is shown to the user.

    Attributes:
        template: the sentence with a ``{name}`` in place of each value, to be translated.
        values: what is put into it.
    """

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values))
        self.template = template
        self.values = values


class PhotoError(EngineError):
    """The training photo cannot carry a pyramid (too small, too narrow, not finite)."""


class ConfigError(EngineError):
    """A training constant is outside its allowed range."""


class ScaleError(EngineError):
    """A scale was asked for that the pyramid does not have (or has not trained yet)."""


class MaskError(EngineError):
    """A mask does not fit the image it belongs to."""


class CheckpointError(EngineError):
    """Stored weights or training state are missing, altered or of another version."""


class TrainingDivergedError(EngineError):
    """A scale produced NaN twice, also with half the learning rate."""


class DeviceError(EngineError):
    """The requested device does not exist on this machine."""


class OutOfMemoryError(EngineError):
    """The device ran out of memory; finished scales stay usable."""
