"""What every test can use: the cast, and the real parts behind it."""

pytest_plugins = ["tests.cast", "tests.selection", "tests.delivery", "tests.browsers"]
