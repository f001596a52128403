#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "cli/reference.h"
#include "hookline/host.h"
#include "hookline/vh_table.h"
#include "plugin/types/vh_constants.h"

namespace hookline::cli {

namespace {

constexpr std::string_view kOtherGroup = "Other";

void append_example(std::string_view example, std::string& out) {
  if (!example.empty()) {
    out.append("\n```python\n").append(trim_lines(example)).append("\n```\n");
  }
}

std::string_view may_replace(Replaces what) {
  switch (what) {
    case Replaces::kChat:
      return " The hook may return a replacement: a `str`, or `(nick, message)`.";
    case Replaces::kMyInfo:
      return " The hook may return a replacement: `(desc, tag, speed, mail, sharesize)`.";
    case Replaces::kNothing:
      break;
  }
  return "";
}

void append_hook(const HookRow& row, std::string& out) {
  out.append("\n### ").append(row.name).append("\n\n`").append(hook_signature(row)).append("`\n");
  const HookNote* const note = find_note(row);
  if (note == nullptr) {
    return;
  }
  out.append("\n").append(note->when);
  if (note->block.empty()) {
    out.append(" The hub ignores the result.\n");
  } else {
    out.append(" If a script blocks the event, ")
        .append(note->block)
        .append(".")
        .append(may_replace(row.replaces));
    out.append("\n");
  }
  append_example(note->example, out);
}

void append_hooks(std::string& out) {
  out.append(
      "## Hooks\n\nThe hooks are listed in the order of their numbers in the C interface. All of "
      "them "
      "run on the thread of their script.\n");
  for (const HookRow& row : kHooks) {
    append_hook(row, out);
  }
  for (const OtherHookNote& note : other_hook_notes()) {
    out.append("\n### ").append(note.name).append("\n\n`").append(note.name).append("(");
    out.append(note.arguments).append(") -> ").append(note.returns).append("`\n\n");
    out.append(note.when).append("\n");
    append_example(note.example, out);
  }
}

std::string_view group_of(const VhRow& row) {
  const VhNote* const note = find_note(row);
  const bool is_known =
      note != nullptr && std::ranges::find(kVhGroups, note->group) != std::ranges::end(kVhGroups);
  return is_known ? note->group : kOtherGroup;
}

void append_function(const VhRow& row, std::string& out) {
  out.append("\n#### vh.").append(row.name).append("\n\n`").append(row.name);
  out.append(vh_signature_text(row)).append("`\n\n").append(vh_help(row));
  out.append(row.runs_on == RunsOn::kCaller ? " *Read immediately.*\n"
                                            : " *On the hub's thread.*\n");
  if (const VhNote* const note = find_note(row)) {
    append_example(note->example, out);
  }
}

void append_functions(std::string& out) {
  out.append(
      "\n## Functions\n\nAll functions are in the module `vh`, and may be called from any thread "
      "of "
      "a script. Those marked *On the hub's thread* run there in the order of the calls, while the "
      "script waits without its GIL. Those marked *Read immediately* run on the calling thread, "
      "read "
      "a snapshot of the hub's data, and do not wait.\n");
  std::vector<std::string_view> groups(std::begin(kVhGroups), std::end(kVhGroups));
  groups.push_back(kOtherGroup);
  for (const std::string_view group : groups) {
    bool is_first = true;
    for (const VhRow& row : kVhFunctions) {
      if (group_of(row) != group) {
        continue;
      }
      if (is_first) {
        out.append("\n### ").append(group).append("\n");
        is_first = false;
      }
      append_function(row, out);
    }
  }
}

void append_extras(std::string& out) {
  out.append("\n### Without the hub\n");
  for (const VhExtra& extra : vh_extras()) {
    out.append("\n#### vh.").append(extra.name).append("\n\n`").append(extra.name);
    out.append(extra.signature).append("`\n\n").append(extra.help).append("\n");
    append_example(extra.example, out);
  }
}

void append_attributes(std::string& out) {
  out.append("\n## Attributes\n\n| `vh.` | type | |\n|---|---|---|\n");
  for (const VhAttribute& attribute : vh_attributes()) {
    out.append("| `").append(attribute.name).append("` | ").append(attribute.type).append(" | ");
    out.append(attribute.help).append(" |\n");
  }
}

void append_constants(std::string& out) {
  out.append(
      "\n## Constants\n\n`eCR_*` are the reasons for closing a connection, `eBOT_*` the results of "
      "IsRobotNickBad, and `eBF_*` the types of bans.\n\n| `vh.` | |\n|---|---|\n");
  for (const detail::VhConstant& constant : detail::kVhConstants) {
    out.append("| `").append(constant.name).append("` | ");
    out.append(std::to_string(constant.value)).append(" |\n");
  }
}

}  // namespace

std::string reference_markdown() {
  std::string out;
  append_hooks(out);
  append_functions(out);
  append_extras(out);
  append_attributes(out);
  append_constants(out);
  return out;
}

}  // namespace hookline::cli
