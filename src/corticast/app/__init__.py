"""Uses: a film, a frame, facts about files and machines. Carries arrays between the packages below."""
