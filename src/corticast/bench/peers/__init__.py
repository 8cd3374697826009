"""Other software beside corticast: the same film by both, as whole processes, in turn.

`recipes` holds what a researcher would write with each library; `sides` says how both are called; `race` runs
them in turn and tells start-up from the cost per frame.
"""
