#include "hookline/verlihub/module.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/function.h"
#include "hookline/future.h"
#include "verlihub/constants.h"
#include "verlihub/module_parts.h"
#include "verlihub/signature.h"
#include "verlihub/text.h"

namespace hookline::verlihub {

namespace {

using detail::add_function;
using detail::HostFunction;

constexpr const char* kVersion = "2.0.0 (hookline)";

std::string doc_of(const VhRow& row) {
  std::string doc(row.help);
  if (!row.details.empty()) {
    doc.append(" ").append(row.details);
  }
  return doc;
}

// Says what the constants of a prefix are.
std::string doc_of(const VhConstant& constant) {
  const std::string_view name = constant.name;
  return name.starts_with("eCR_")    ? "A reason for closing a connection."
         : name.starts_with("eBOT_") ? "A result of IsRobotNickBad."
                                     : "A type of bans.";
}

HostFunction make_function(Vh function, Functions& functions, Reads reads) {
  HostFunction made = describe(vh_row(function), reads);
  if (made.runs_on == RunsOn::kHost && !made.is_send) {
    made.start = [&functions, function](std::span<const Value> args, const Caller& caller) {
      return functions.start(function, args, caller);
    };
    return made;
  }
  made.call = [&functions, function](std::span<const Value> args, const Caller& caller) {
    return functions.call(function, args, caller);
  };
  if (may_read(made)) {
    made.read = [&functions, function](std::span<const std::string_view> texts,
                                       const Caller& caller) {
      return functions.read(function, texts, caller);
    };
  }
  return made;
}

using Transform = std::string (*)(std::string_view);

// Makes a function from text to text that does not need the hub.
HostFunction make_transform(std::string name, Transform transform, std::string doc) {
  return {
      .name = std::move(name),
      .runs_on = RunsOn::kCaller,
      .keeps_gil = true,
      .text = TextMode::kExact,
      .parameters = {{{.name = "text",
                       .fallback = std::nullopt,
                       .type = "str",
                       .accepts = detail::Accepts::kStr}}},
      .returns = "str",
      .doc = std::move(doc),
      .call = [transform](std::span<const Value> args, const Caller& /*caller*/) -> Result<Value> {
        return transform(*args[0].as<std::string>());
      },
      .read = [transform](std::span<const std::string_view> texts, const Caller& /*caller*/)
          -> Result<Value> { return transform(texts[0]); }};
}

struct Escape {
  const char* name;
  Transform transform;
  const char* doc;
};

constexpr auto kEscapes = std::to_array<Escape>({
    {"encode", &encode,
     "Escapes the characters that have a meaning in NMDC: `$ | ~`, the backtick, and byte 5."},
    {"Encode", &encode, "Does the same as encode()."},
    {"decode", &decode, "Reverses encode(), and returns the text as users see it."},
    {"Decode", &decode, "Does the same as decode()."},
});

// Says how scripts of Verlihub call what every module has.
struct ClassicalName {
  std::string_view means;
  const char* name;
};

constexpr auto kClassicalNames = std::to_array<ClassicalName>({
    {"introduce", "name_and_version"},
    {"call", "CallDynamicFunction"},
    {"script_id", "myid"},
});

}  // namespace

std::vector<Attribute> attributes(const Identity& identity) {
  return {
      {"botname", identity.bot_name, "The nick of the hub's own bot."},
      {"opchatname", identity.op_chat_name, "The nick of the operators' chat."},
      {"config_name", identity.config_name, "The conf of the hub's own variables, for GetConfig."},
      {"basedir", identity.base_dir,
       "The folder of the hub's configuration. Scripts should keep their files here."},
      {"starttime", identity.start_time,
       "The time when the hub was started, in seconds since the epoch."},
  };
}

HostFunction describe(const VhRow& row, Reads reads) {
  const bool on_caller = row.runs_on == RunsOn::kCaller && reads == Reads::kOnCaller;
  return {.name = row.name,
          .runs_on = on_caller ? RunsOn::kCaller : RunsOn::kHost,
          .keeps_gil = on_caller,
          .is_send = row.is_send,
          .parameters = parameters_of(row),
          .returns = std::string(row.returns),
          .doc = doc_of(row)};
}

bool may_read(const HostFunction& function) {
  return function.keeps_gil && function.parameters &&
         std::ranges::all_of(*function.parameters, [](const auto& parameter) {
           return parameter.accepts == detail::Accepts::kStr;
         });
}

std::vector<HostFunction> functions_of(Functions& functions, Reads reads) {
  std::vector<HostFunction> made;
  made.reserve(kVhFunctions.size());
  for (std::size_t i = 0; i < kVhFunctions.size(); ++i) {
    made.push_back(make_function(static_cast<Vh>(i), functions, reads));
  }
  return made;
}

Module module_with(std::vector<HostFunction> functions, const Identity& identity) {
  Module made("vh", "The hub that this script runs in.");
  for (const ClassicalName& each : kClassicalNames) {
    made.rename(each.means, each.name);
  }
  for (Attribute& attribute : attributes(identity)) {
    made.attribute(std::move(attribute.name), std::move(attribute.value), std::move(attribute.doc));
  }
  made.attribute("__version_string__", kVersion, "The version of this interface.");
  for (const VhConstant& constant : kVhConstants) {
    made.constant(constant.name, constant.value, doc_of(constant));
  }
  for (HostFunction& function : functions) {
    add_function(made, std::move(function));
  }
  for (const Escape& escape : kEscapes) {
    add_function(made, make_transform(escape.name, escape.transform, escape.doc));
  }
  return made;
}

Module module(Functions& functions, const Identity& identity, Reads reads) {
  return module_with(functions_of(functions, reads), identity);
}

}  // namespace hookline::verlihub
