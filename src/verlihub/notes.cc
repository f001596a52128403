#include "verlihub/notes.h"

#include <array>

namespace hookline::verlihub {

namespace {

constexpr auto kExtras = std::to_array<VhExtra>({
    {"encode", R"py(
assert vh.encode("$5 | more") == "&#36;5 &#124; more"
)py"},
    {"Encode", R"py(
assert vh.Encode("$") == vh.encode("$")
)py"},
    {"decode", R"py(
assert vh.decode("&#36;5") == "$5"
)py"},
    {"Decode", R"py(
assert vh.Decode("&#124;") == "|"
)py"},
    {"name_and_version", R"py(
name, version = vh.name_and_version("Greeter", "1.2")
)py"},
    {"CallDynamicFunction", R"py(
try:
    print(vh.CallDynamicFunction("ask_database", "ann"))
except NameError:
    print("this hub has no database")
)py"},
    {"batch", R"py(
with vh.batch():
    for line in ("one", "two", "three"):
        vh.mc(line)
)py"},
});

}  // namespace

std::span<const VhExtra> vh_extras() noexcept { return kExtras; }

}  // namespace hookline::verlihub
