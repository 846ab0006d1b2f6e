"""Writing of gates: registering a car, checking it, deciding, handing people over, and forgetting in time."""
