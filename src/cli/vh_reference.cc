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

// Has what a hook may replace, in JSON and in words.
struct ReplacesText {
  std::string_view name;
  std::string_view sentence;
};

ReplacesText text_of(verlihub::Replaces what) {
  using verlihub::Replaces;
  switch (what) {
    case Replaces::kChat:
      return {"chat", " The hook may return a replacement: a `str`, or `(nick, message)`."};
    case Replaces::kMyInfo:
      return {"myinfo",
              " The hook may return a replacement: `(desc, tag, speed, mail, sharesize)`."};
    case Replaces::kNothing:
      break;
  }
  return {};
}

std::string result_of(const HookRow& row, const HookNote& note) {
  if (note.block.empty()) {
    return "The hub ignores the result.";
  }
  return std::string("If a script blocks the event, ")
      .append(note.block)
      .append(".")
      .append(text_of(verlihub::replaces(row)).sentence);
}

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
    if (const HookNote* const note = find_note(row)) {
      notes.push_back({.name = note->name,
                       .example = note->example,
                       .when = note->when,
                       .result = results.emplace_back(result_of(row, *note))});
    }
  }
  for (const OtherHookNote& note : other_hook_notes()) {
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
      const HookNote* const note = find_note(rows[i]);
      auto& items = hooks[i].as<Dict>()->items;
      items.emplace_back("block", note == nullptr ? std::string_view() : note->block);
      items.emplace_back("replaces", text_of(verlihub::replaces(rows[i])).name);
    }
  }
  return detail::to_json(all);
}

}  // namespace hookline::cli
