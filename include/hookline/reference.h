#pragma once

#include <span>
#include <string>
#include <string_view>

#include "hookline/module.h"

namespace [[gnu::visibility("default")]] hookline {

// Adds to what the reference says about a function of a module.
struct ReferenceNote {
  std::string_view name;     // of the function
  std::string_view group;    // a heading; the groups come in the order of the notes
  std::string_view example;  // Python code that calls it; may be empty
};

// Returns a stub file (`game.pyi`) of the module for editors and type checkers. Thread safety: any
// thread.
[[nodiscard]] std::string module_stub(const Module& module);

// Returns Markdown sections, each with a heading "## ": the functions, attributes and constants of
// the module. Functions without a note, and those of every module, come in a group of their own.
// Thread safety: any thread.
[[nodiscard]] std::string module_reference_markdown(const Module& module,
                                                    std::span<const ReferenceNote> notes = {});

}  // namespace hookline
