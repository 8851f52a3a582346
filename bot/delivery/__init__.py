"""What leaves Picket: the outbox, and one module a destination."""
