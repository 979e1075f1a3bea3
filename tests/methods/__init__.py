"""Methods that exist only for tests: they prove that a method is added without an edit of the engine."""
