"""Child processes, ffmpeg, and the threads that this process may use.

parent.Child  ── a task, one line of JSON ──>  standard input  ─┐
                                                                child.serve(do): does the task
parent.Child  <── events, lines of JSON ────  standard output  ─┘

Standard input stays open as long as the parent lives. Its end ends the child.
"""
