"""Files to core types: volumes, pictures, electrode tables, recordings, sound, scene files."""
