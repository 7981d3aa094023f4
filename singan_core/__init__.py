"""The engine: SinGAN (arXiv 1905.01164) for one photo, without Qt, files or a terminal.

In reading order, each room knowing only those before it:

- `config`, `device`, `errors`, `events`: every constant, where to compute, what is told;
- `pixels`: pictures as arrays and tensors, resized and made noisy exactly window by window;
- `model`: the pyramid, its networks, what training leaves of them and how it is kept;
- `rendering`: the one walk through the pyramid (`sample`), an edit in it (`injection`), all
  scales of it (`scale_strip`), and what a stroke changes of it (`live_render`);
- `training`: `train` and its `training_run`, `scale_training`, `batch`, `losses`;
- `applications`: short recipes over the walk.
"""
