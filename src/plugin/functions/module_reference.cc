#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/reference.h"
#include "plugin/functions/module_data.h"
#include "plugin/functions/signature_text.h"

namespace hookline {

namespace {

using detail::HostFunction;
using detail::ModuleData;
using detail::SignatureStyle;

constexpr std::string_view kOtherGroup = "Other";

// Holds what the page says about one function.
struct Entry {
  std::string_view name;
  std::string signature;
  std::string doc;
};

std::string where(const HostFunction& function) {
  if (function.runs_on == RunsOn::kHost) {
    return " *On the host's thread.*";
  }
  return function.read ? " *Read immediately.*" : " *On the calling thread.*";
}

std::vector<Entry> entries(const ModuleData& data) {
  std::vector<Entry> all;
  all.reserve(data.functions.size() + detail::core_functions().size());
  for (const auto& function : data.functions) {
    all.push_back(
        {function->name,
         signature_text(*function, SignatureStyle::kStub) + " -> " +
             (function->result_class ? function->returns : detail::annotation(function->returns)),
         function->doc + where(*function)});
  }
  for (const detail::CoreEntry& core : detail::core_functions()) {
    all.push_back({core.name, std::string(core.signature), std::string(core.doc)});
  }
  return all;
}

// Removes line breaks at both ends, because raw strings have them.
std::string_view trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of('\n'), text.size()));
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

void append_entry(std::string_view module, const Entry& entry, const ReferenceNote* note,
                  std::string& out) {
  out.append("\n#### ").append(module).append(".").append(entry.name).append("\n\n`");
  out.append(entry.name).append(entry.signature).append("`\n");
  if (!entry.doc.empty()) {
    out.append("\n").append(entry.doc.substr(entry.doc.starts_with(' ') ? 1 : 0)).append("\n");
  }
  if (note != nullptr && !note->example.empty()) {
    out.append("\n```python\n").append(trim(note->example)).append("\n```\n");
  }
}

const ReferenceNote* find_note(std::span<const ReferenceNote> notes, std::string_view name) {
  const auto found = std::ranges::find(notes, name, &ReferenceNote::name);
  return found == notes.end() ? nullptr : &*found;
}

std::vector<std::string_view> groups_of(std::span<const ReferenceNote> notes) {
  std::vector<std::string_view> groups;
  for (const ReferenceNote& note : notes) {
    if (std::ranges::find(groups, note.group) == groups.end()) {
      groups.push_back(note.group);
    }
  }
  groups.push_back(kOtherGroup);
  return groups;
}

void append_functions(const ModuleData& data, std::span<const ReferenceNote> notes,
                      std::string& out) {
  out.append("## Functions\n\nAll functions are in the module `").append(data.name);
  out.append(
      "`, and may be called from any thread of a script. Those marked *On the host's thread* run "
      "there in the order of the calls, while the script waits without its GIL. Those marked *Read "
      "immediately* run on the calling thread, and do not wait.\n");
  const std::vector<Entry> all = entries(data);
  for (const std::string_view group : groups_of(notes)) {
    bool is_first = true;
    for (const Entry& entry : all) {
      const ReferenceNote* note = find_note(notes, entry.name);
      if ((note != nullptr ? note->group : kOtherGroup) != group) {
        continue;
      }
      if (is_first && !notes.empty()) {
        out.append("\n### ").append(group).append("\n");
      }
      is_first = false;
      append_entry(data.name, entry, note, out);
    }
  }
}

void append_attributes(const ModuleData& data, std::string& out) {
  out.append("\n## Attributes\n\n| `").append(data.name).append(".` | |\n|---|---|\n");
  for (const detail::CoreEntry& core : detail::core_attributes()) {
    out.append("| `").append(core.name).append("` | ").append(core.doc).append(" |\n");
  }
  for (const Attribute& attribute : data.attributes) {
    out.append("| `").append(attribute.name).append("` | ").append(attribute.doc).append(" |\n");
  }
}

void append_constants(const ModuleData& data, std::string& out) {
  if (data.constants.empty()) {
    return;
  }
  out.append("\n## Constants\n\n| `").append(data.name).append(".` | | |\n|---|---|---|\n");
  for (const Attribute& constant : data.constants) {
    out.append("| `").append(constant.name).append("` | ").append(constant.value.repr());
    out.append(" | ").append(constant.doc).append(" |\n");
  }
}

}  // namespace

std::string module_reference_markdown(const Module& module, std::span<const ReferenceNote> notes) {
  const ModuleData& data = *detail::ModuleAccess::data(module);
  std::string out;
  append_functions(data, notes, out);
  append_attributes(data, out);
  append_constants(data, out);
  return out;
}

}  // namespace hookline
