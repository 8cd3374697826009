"""`python -m corticast` is `corticast`."""

from corticast.cli import main

if __name__ == "__main__":
    main()
