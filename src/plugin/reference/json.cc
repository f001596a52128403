// Writes the reference as JSON. docs/cli.md describes its keys, and read_json.cc reads it.

#include "marshal/json.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/error.h"
#include "plugin/reference/json_values.h"
#include "plugin/reference/reference_data.h"

namespace hookline {

namespace detail {

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

// Describes each of the rows by `describe`.
List list(const auto& rows, auto describe) {
  List out;
  for (const auto& row : rows) {
    out.push_back(describe(row));
  }
  return out;
}

Dict describe_hook(const ReferenceData& data, std::size_t hook) {
  const HookRow& row = data.hooks[hook];
  const HookTexts& texts = data.hook_texts[hook];
  List arguments;
  for (std::size_t i = 0; i < row.kinds.size(); ++i) {
    arguments.emplace_back(
        object(field("name", row.names.at(i)), field("type", type_of_kind(row.kinds[i]))));
  }
  return object(field("name", row.name), field("arguments", std::move(arguments)),
                field("allows_fewer", row.allows_fewer), field("rule", text_of(row.rule).name),
                field("when", texts.when), field("result", texts.result),
                field("example", trim_lines(texts.example)));
}

Value describe_called(const CalledFunction& called) {
  return object(field("name", called.name), field("arguments", called.arguments),
                field("returns", called.returns), field("when", called.when),
                field("example", trim_lines(called.example)));
}

// A default of None is left out, and so is the "| None" of its type.
Value describe_parameter(const Parameter& parameter) {
  const bool has_none = parameter.fallback && parameter.fallback->is_none();
  Dict out = object(field("name", parameter.name),
                    field("type", has_none ? without_none(parameter.type) : parameter.type),
                    field("optional", parameter.fallback.has_value()));
  if (parameter.fallback && !has_none) {
    out.items.push_back(field("default", json_value(*parameter.fallback)));
  }
  return out;
}

// Functions that take any arguments have None in place of a list.
Value describe_parameters(const HostFunction& function) {
  return function.parameters ? Value(list(*function.parameters, &describe_parameter)) : Value();
}

Value describe_method(const std::shared_ptr<const HostFunction>& method) {
  return object(field("name", method->name), field("arguments", describe_parameters(*method)),
                field("returns", method->returns), field("help", method->doc));
}

Dict describe_function(const ReferenceData& data, const HostFunction& function) {
  const FunctionTexts* const texts = find_texts(data, function.name);
  Dict out =
      object(field("name", function.name), field("arguments", describe_parameters(function)),
             field("returns", function.returns),
             field("runs_on", function.runs_on == RunsOn::kCaller ? "caller" : "host"),
             field("is_read", static_cast<bool>(function.read)), field("help", function.doc),
             field("group", texts == nullptr ? "" : texts->group),
             field("example", texts == nullptr ? std::string_view() : trim_lines(texts->example)));
  if (function.result_class) {
    out.items.push_back(field("methods", list(function.result_class->methods(), &describe_method)));
  }
  return out;
}

Value describe_value(const Attribute& value) {
  return object(field("name", value.name), field("value", json_value(value.value)),
                field("type", kind_name(value.value.kind())), field("help", value.doc));
}

}  // namespace

Dict reference_dict(const ReferenceData& data) {
  List hooks;
  for (std::size_t i = 0; i < data.hooks.size(); ++i) {
    hooks.emplace_back(describe_hook(data, i));
  }
  const auto describe_core = [&data](const CoreEntry& core) {
    const FunctionTexts* const texts = find_texts(data, core.name);
    return object(
        field("name", core.name), field("means", core.means), field("signature", core.signature),
        field("help", core.doc), field("group", texts == nullptr ? "" : texts->group),
        field("example", texts == nullptr ? std::string_view() : trim_lines(texts->example)));
  };
  const ModuleData& module = *data.module;
  return object(
      field("module", module.name), field("help", module.doc), field("hooks", std::move(hooks)),
      field("other_hooks", list(data.called, &describe_called)), field("farewell", data.farewell),
      field("functions",
            list(module.functions,
                 [&data](const auto& each) { return describe_function(data, *each); })),
      field("extras", list(module.core_functions, describe_core)),
      field("groups", list(groups_of(data), [](const std::string& group) { return Value(group); })),
      field("attributes", list(module.attributes, &describe_value)),
      field("script_attributes", list(module.core_attributes, describe_core)),
      field("constants", list(module.constants, &describe_value)));
}

}  // namespace detail

Result<std::string> Reference::json() const {
  return detail::to_json(detail::reference_dict(*data_));
}

}  // namespace hookline
