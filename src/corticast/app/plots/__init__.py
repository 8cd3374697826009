"""Pictures of a sound and of colour maps, for `corticast spectrogram` and `corticast cmap`."""
