#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/reference.h"
#include "hookline/host.h"
#include "hookline/value.h"
#include "marshal/json.h"
#include "plugin/functions/module_data.h"
#include "verlihub/notes.h"

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

std::string_view example_of(std::string_view name) {
  const auto find = [name](auto notes) -> std::string_view {
    const auto found = std::ranges::find_if(notes, [&](const auto& n) { return n.name == name; });
    return found == notes.end() ? std::string_view() : trim_lines(found->example);
  };
  const std::string_view example = find(verlihub::vh_notes());
  return example.empty() ? find(verlihub::vh_extras()) : example;
}

// The type of a parameter without its "| None".
std::string_view plain_type(std::string_view type) {
  constexpr std::string_view kNone = " | None";
  return type.ends_with(kNone) ? type.substr(0, type.size() - kNone.size()) : type;
}

Value describe(const std::shared_ptr<const detail::HostFunction>& function) {
  List arguments;
  for (const detail::Parameter& parameter :
       function->parameters.value_or(std::vector<detail::Parameter>())) {
    arguments.emplace_back(object(field("name", parameter.name),
                                  field("type", plain_type(parameter.type)),
                                  field("optional", parameter.fallback.has_value())));
  }
  return object(field("name", function->name), field("arguments", std::move(arguments)),
                field("returns", function->returns),
                field("runs_on", function->runs_on == RunsOn::kCaller ? "caller" : "hub"),
                field("help", function->doc), field("example", example_of(function->name)));
}

Value describe(const OtherHookNote& note) {
  return object(field("name", note.name), field("arguments", note.arguments),
                field("returns", note.returns), field("when", note.when),
                field("example", trim_lines(note.example)));
}

Value describe(const Attribute& value) {
  return object(field("name", value.name), field("value", value.value), field("help", value.doc));
}

Value describe(const detail::CoreEntry& core) {
  return object(field("name", core.name), field("signature", core.signature),
                field("help", core.doc), field("example", example_of(core.name)));
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
  const Module module = vh_module();
  const detail::ModuleData& data = *detail::ModuleAccess::data(module);
  return detail::to_json(object(
      field("hooks", list(kHooks)), field("other_hooks", list(other_hook_notes())),
      field("functions", list(data.functions)), field("extras", list(detail::core_functions())),
      field("attributes", list(data.attributes)),
      field("script_attributes", list(detail::core_attributes())),
      field("constants", list(data.constants))));
}

}  // namespace hookline::cli
