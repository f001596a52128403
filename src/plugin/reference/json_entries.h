#pragma once

#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "hookline/convert.h"
#include "hookline/value.h"
#include "plugin/reference/reference_data.h"

// Lists the objects of a file that Reference::json() has written, key by key. Keys that are not
// listed here are ignored, so that later versions may add some.

namespace hookline::detail {

struct ArgumentEntry {
  std::string name;
  std::string type;
  bool optional = false;
  Value fallback;
};

struct HookEntry {
  std::string name;
  std::vector<ArgumentEntry> arguments;
  bool allows_fewer = false;
  std::string rule = std::string(text_of(&observe).name);
  std::string when;
  std::string result;
  std::string example;
};

using ArgumentEntries = std::optional<std::vector<ArgumentEntry>>;

struct MethodEntry {
  std::string name;
  ArgumentEntries arguments;
  std::string returns;
  std::string help;
};

struct FunctionEntry {
  std::string name;
  ArgumentEntries arguments;
  std::string returns;
  std::string runs_on = "host";
  bool is_read = false;
  std::string help;
  std::string group;
  std::string example;
  std::optional<std::vector<MethodEntry>> methods;
};

// Describes what every module has. If `means` is missing, it is not renamed.
struct CoreFields {
  std::string name;
  std::string means;
  std::string group;
  std::string example;
};

struct ValueEntry {
  std::string name;
  Value value;
  std::string type;
  std::string help;
};

struct HostEntry {
  std::string module;
  std::string help;
  std::vector<HookEntry> hooks;
  std::vector<CalledFunction> other_hooks;
  std::string farewell = "UnLoad";
  std::vector<FunctionEntry> functions;
  std::vector<CoreFields> extras;
  std::vector<CoreFields> script_attributes;
  std::vector<std::string> groups;
  std::vector<ValueEntry> attributes;
  std::vector<ValueEntry> constants;
};

}  // namespace hookline::detail

namespace hookline {

template <>
struct Fields<detail::ArgumentEntry> {
  using Entry = detail::ArgumentEntry;
  static constexpr auto kAll = std::tuple{field("name", &Entry::name), field("type", &Entry::type),
                                          optional_field("optional", &Entry::optional),
                                          optional_field("default", &Entry::fallback)};
};
template <>
struct Fields<detail::HookEntry> {
  using Entry = detail::HookEntry;
  static constexpr auto kAll = std::tuple{
      field("name", &Entry::name),
      field("arguments", &Entry::arguments),
      optional_field("allows_fewer", &Entry::allows_fewer),
      optional_field("rule", &Entry::rule),
      optional_field("when", &Entry::when),
      optional_field("result", &Entry::result),
      optional_field("example", &Entry::example),
  };
};
template <>
struct Fields<detail::CalledFunction> {
  using Entry = detail::CalledFunction;
  static constexpr auto kAll =
      std::tuple{field("name", &Entry::name), field("arguments", &Entry::arguments),
                 optional_field("returns", &Entry::returns), optional_field("when", &Entry::when),
                 optional_field("example", &Entry::example)};
};
template <>
struct Fields<detail::MethodEntry> {
  using Entry = detail::MethodEntry;
  static constexpr auto kAll =
      std::tuple{field("name", &Entry::name), field("arguments", &Entry::arguments),
                 optional_field("returns", &Entry::returns), optional_field("help", &Entry::help)};
};
template <>
struct Fields<detail::FunctionEntry> {
  using Entry = detail::FunctionEntry;
  static constexpr auto kAll = std::tuple{
      field("name", &Entry::name),
      field("arguments", &Entry::arguments),
      optional_field("returns", &Entry::returns),
      optional_field("runs_on", &Entry::runs_on),
      optional_field("is_read", &Entry::is_read),
      optional_field("help", &Entry::help),
      optional_field("group", &Entry::group),
      optional_field("example", &Entry::example),
      optional_field("methods", &Entry::methods),
  };
};
template <>
struct Fields<detail::CoreFields> {
  using Entry = detail::CoreFields;
  static constexpr auto kAll = std::tuple{
      field("name", &Entry::name), optional_field("means", &Entry::means),
      optional_field("group", &Entry::group), optional_field("example", &Entry::example)};
};
template <>
struct Fields<detail::ValueEntry> {
  using Entry = detail::ValueEntry;
  static constexpr auto kAll =
      std::tuple{field("name", &Entry::name), field("value", &Entry::value),
                 optional_field("type", &Entry::type), optional_field("help", &Entry::help)};
};
template <>
struct Fields<detail::HostEntry> {
  using Entry = detail::HostEntry;
  static constexpr auto kAll = std::tuple{
      field("module", &Entry::module),
      optional_field("help", &Entry::help),
      field("hooks", &Entry::hooks),
      optional_field("other_hooks", &Entry::other_hooks),
      optional_field("farewell", &Entry::farewell),
      optional_field("functions", &Entry::functions),
      optional_field("extras", &Entry::extras),
      optional_field("script_attributes", &Entry::script_attributes),
      optional_field("groups", &Entry::groups),
      optional_field("attributes", &Entry::attributes),
      optional_field("constants", &Entry::constants),
  };
};

}  // namespace hookline
