"""Other software beside corticast: both make the same film, as whole processes, in turn.

`recipes` holds typical programs of a researcher for each library. `sides` knows the commands of both sides. `race` runs
them in turn, and separates start-up from the cost per frame.
"""
