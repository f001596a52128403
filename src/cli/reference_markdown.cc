#include <string>
#include <string_view>
#include <vector>

#include "cli/reference.h"
#include "hookline/reference.h"
#include "verlihub/notes.h"

namespace hookline::cli {

namespace {

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

// Returns the notes in the order of their groups on the page.
std::vector<ReferenceNote> function_notes() {
  std::vector<ReferenceNote> notes;
  for (const std::string_view group : verlihub::kVhGroups) {
    for (const verlihub::VhNote& note : verlihub::vh_notes()) {
      if (note.group == group) {
        notes.push_back({note.name, group, note.example});
      }
    }
  }
  for (const verlihub::VhExtra& extra : verlihub::vh_extras()) {
    notes.push_back({extra.name, verlihub::kWithoutHub, extra.example});
  }
  return notes;
}

}  // namespace

std::string reference_markdown() {
  std::string out;
  append_hooks(out);
  return out.append("\n").append(module_reference_markdown(vh_module(), function_notes()));
}

}  // namespace hookline::cli
