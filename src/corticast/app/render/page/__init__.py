"""Files of pages: PDF and SVG."""
