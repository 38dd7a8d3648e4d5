"""What every test runs under."""

from __future__ import annotations

import os

from hypothesis import settings

# Machines differ in speed, so no example has a deadline. The long run tries more of them.
settings.register_profile("usual", deadline=None)
settings.register_profile("long", deadline=None, max_examples=2000)
settings.load_profile("long" if os.environ.get("PANGOPREP_LONG") else "usual")
