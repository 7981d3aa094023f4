"""The parts of the window.

The modules named ``…_actions`` do what the menus ask for, one per menu. Others build the frame
(`bars`, `docks`, `center`, `status_bar`) or show on the canvas what is no layer (`edit_overlays`,
`hole_preview`, `mask_tint`, `scale_preview`).
"""
