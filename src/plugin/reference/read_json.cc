// Reads the reference of a host from JSON, as json.cc writes it.

#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/convert.h"
#include "hookline/error.h"
#include "hookline/function.h"
#include "marshal/json.h"
#include "plugin/reference/json_entries.h"
#include "plugin/reference/json_values.h"
#include "plugin/reference/reference_data.h"
#include "plugin/types/hook_table.h"

namespace hookline {

namespace detail {

namespace {

std::unexpected<Error> bad(std::string text) {
  return fail(ErrorCode::kBadArguments, std::move(text));
}

std::vector<Parameter> parameters(std::vector<ArgumentEntry> arguments) {
  std::vector<Parameter> out;
  for (ArgumentEntry& argument : arguments) {
    const bool has_none = argument.optional && argument.fallback.is_none();
    Parameter parameter{.name = std::move(argument.name),
                        .fallback = std::nullopt,
                        .type = has_none ? with_none(argument.type) : argument.type};
    if (argument.optional) {
      parameter.fallback = std::move(argument.fallback);
    }
    // A function with `read` takes texts only.
    parameter.accepts = argument.type == "str" ? Accepts::kStr : Accepts::kAnything;
    out.push_back(std::move(parameter));
  }
  return out;
}

// Makes what methods and functions have in common. Nobody is there to answer a call.
HostFunction base_function(std::string name, ArgumentEntries arguments, std::string returns,
                           std::string help) {
  HostFunction made{.name = std::move(name), .returns = std::move(returns), .doc = std::move(help)};
  if (arguments) {
    made.parameters = parameters(*std::move(arguments));
  }
  made.call = [name = made.name](std::span<const Value> /*args*/,
                                 const Caller& /*caller*/) -> Result<Value> {
    return fail(ErrorCode::kShuttingDown,
                name + "() needs the host, and there is none here: run the script in its host");
  };
  return made;
}

Result<std::shared_ptr<const ResourceClass>> resource_class(const std::string& module,
                                                            const std::string& name,
                                                            std::vector<MethodEntry> methods) {
  auto made = std::make_shared<ResourceClass>(module, name, RunsOn::kHost);
  for (MethodEntry& method : methods) {
    HostFunction function = base_function(std::move(method.name), std::move(method.arguments),
                                          std::move(method.returns), std::move(method.help));
    function.module = module;
    function.owner = name;
    if (auto added = made->add(std::move(function)); !added) {
      return std::unexpected(std::move(added.error()));
    }
  }
  return made;
}

Result<HostFunction> make_function(const std::string& module, FunctionEntry entry) {
  HostFunction made = base_function(std::move(entry.name), std::move(entry.arguments),
                                    std::move(entry.returns), std::move(entry.help));
  made.runs_on = entry.runs_on == "caller" ? RunsOn::kCaller : RunsOn::kHost;
  made.keeps_gil = made.runs_on == RunsOn::kCaller;
  if (entry.is_read) {
    made.read = [call = made.call](std::span<const std::string_view> /*texts*/,
                                   const Caller& caller) { return call({}, caller); };
  }
  if (entry.methods) {
    auto type = resource_class(module, made.name, *std::move(entry.methods));
    if (!type) {
      return std::unexpected(std::move(type.error()));
    }
    made.result_class = *std::move(type);
  }
  return made;
}

void add_functions(std::vector<FunctionEntry> entries, Module& module, ReferenceData& data) {
  for (FunctionEntry& entry : entries) {
    if (!entry.group.empty() || !entry.example.empty()) {
      data.functions.push_back({.name = entry.name,
                                .group = std::move(entry.group),
                                .example = std::move(entry.example)});
    }
    add_function(module, make_function(module.name(), std::move(entry)));
  }
}

void add_core(std::vector<CoreFields> entries, Module& module, ReferenceData& data) {
  for (CoreFields& entry : entries) {
    if (!entry.means.empty()) {
      module.rename(entry.means, entry.name);
    }
    if (!entry.group.empty() || !entry.example.empty()) {
      data.functions.push_back({.name = std::move(entry.name),
                                .group = std::move(entry.group),
                                .example = std::move(entry.example)});
    }
  }
}

Result<HookRow> make_row(HookEntry& entry, ReferenceData& data) {
  const auto keep = [&data](std::string text) -> std::string_view {
    return data.texts.emplace_back(std::move(text));
  };
  HookRow row{.name = keep(std::move(entry.name)), .kinds = {}};
  if (entry.arguments.size() > HookRow::kMostArguments) {
    return bad("the hook '" + std::string(row.name) + "' has more than " +
               std::to_string(HookRow::kMostArguments) + " arguments");
  }
  std::string kinds;
  for (std::size_t i = 0; i < entry.arguments.size(); ++i) {
    row.names.at(i) = keep(std::move(entry.arguments[i].name));
    const std::string& type = entry.arguments[i].type;
    kinds += kind_of_type(type);
    if (kinds.back() == '\0') {
      return bad("the hook '" + std::string(row.name) + "' has an argument of the type '" + type +
                 "', which is not one of str, bytes, int, float, bool, Any");
    }
  }
  row.kinds = keep(std::move(kinds));
  row.allows_fewer = entry.allows_fewer;
  row.rule = find_rule(entry.rule);
  if (row.rule == nullptr) {
    return bad("the hook '" + std::string(row.name) + "' has the rule '" + entry.rule +
               "', which is not one of observe, veto, last_replacement, first_answer, "
               "all_answers, own");
  }
  return row;
}

Result<void> add_hooks(std::vector<HookEntry> entries, ReferenceData& data) {
  for (HookEntry& entry : entries) {
    auto row = make_row(entry, data);
    if (!row) {
      return std::unexpected(std::move(row.error()));
    }
    data.hooks.push_back(*row);
    data.hook_texts.push_back({.when = std::move(entry.when),
                               .result = std::move(entry.result),
                               .example = std::move(entry.example)});
  }
  return HookTable::check(data.hooks);
}

Result<ReferenceData> make_data(HostEntry entry) {
  ReferenceData data;
  Module module(std::move(entry.module), std::move(entry.help));
  for (ValueEntry& value : entry.attributes) {
    module.attribute(std::move(value.name), value_of_type(std::move(value.value), value.type),
                     std::move(value.help));
  }
  for (ValueEntry& value : entry.constants) {
    module.constant(std::move(value.name), value_of_type(std::move(value.value), value.type),
                    std::move(value.help));
  }
  add_functions(std::move(entry.functions), module, data);
  add_core(std::move(entry.extras), module, data);
  add_core(std::move(entry.script_attributes), module, data);
  std::ranges::stable_sort(data.functions, {}, [&entry](const FunctionTexts& texts) {
    return std::ranges::find(entry.groups, texts.group) - entry.groups.begin();
  });
  if (auto checked = module.check(); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  if (auto added = add_hooks(std::move(entry.hooks), data); !added) {
    return std::unexpected(std::move(added.error()));
  }
  data.module = ModuleAccess::data(module);
  data.farewell = std::move(entry.farewell);
  data.called = std::move(entry.other_hooks);
  if (!data.farewell.empty() &&
      std::ranges::find(data.called, data.farewell, &CalledFunction::name) == data.called.end()) {
    data.called.push_back(farewell_function(data.farewell));
  }
  return data;
}

}  // namespace

}  // namespace detail

Result<Reference> Reference::from_json(std::string_view json) {
  Result<Value> value = detail::from_json(json);
  if (!value) {
    return std::unexpected(std::move(value.error()));
  }
  auto entry = Converter<detail::HostEntry>::read(*value, ValuePath("host"));
  if (!entry) {
    return std::unexpected(std::move(entry.error()));
  }
  auto data = detail::make_data(*std::move(entry));
  if (!data) {
    return std::unexpected(std::move(data.error()));
  }
  return detail::ReferenceAccess::make(*std::move(data));
}

}  // namespace hookline
