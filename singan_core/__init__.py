"""The engine: SinGAN (arXiv 1905.01164) for one photo, without Qt, files or a terminal.

In reading order:

- pixels: `image`, `resize`, `reduction`, `noise`, `colour`, `palette`, `grain`, `detail`, `mask`;
- the pyramid: `config`, `pyramid`, `networks`, `trained`, kept by `checkpoint`, `tensor_file`;
- training: `train` and its `training_run`, `scale_training`, `batch`, `losses`, `entry`, `events`;
  `derived_training` goes on from a finished model, whose `derivation` tells so;
- the one walk: `sample`, and `window_walk` for a part of one scale;
- an edit: `injection`, ended by `finishing` and `surroundings`; `scale_strip` shows all scales;
  `live_edit`, `reduced_injection` and `live_render` redo only what a stroke changed;
- what follows: `applications`, recipes over the walk; `diversity`, `cost` and `speed` measure.
"""
