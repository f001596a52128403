#include "hookline/verlihub/module.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/function.h"
#include "hookline/future.h"
#include "verlihub/constants.h"
#include "verlihub/notes.h"
#include "verlihub/signature.h"
#include "verlihub/text.h"

namespace hookline::verlihub {

namespace {

using detail::add_function;
using detail::HostFunction;

constexpr const char* kVersion = "2.0.0 (hookline)";

std::string doc_of(const VhRow& row) {
  std::string doc(row.help);
  if (const std::string_view details = note_of(row).details; !details.empty()) {
    doc.append(" ").append(details);
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

bool takes_texts_only(Vh function) {
  return std::ranges::all_of(signature(function), [](const detail::Parameter& parameter) {
    return parameter.accepts == detail::Accepts::kStr;
  });
}

HostFunction make_function(Vh function, Functions& functions, Reads reads) {
  const VhRow& row = vh_row(function);
  const auto call = [&functions, function](std::span<const Value> args, const Caller& caller) {
    return functions.call(function, args, caller);
  };
  HostFunction made{.name = row.name,
                    .runs_on = reads == Reads::kOnHost ? RunsOn::kHost : row.runs_on,
                    .parameters = signature(function),
                    .returns = std::string(note_of(row).type),
                    .doc = doc_of(row)};
  if (made.runs_on == RunsOn::kCaller) {
    made.keeps_gil = true;
    made.call = call;
    if (takes_texts_only(function)) {
      made.read = [&functions, function](std::span<const std::string_view> texts,
                                         const Caller& caller) {
        return functions.read(function, texts, caller);
      };
    }
  } else if (row.is_send) {
    made.is_send = true;
    made.call = call;
  } else {
    made.start = [&functions, function](std::span<const Value> args, const Caller& caller) {
      return functions.start(function, args, caller);
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

Module module(Functions& functions, const Identity& identity, Reads reads) {
  Module made("vh", "The hub that this script runs in.");
  for (Attribute& attribute : attributes(identity)) {
    made.attribute(std::move(attribute.name), std::move(attribute.value), std::move(attribute.doc));
  }
  made.attribute("__version_string__", kVersion, "The version of this interface.");
  for (const VhConstant& constant : kVhConstants) {
    made.constant(constant.name, constant.value, doc_of(constant));
  }
  for (std::size_t i = 0; i < kVhFunctions.size(); ++i) {
    add_function(made, make_function(static_cast<Vh>(i), functions, reads));
  }
  for (const Escape& escape : kEscapes) {
    add_function(made, make_transform(escape.name, escape.transform, escape.doc));
  }
  return made;
}

}  // namespace hookline::verlihub
