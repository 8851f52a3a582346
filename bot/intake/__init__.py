"""What comes in from AWS: one pure parser a source, and the loop that empties the queue into alerts."""
