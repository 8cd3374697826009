"""The applications: films, stills, live shows, datasets, facts. They pass arrays between the packages below."""
