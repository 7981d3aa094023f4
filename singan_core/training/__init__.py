"""Training, as a generator of events, from the first scale to a model derived from another."""
