"""Fill, gradient, shape and eyedropper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.controls.swatches import Swatch
from app.document.painting.gradients import GradientKind
from app.document.painting.shapes import ShapeKind
from app.panels.tool_options.row import PERCENT, OptionsRow
from app.tool_settings import GradientEnds, ShapeStyle

if TYPE_CHECKING:
    from app.controls.value_slider import ValueSlider
    from app.workspace import Workspace


class ColoredRow(OptionsRow):
    """A row that begins with the painting colour."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.color = Swatch(28)
        self.color.setAccessibleName(self.tr("Painting colour"))
        self.color.clicked.connect(self.color_wanted)
        self.add_control(self.color)

    def refresh(self) -> None:
        """Show the settings and the colour."""
        super().refresh()
        self.color.show_color(self.tool_state.color, self.tr("Painting colour, click chooses"))

    def add_opacity(self) -> ValueSlider:
        """Append the opacity."""
        slider = self.add_slider("opacity", self.tr("Opacity"), self.tr(" %"), PERCENT)
        slider.setToolTip(self.tr("1 to 9, 0 = 100 %"))
        return slider


class FillRow(ColoredRow):
    """Which pixels a click fills."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.tolerance = self.add_slider("tolerance", self.tr("Tolerance"), curve=2.0)
        self.tolerance.setToolTip(self.tr("How far a colour may be from the clicked one"))
        self.opacity = self.add_opacity()
        self.contiguous = self.add_check(
            "is_contiguous",
            self.tr("Contiguous"),
            self.tr("Only pixels joined to the clicked one"),
        )
        self.all_layers = self.add_check(
            "samples_all_layers",
            self.tr("All layers"),
            self.tr("Compare what is seen; off: only the layer itself"),
        )
        self.antialiased = self.add_check(
            "is_antialiased", self.tr("Anti-alias"), self.tr("A soft edge of a pixel")
        )


class GradientRow(ColoredRow):
    """From which colour to which, and along which lines."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.kind = self.add_choice(
            "kind",
            {
                GradientKind.LINEAR: self.tr("Linear"),
                GradientKind.RADIAL: self.tr("Radial"),
            },
            self.tr("Form of the gradient"),
        )
        self.ends = self.add_choice(
            "ends",
            {
                GradientEnds.BACKGROUND: self.tr("To second colour"),
                GradientEnds.TRANSPARENT: self.tr("To transparent"),
            },
            self.tr("What the painting colour turns into"),
        )
        self.background = Swatch(20)
        self.background.setAccessibleName(self.tr("Second colour"))
        self.background.clicked.connect(self.tool_state.swap_colors)
        self.add_control(self.background)
        self.opacity = self.add_opacity()
        self.reversed = self.add_check(
            "is_reversed", self.tr("Reverse"), self.tr("The other way round")
        )

    def refresh(self) -> None:
        """Show the settings and both colours."""
        super().refresh()
        has_second = self.read("ends") is GradientEnds.BACKGROUND
        self.show_control(self.background, has_second)
        self.background.show_color(
            self.tool_state.background, self.tr("Second colour, click swaps (X)")
        )


class ShapeRow(ColoredRow):
    """What a drag draws."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.kinds = self.add_icon_choice(
            "kind",
            {
                ShapeKind.RECTANGLE: ("ph.rectangle", self.tr("Rectangle")),
                ShapeKind.ELLIPSE: ("ph.circle", self.tr("Ellipse")),
                ShapeKind.POLYGON: ("ph.polygon", self.tr("Polygon: click its corners")),
                ShapeKind.FREEHAND: ("ph.scribble-loop", self.tr("Freehand")),
            },
        )
        self.style_choice = self.add_choice(
            "style",
            {ShapeStyle.FILL: self.tr("Filled"), ShapeStyle.OUTLINE: self.tr("Outline")},
            self.tr("Filled, or only its line"),
        )
        self.line = self.add_slider("line_px", self.tr("Line"), self.tr(" px"), curve=2.0)
        self.radius = self.add_slider(
            "corner_radius_px", self.tr("Corners"), self.tr(" px"), curve=2.0
        )
        self.radius.setToolTip(self.tr("Radius of round corners"))
        self.opacity = self.add_opacity()
        self.antialiased = self.add_check(
            "is_antialiased", self.tr("Anti-alias"), self.tr("A soft edge of a pixel")
        )

    def refresh(self) -> None:
        """Show the settings that matter for the chosen shape."""
        super().refresh()
        self.show_control(self.line, self.read("style") is ShapeStyle.OUTLINE)
        self.show_control(self.radius, self.read("kind") is ShapeKind.RECTANGLE)


class EyedropperRow(ColoredRow):
    """What was taken, and what a click takes."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace)
        self.sample = self.add_choice(
            "sample_px",
            {
                1: self.tr("One pixel"),
                3: self.tr("Mean of 3 × 3"),
                5: self.tr("Mean of 5 × 5"),
            },
            self.tr("How many pixels are looked at"),
        )
        self.all_layers = self.add_check(
            "samples_all_layers",
            self.tr("All layers"),
            self.tr("The colour that is seen; off: that of the layer itself"),
        )
