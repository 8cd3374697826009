"""Files to core types: volumes, pictures, electrode tables, sound, scene files."""
