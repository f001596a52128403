#pragma once

#include <span>
#include <vector>

#include "hookline/call.h"
#include "hookline/error.h"
#include "hookline/verlihub/functions.h"
#include "hookline/verlihub/module.h"
#include "hub/vh/vh_entry.h"

// Puts the module `vh` of this hub together, from the tables of the files in this folder.
//
// Thread safety: all functions from any thread.
namespace hookline::hub {

// Returns the entries of all tables.
[[nodiscard]] std::vector<VhEntry> vh_entries();

// Fails with kBadArguments, and a sentence that names the function, unless each function of
// Verlihub's vocabulary has exactly one entry.
[[nodiscard]] Result<void> check_entries(std::span<const VhEntry> entries);

// Makes the module for the scripts of a hub, which must outlive their ScriptHost. Fails as
// check_entries() does.
[[nodiscard]] Result<Module> make_vh_module(VhHub& hub, const verlihub::Identity& identity);

// Makes the module where there is no hub: its functions fail, and the error says so, except that
// vh.GetConfig returns its default.
[[nodiscard]] Module vh_module_without_hub();

// Returns what is said about each function: first the vocabulary, then what only this hub has.
[[nodiscard]] std::vector<VhRow> vh_rows();

}  // namespace hookline::hub
