#include <string>
#include <utility>

#include "cli/reference.h"
#include "hookline/host.h"
#include "hookline/value.h"
#include "hookline/vh_table.h"
#include "marshal/json.h"
#include "plugin/types/vh_constants.h"
#include "plugin/types/vh_signature.h"

namespace hookline::cli {

namespace {

template <class... Fields>
Dict object(Fields&&... fields) {
  Dict dict;
  (dict.items.emplace_back(std::forward<Fields>(fields)), ...);
  return dict;
}

std::pair<Value, Value> field(std::string_view name, Value value) {
  return {Value(name), std::move(value)};
}

std::string_view name_of(Replaces what) {
  switch (what) {
    case Replaces::kChat:
      return "chat";
    case Replaces::kMyInfo:
      return "myinfo";
    case Replaces::kNothing:
      break;
  }
  return "";
}

Value describe(const HookRow& row) {
  List arguments;
  const auto names = split_names(row.argument_names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    arguments.emplace_back(
        object(field("name", names[i]), field("type", python_type(row.argument_kinds.at(i)))));
  }
  static constexpr HookNote kNone{};
  const HookNote* const found = find_note(row);
  const HookNote& note = found == nullptr ? kNone : *found;
  return object(field("name", row.name), field("arguments", std::move(arguments)),
                field("when", note.when), field("block", note.block),
                field("replaces", name_of(row.replaces)),
                field("example", trim_lines(note.example)));
}

Value describe(const VhRow& row) {
  List arguments;
  const detail::VhSignature signature = detail::parse_signature(row);
  for (const detail::VhParameter& parameter : signature.all()) {
    arguments.emplace_back(object(field("name", parameter.name),
                                  field("type", python_type(parameter.kind)),
                                  field("optional", parameter.optional)));
  }
  const VhNote* const note = find_note(row);
  return object(field("name", row.name), field("arguments", std::move(arguments)),
                field("returns", vh_return_type(row)),
                field("runs_on", row.runs_on == RunsOn::kCaller ? "caller" : "hub"),
                field("help", vh_help(row)),
                field("example", note == nullptr ? std::string_view() : trim_lines(note->example)));
}

Value describe(const OtherHookNote& note) {
  return object(field("name", note.name), field("arguments", note.arguments),
                field("returns", note.returns), field("when", note.when),
                field("example", trim_lines(note.example)));
}

Value describe(const VhExtra& extra) {
  return object(field("name", extra.name), field("signature", extra.signature),
                field("help", extra.help), field("example", trim_lines(extra.example)));
}

Value describe(const VhAttribute& attribute) {
  return object(field("name", attribute.name), field("type", attribute.type),
                field("help", attribute.help));
}

Value describe(const detail::VhConstant& constant) {
  return object(field("name", constant.name), field("value", constant.value));
}

Value list(const auto& rows) {
  List out;
  for (const auto& row : rows) {
    out.push_back(describe(row));
  }
  return out;
}

}  // namespace

Result<std::string> reference_json() {
  return detail::to_json(object(
      field("hooks", list(kHooks)), field("other_hooks", list(other_hook_notes())),
      field("functions", list(kVhFunctions)), field("extras", list(vh_extras())),
      field("attributes", list(vh_attributes())), field("constants", list(detail::kVhConstants))));
}

}  // namespace hookline::cli
