"""Facts about files and about this machine: `corticast info` and `corticast doctor`."""
