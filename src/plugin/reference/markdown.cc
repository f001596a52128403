#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/reference.h"
#include "plugin/functions/signature_text.h"
#include "plugin/reference/reference_data.h"

namespace hookline {

namespace {

using detail::FunctionTexts;
using detail::HostFunction;
using detail::ModuleData;
using detail::ReferenceData;
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
  all.reserve(data.functions.size() + data.core_functions.size());
  for (const auto& function : data.functions) {
    all.push_back(
        {function->name,
         signature_text(*function, SignatureStyle::kStub) + " -> " +
             (function->result_class ? function->returns : detail::annotation(function->returns)),
         function->doc + where(*function)});
  }
  for (const detail::CoreEntry& core : data.core_functions) {
    all.push_back({core.name, std::string(core.signature), std::string(core.doc)});
  }
  return all;
}

void append_example(std::string_view example, std::string& out) {
  if (!example.empty()) {
    out.append("\n```python\n").append(detail::trim_lines(example)).append("\n```\n");
  }
}

void append_hook(std::string_view name, std::string_view signature, std::string_view doc,
                 std::string_view example, std::string& out) {
  out.append("\n### ").append(name).append("\n\n`").append(signature).append("`\n");
  if (!doc.empty()) {
    out.append("\n").append(doc).append("\n");
  }
  append_example(example, out);
}

void append_hooks(const ReferenceData& data, std::string& out) {
  out.append(
      "## Hooks\n\nA script has a hook if it defines a function of that name. The hooks are listed "
      "in the order of their numbers. All of them run on the thread of their script.\n");
  for (std::size_t i = 0; i < data.hooks.size(); ++i) {
    const HookRow& row = data.hooks[i];
    append_hook(row.name, detail::hook_signature(row), detail::hook_doc(data, i),
                data.hook_texts[i].example, out);
  }
  for (const detail::CalledFunction& called : data.called) {
    append_hook(called.name, called.name + "(" + called.arguments + ") -> " + called.returns,
                called.when, called.example, out);
  }
}

void append_entry(std::string_view module, const Entry& entry, const FunctionTexts* note,
                  std::string& out) {
  out.append("\n#### ").append(module).append(".").append(entry.name).append("\n\n`");
  out.append(entry.name).append(entry.signature).append("`\n");
  if (!entry.doc.empty()) {
    out.append("\n").append(entry.doc.substr(entry.doc.starts_with(' ') ? 1 : 0)).append("\n");
  }
  append_example(note == nullptr ? "" : note->example, out);
}

std::string_view group_of(const FunctionTexts* note) {
  return note == nullptr || note->group.empty() ? kOtherGroup : std::string_view(note->group);
}

void append_functions(const ReferenceData& reference, std::string& out) {
  const ModuleData& data = *reference.module;
  out.append("\n## Functions\n\nAll functions are in the module `").append(data.name);
  out.append(
      "`, and may be called from any thread of a script. Those marked *On the host's thread* run "
      "there in the order of the calls, while the script waits without its GIL. Those marked *Read "
      "immediately* run on the calling thread, and do not wait.\n");
  const std::vector<Entry> all = entries(data);
  std::vector<std::string> groups = detail::groups_of(reference);
  groups.emplace_back(kOtherGroup);
  for (const std::string& group : groups) {
    bool is_first = true;
    for (const Entry& entry : all) {
      const FunctionTexts* note = detail::find_texts(reference, entry.name);
      if (group_of(note) != group) {
        continue;
      }
      if (is_first && groups.size() > 1) {
        out.append("\n### ").append(group).append("\n");
      }
      is_first = false;
      append_entry(data.name, entry, note, out);
    }
  }
}

void append_attributes(const ModuleData& data, std::string& out) {
  out.append("\n## Attributes\n\n| `").append(data.name).append(".` | |\n|---|---|\n");
  for (const detail::CoreEntry& core : data.core_attributes) {
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

std::string Reference::markdown() const {
  std::string out;
  append_hooks(*data_, out);
  append_functions(*data_, out);
  append_attributes(*data_->module, out);
  append_constants(*data_->module, out);
  return out;
}

}  // namespace hookline
