#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "cli/reference.h"
#include "hookline/verlihub/hooks.h"
#include "hub/vh/vh_module.h"
#include "marshal/json.h"
#include "plugin/reference/reference_data.h"
#include "verlihub/notes.h"

namespace hookline::cli {

namespace {

// Appends the notes of the functions, in the order of their groups on the page.
void append_function_notes(std::vector<ReferenceNote>& notes) {
  const std::vector<verlihub::VhRow> rows = hub::vh_rows();
  for (const std::string_view title : verlihub::kVhHeadings) {
    for (const verlihub::VhRow& row : rows) {
      if (verlihub::heading(row.group) == title) {
        notes.push_back({.name = row.name, .group = title, .example = row.example});
      }
    }
  }
  for (const verlihub::VhExtra& extra : verlihub::vh_extras()) {
    notes.push_back({.name = extra.name, .group = verlihub::kWithoutHub, .example = extra.example});
  }
}

}  // namespace

Module vh_module() { return hub::vh_module_without_hub(); }

Reference vh_reference() {
  std::deque<std::string> results;
  std::vector<ReferenceNote> notes;
  for (const HookRow& row : verlihub::hook_rows()) {
    if (const verlihub::HookNote* const note = verlihub::find_note(row)) {
      notes.push_back({.name = note->name,
                       .example = note->example,
                       .when = note->when,
                       .result = results.emplace_back(verlihub::result_text(row, *note))});
    }
  }
  for (const verlihub::OtherHookNote& note : verlihub::other_hook_notes()) {
    notes.push_back({.name = note.name,
                     .example = note.example,
                     .when = note.when,
                     .signature = note.signature});
  }
  append_function_notes(notes);
  return {verlihub::hook_rows(), vh_module(), notes};
}

Result<std::string> vh_reference_json() {
  const Reference reference = vh_reference();
  Dict all = detail::reference_dict(detail::ReferenceAccess::data(reference));
  for (auto& [key, value] : all.items) {
    if (key != Value("hooks")) {
      continue;
    }
    const auto rows = verlihub::hook_rows();
    List& hooks = *value.as<List>();
    for (std::size_t i = 0; i < hooks.size(); ++i) {
      const verlihub::HookNote* const note = verlihub::find_note(rows[i]);
      auto& items = hooks[i].as<Dict>()->items;
      items.emplace_back("block", note == nullptr ? std::string_view() : note->block);
      items.emplace_back("replaces", verlihub::replaces_text(rows[i]).name);
    }
  }
  return detail::to_json(all);
}

}  // namespace hookline::cli
