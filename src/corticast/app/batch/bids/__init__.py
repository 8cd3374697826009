"""Films of a BIDS dataset."""
