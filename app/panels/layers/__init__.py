"""The list of the layers panel: a model over the tree of layers, its rows, dragging them."""
