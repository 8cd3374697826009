"""corticast: brain volumes, electrodes and sound become moving pictures."""
