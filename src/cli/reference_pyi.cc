#include <string>
#include <string_view>

#include "cli/reference.h"
#include "cli/reference_notes.h"
#include "cli/reference_text.h"
#include "hookline/vh_table.h"
#include "plugin/module/vh_constants.h"

namespace hookline::cli {

namespace {

constexpr std::string_view kHead =
    R"py("""The hub that a script runs in. Written by `hookline reference --format=pyi`."""

from collections.abc import Awaitable
from contextlib import AbstractContextManager
from typing import Any, Final
)py";

constexpr std::string_view kTail = R"py(
class HostFunction:
    """A function that the hub's own code has registered."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
    def awaitable(self, *args: Any, **kwargs: Any) -> Awaitable[Any]:
        """The same for a coroutine: an asyncio future instead of the result."""

def __getattr__(name: str) -> HostFunction:
    """What the hub's own code has registered under this name."""
)py";

void append_function(std::string_view name, std::string_view signature, std::string_view help,
                     std::string& out) {
  out.append("\ndef ").append(name).append(signature).append(":\n    \"\"\"");
  // A backslash or a quote at the end would not be what it seems in a docstring.
  for (const char character : help) {
    out.append(character == '\\' ? "\\" : "").push_back(character);
  }
  out.append("\"\"\"\n");
}

}  // namespace

std::string reference_pyi() {
  std::string out(kHead);
  out.append("\n");
  for (const VhAttribute& attribute : vh_attributes()) {
    out.append(attribute.name).append(": ").append(attribute.type).append("  # ");
    out.append(attribute.help).append("\n");
  }
  out.append("\n");
  for (const detail::VhConstant& constant : detail::kVhConstants) {
    out.append(constant.name).append(": Final = ").append(std::to_string(constant.value));
    out.append("\n");
  }
  for (const VhRow& row : kVhFunctions) {
    append_function(row.name, vh_signature_text(row), vh_help(row), out);
  }
  for (const VhExtra& extra : vh_extras()) {
    append_function(extra.name, extra.signature, extra.help, out);
  }
  return out.append(kTail);
}

}  // namespace hookline::cli
