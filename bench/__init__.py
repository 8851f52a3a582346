"""The measurements: each one command, each figure a ratio to a floor that was measured in the same run."""
