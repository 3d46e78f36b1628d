"""What if the disk took longer to keep what it is told? A flush that waits.

Disks that confirm a flush before all is safe, or have a battery, answer within 0.1 ms;
an office's usual disks need 1 to 10 ms. The wait stands before the real flush, in this
process and all it starts, by a library that is built by the machine's C compiler and
loaded before libc (``LD_PRELOAD``).
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

FLUSHES = 50
_WAIT = "LOTSE_FLUSH_WAIT_US"
_SOURCE = f"""
#include <stdlib.h>
#include <unistd.h>
#include <sys/syscall.h>

static void take_time(void) {{
    const char *wait = getenv("{_WAIT}");
    if (wait) usleep(atoi(wait));
}}

int fsync(int file) {{ take_time(); return syscall(SYS_fsync, file); }}
int fdatasync(int file) {{ take_time(); return syscall(SYS_fdatasync, file); }}
"""


def run_again(command: Sequence[str], milliseconds: float) -> int:
    """Run a command of Python's to its end while each flush takes longer by so much."""
    with tempfile.TemporaryDirectory() as folder:
        library = Path(folder) / "waiting_disk.so"
        compiler = ["cc", "-shared", "-fPIC", "-x", "c", "-", "-o", str(library)]
        subprocess.run(compiler, input=_SOURCE.encode(), check=True)
        waits = {"LD_PRELOAD": str(library), _WAIT: str(round(1000 * milliseconds))}
        python = [sys.executable, *command]
        return subprocess.run(python, env=os.environ | waits, check=False).returncode


def flush_ms(folder: Path) -> float:
    """Measure how many milliseconds a flush of one written page takes there."""
    took = []
    with (folder / "flushed").open("wb", buffering=0) as file:
        for _ in range(FLUSHES):
            file.write(bytes(4096))
            begun = perf_counter()
            os.fdatasync(file.fileno())
            took.append(1000 * (perf_counter() - begun))
    return statistics.median(took)
