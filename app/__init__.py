"""SinGAN Studio: the desktop editor and the terminal commands around `singan_core`.

From the ground up: `document` is the image editor without a window, `jobs` the one worker thread,
`storage` the folders the program keeps, `terminal` and `cli` the commands; `session` is one open
document and `workspace` all of them. `theme` and `settings` are the look and the memory, `actions`
the table of what can be asked for, `controls` small widgets. `canvas`, `panels` and `dialogs` do
not know each other; they meet in `window` and `main_window`. Imports run downwards only.
"""
