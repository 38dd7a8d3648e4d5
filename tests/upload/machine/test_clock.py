from __future__ import annotations

from pangoprep.upload.machine.clock import SystemClock


def test_the_machines_own_clock_is_even_and_shared() -> None:
    one, other = SystemClock().reading(), SystemClock().reading()
    assert one.boot == other.boot
    assert 0 <= other.steady - one.steady < 5
