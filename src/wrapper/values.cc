#include "wrapper/values.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "hookline/verlihub/hooks.h"
#include "marshal/format.h"
#include "wrapper/args.h"
#include "wrapper/hub_json.h"

namespace hookline::wrapper {
namespace {

static_assert(sizeof(long) == sizeof(std::int64_t));

Result<Value> read_level(const w_Targs& args, std::span<const detail::FormatItem> items,
                         const TextCodec& codec, List& out);

List read_texts(char* const* texts) {
  List out;
  for (; *texts != nullptr; ++texts) {
    out.emplace_back(*texts);
  }
  return out;
}

Result<Value> read_one(const w_Telement& element, std::span<const detail::FormatItem> nested,
                       const TextCodec& codec) {
  switch (element.type) {
    case 'l':
      return element.l;
    case 'd':
      return element.d;
    case 's':
      return element.s == nullptr ? Value() : Value(element.s);
    case 'D':
      return element.s == nullptr ? Value() : from_hub_json(element.s, codec);
    case 'L':
      return element.L == nullptr ? Value() : Value(read_texts(element.L));
    case 'T': {
      Tuple tuple;
      auto read =
          element.p != nullptr
              ? read_level(*static_cast<const w_Targs*>(element.p), nested, codec, tuple.items)
              : fail(ErrorCode::kBadArguments, "a T(...) has a null pointer");
      return read ? Result<Value>(std::move(tuple)) : read;
    }
    case 'O':
      return element.O == nullptr
                 ? Result<Value>()
                 : fail(ErrorCode::kUnsupportedType,
                        "a Python object (O) cannot be passed to a script, whose interpreter is "
                        "another one: pass its value");
    default:
      return static_cast<long>(reinterpret_cast<std::intptr_t>(element.p));
  }
}

// Appends the values to `out`. Returns None, or the error.
Result<Value> read_level(const w_Targs& args, std::span<const detail::FormatItem> items,
                         const TextCodec& codec, List& out) {
  for (std::size_t i = 0, at = 0; i < items.size(); i += 1 + items[i].nested, ++at) {
    const w_Telement& element = args.args[at];
    if (element.type != items[i].type) {
      return fail(ErrorCode::kBadArguments, "argument " + std::to_string(at + 1) +
                                                " is not of the type that its format \"" +
                                                args.format + "\" says: make them with w_pack");
    }
    auto value = read_one(element, items.subspan(i + 1, items[i].nested), codec);
    if (!value) {
      value.error().message = "argument " + std::to_string(at + 1) + ": " + value.error().message;
      return value;
    }
    out.push_back(*std::move(value));
  }
  return {};
}

Result<w_Telement> owned_text(char type, const std::string& text) {
  if (text.contains('\0')) {
    return fail(ErrorCode::kBadArguments,
                "the result is a text with a NUL character in it, where C text would end");
  }
  return text_element(type, c_copy(text));
}

OwnedArgs own(std::string_view format, std::span<const w_Telement> elements) {
  return OwnedArgs(make_args(format, elements).release());
}

OwnedArgs own_number(long number) { return own("l", std::array{number_element(number)}); }

Result<OwnedArgs> own_text(char type, const std::string& text) {
  const auto element = owned_text(type, text);
  if (!element) {
    return std::unexpected(element.error());
  }
  return own(std::string_view(&type, 1), std::array{*element});
}

bool is_container(const Value& value) {
  switch (value.kind()) {
    case Kind::kList:
    case Kind::kTuple:
    case Kind::kSet:
    case Kind::kFrozenSet:
    case Kind::kDict:
      return true;
    default:
      return false;
  }
}

std::optional<long> as_number(const Value& value) {
  if (const auto* flag = value.as<bool>()) {
    return *flag ? 1 : 0;
  }
  if (const auto* number = value.as<std::int64_t>()) {
    return *number;
  }
  return std::nullopt;
}

Result<OwnedArgs> no_meaning(Hook hook, const Value& value) {
  return fail(ErrorCode::kBadArguments, std::string(verlihub::hook_row(hook).name) + " returned " +
                                            value.repr().substr(0, 200) +
                                            ", which it has no meaning for; the event goes on");
}

// Makes the result for (str, int): a line for the connection, and the decision.
Result<OwnedArgs> line_and_decision(const std::string& line, long decision) {
  const auto element = owned_text('s', line);
  if (!element) {
    return std::unexpected(element.error());
  }
  return own("sl", std::array{*element, number_element(decision)});
}

std::size_t replaceable_parts(Hook hook) {
  using verlihub::Replaces;
  switch (verlihub::replaces(verlihub::hook_row(hook))) {
    case Replaces::kChat:
      return 2;
    case Replaces::kMyInfo:
      return 5;
    case Replaces::kNothing:
      break;
  }
  return 0;
}

// Makes the result for a tuple of replacements: (str or None, ...).
Result<OwnedArgs> replacement(Hook hook, const Value& value, const Tuple& tuple) {
  if (tuple.items.empty() || tuple.items.size() != replaceable_parts(hook)) {
    return no_meaning(hook, value);
  }
  OwnedArgs args = own(std::string(tuple.items.size(), 's'),
                       std::vector(tuple.items.size(), text_element('s', nullptr)));
  for (std::size_t i = 0; i < tuple.items.size(); ++i) {
    if (const auto* text = tuple.items[i].as<std::string>()) {
      auto element = owned_text('s', *text);
      if (!element) {
        return std::unexpected(std::move(element.error()));
      }
      args->args[i] = *element;
    } else if (!tuple.items[i].is_none()) {
      return no_meaning(hook, value);
    }
  }
  return args;
}

Result<OwnedArgs> tuple_result(Hook hook, const Value& value, const Tuple& tuple) {
  if (tuple.items.size() == 2) {
    const auto* line = tuple.items[0].as<std::string>();
    const auto decision = as_number(tuple.items[1]);
    if (line != nullptr && decision) {
      return line_and_decision(*line, *decision);
    }
  }
  return replacement(hook, value, tuple);
}

// Converts numbers and text, which functions and hooks return alike. Returns nullopt for other
// types.
std::optional<Result<OwnedArgs>> scalar_result(const Value& value) {
  if (const auto number = as_number(value)) {
    return own_number(*number);
  }
  if (const auto* real = value.as<double>()) {
    return own("d", std::array{real_element(*real)});
  }
  if (const auto* text = value.as<std::string>()) {
    return own_text('s', *text);
  }
  return std::nullopt;
}

}  // namespace

Result<List> read_args(const w_Targs& args, const TextCodec& codec) {
  if (args.format == nullptr) {
    return fail(ErrorCode::kBadArguments, "the arguments have no format: make them with w_pack");
  }
  const auto format = detail::parse_format(args.format);
  if (!format) {
    return std::unexpected(format.error());
  }
  List values;
  auto read = read_level(args, format->items, codec, values);
  if (!read) {
    return std::unexpected(std::move(read.error()));
  }
  return values;
}

Result<OwnedArgs> function_result(const Value& value, const TextCodec& codec) {
  if (value.is_none()) {
    return nullptr;
  }
  if (auto scalar = scalar_result(value)) {
    return *std::move(scalar);
  }
  if (is_container(value)) {
    const auto json = to_hub_json(value, codec);
    return json ? own_text('D', *json) : std::unexpected(json.error());
  }
  return fail(ErrorCode::kUnsupportedType,
              "the result is of type '" + std::string(kind_name(value.kind())) +
                  (value.kind() == Kind::kBigInt ? "' beyond 64 bits" : "'") +
                  ", which has no format letter");
}

Result<OwnedArgs> hook_result(Hook hook, const Value& value) {
  if (value.is_none() || value.kind() == Kind::kBigInt) {
    return own_number(1);  // a big int is never zero
  }
  if (auto scalar = scalar_result(value)) {
    return *std::move(scalar);
  }
  if (const auto* tuple = value.as<Tuple>()) {
    return tuple_result(hook, value, *tuple);
  }
  return no_meaning(hook, value);
}

}  // namespace hookline::wrapper
