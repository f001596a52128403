#include "interp/helpers.h"

namespace hookline::detail {

const char* const kOutputSource = R"python(
import io
import sys
from time import monotonic

# Scripts print to the server's log, which they must not fill. Each has a budget of bytes that refills
# with time; the rest is left out, and counted.

OUTPUT_BURST = 1 << 20  # bytes
OUTPUT_PER_SECOND = 64 << 10
LONGEST_OUTPUT = 64 << 10  # bytes that are written together; a print() is one or two of these


class Output(io.RawIOBase):
    """Is the raw file below sys.stdout and sys.stderr. Both share the budget of `output_budget`."""

    def __init__(self, file, budget):
        self.file, self.budget = file, budget

    def writable(self):
        return True

    def fileno(self):
        return self.file.fileno()

    def isatty(self):
        return self.file.isatty()

    def write(self, data, /):
        data = memoryview(data).cast("B")
        size = len(data)
        if size > LONGEST_OUTPUT:
            note = f"... [{size - LONGEST_OUTPUT} bytes left out] ...\n"
            data = bytes(data[:LONGEST_OUTPUT]) + note.encode()
        if note := self.budget.spend(len(data)):
            write_output(self.fileno(), data if note is True else note + bytes(data))
        return size

    def close(self):
        pass  # the descriptor is the server's


class OutputBudget:
    def __init__(self):
        self.left, self.since, self.left_out = OUTPUT_BURST, monotonic(), 0

    def spend(self, size):
        """Returns False, or True, or the note that is to be written before."""
        now = monotonic()
        self.left = min(OUTPUT_BURST, self.left + int((now - self.since) * OUTPUT_PER_SECOND))
        self.since = now
        # After a gap it takes a second's worth to go on, so that gaps do not follow each other.
        if size > self.left or self.left_out and self.left < OUTPUT_PER_SECOND:
            self.left_out += size
            return False
        self.left -= size
        if not self.left_out:
            return True
        name, left_out, self.left_out = script[0] if script else "?", self.left_out, 0
        return f"\nhookline: {left_out} bytes that the script '{name}' has printed were left out\n".encode()


def limited(stream, budget):
    if stream is None:
        return None
    encoding, errors = stream.encoding, stream.errors
    buffer = stream.detach()
    file = buffer.detach() if hasattr(buffer, "raw") else buffer
    file = getattr(file, "file", file)  # of the main interpreter's last script
    return io.TextIOWrapper(io.BufferedWriter(Output(file, budget)), encoding=encoding, errors=errors,
                            line_buffering=True)


def limit_output(stdout_to_stderr):
    # The interpreters share these descriptors: whole lines are written, and without delay.
    budget = OutputBudget()
    sys.stderr = sys.__stderr__ = limited(sys.stderr, budget)
    sys.stdout = sys.__stdout__ = sys.stderr if stdout_to_stderr else limited(sys.stdout, budget)
)python";

}  // namespace hookline::detail
