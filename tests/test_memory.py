"""Which allocator Arrow uses while columns are cleaned, and afterwards."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pandas as pd
import pyarrow as pa
import pytest

from pangoprep.memory import system_memory

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux is concerned")


def pool() -> str:
    return str(pa.default_memory_pool().backend_name)


def test_the_usual_allocator_is_back_afterwards():
    usual = pool()
    with system_memory(), system_memory():
        assert pool() == "system"
        kept = pa.array(["Huế"] * 1000)
    assert pool() == usual
    assert kept.to_pylist() == ["Huế"] * 1000


def test_the_usual_allocator_is_back_after_an_error():
    usual = pool()
    with pytest.raises(KeyError), system_memory():
        raise KeyError
    assert pool() == usual


def test_the_last_of_several_threads_brings_the_usual_allocator_back():
    usual, together = pool(), Barrier(8)

    def work(_: int) -> str:
        with system_memory():
            together.wait()
            return pool()

    with ThreadPoolExecutor(8) as threads:
        assert set(threads.map(work, range(8))) == {"system"}
    assert pool() == usual


def test_what_was_made_outlives_the_work():
    frame = pd.DataFrame({"customerId": ["1"], "fullName": ["An"], "phone": ["912345678"]})
    usual = pool()
    cleaned = frame.pango.clean("customer-identity")
    assert pool() == usual
    assert cleaned["phone"].to_list() == ["0912345678"]


@pytest.mark.skipif("jemalloc" not in pa.supported_memory_backends(), reason="not built in")
def test_a_chosen_allocator_is_left_alone():
    code = (
        "import pyarrow as pa\nfrom pangoprep.memory import system_memory\n"
        "with system_memory(): print(pa.default_memory_pool().backend_name)"
    )
    environment = {"ARROW_DEFAULT_MEMORY_POOL": "jemalloc"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "jemalloc"
