"""Arrays to arrays: Fourier and wavelet analysis, bands, and the drives that make electrode activity."""
