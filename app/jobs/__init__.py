"""Background work: frozen requests, their event streams, and the one worker thread.

A request (`requests`) goes to the `worker`, whose `queue` says which job gets the next step of the
`runner`. `streams` knows the stream of every request: `rendering`, `generating`, `live_stream`,
`strip_stream`, `analogy_streams` and `video_stream`, or a training of the engine. What they yield
is in `results`; a `recipe` comes with every result, and `replay` makes the result again from it.
`background` is for short work.
"""
