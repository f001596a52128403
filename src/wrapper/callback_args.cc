#include "wrapper/callback_args.h"

#include <dlfcn.h>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "marshal/format.h"
#include "wrapper/hub_json.h"

namespace hookline::wrapper {
namespace {

// The const_cast only serves the C interface: callbacks do not modify or free their arguments.
Result<w_Telement> borrowed_text(char type, const std::string& text, std::size_t at) {
  if (text.contains('\0')) {
    return fail(ErrorCode::kBadArguments, "argument " + std::to_string(at + 1) +
                                              " has a NUL character, where C text would end");
  }
  return text_element(type, const_cast<char*>(text.c_str()));
}

// Converts None, numbers and text; other types and ints beyond 64 bits are errors. None becomes a
// null element of type `letter`.
Result<w_Telement> plain_element(const Value& value, char letter, std::size_t at) {
  if (const auto* text = value.as<std::string>()) {
    return borrowed_text('s', *text, at);
  }
  if (const auto* number = value.as<std::int64_t>()) {
    // NOLINTNEXTLINE(performance-no-int-to-ptr)
    return letter == 'p' ? w_Telement{.type = 'p', .p = reinterpret_cast<void*>(*number)}
                         // NOLINT(*-int-to-ptr)
                         : number_element(*number);
  }
  if (const auto* real = value.as<double>()) {
    return real_element(*real);
  }
  if (const auto* flag = value.as<bool>()) {
    return number_element(*flag ? 1 : 0);
  }
  if (value.is_none()) {
    w_Telement nothing{};
    nothing.type = letter;
    return nothing;
  }
  if (value.as<BigInt>() != nullptr) {
    return fail(ErrorCode::kUnsupportedType,
                "argument " + std::to_string(at + 1) + " is an int beyond 64 bits");
  }
  return fail(ErrorCode::kUnsupportedType, "argument " + std::to_string(at + 1) + " is of type '" +
                                               std::string(kind_name(value.kind())) +
                                               "', which has no format letter");
}

bool is_container(const Value& value) {
  const Kind kind = value.kind();
  return kind == Kind::kList || kind == Kind::kTuple || kind == Kind::kSet ||
         kind == Kind::kFrozenSet || kind == Kind::kDict;
}

bool is_static(const void* memory) {
  Dl_info info;
  return dladdr(memory, &info) != 0;
}

}  // namespace

Result<CallbackArgs> CallbackArgs::for_row(std::string_view format, std::span<const Value> values) {
  std::size_t given = values.size();
  while (given > 0 && values[given - 1].is_none()) {
    --given;
  }
  std::vector<w_Telement> elements;
  std::string sent;
  for (const char letter : format) {
    if (letter == '|') {
      continue;
    }
    const std::size_t at = elements.size();
    auto element = plain_element(values[at], letter == 'a' ? 's' : letter, at);
    if (!element) {
      return std::unexpected(std::move(element.error()));
    }
    if (at == given) {
      sent += '|';
    }
    sent += element->type;
    elements.push_back(*element);
  }
  CallbackArgs args;
  args.block_ = make_args(sent, elements);
  return args;
}

Result<CallbackArgs> CallbackArgs::for_values(std::span<const Value> values,
                                              const TextCodec& codec) {
  CallbackArgs args;
  std::vector<w_Telement> elements;
  std::string sent;
  for (const Value& value : values) {
    const std::size_t at = elements.size();
    Result<w_Telement> element;
    if (is_container(value)) {
      auto json = to_hub_json(value, codec);
      element = json ? borrowed_text('D', args.json_.emplace_back(*std::move(json)), at)
                     : std::unexpected(std::move(json.error()));
    } else {
      element = plain_element(value, 's', at);
    }
    if (!element) {
      return std::unexpected(std::move(element.error()));
    }
    sent += element->type;
    elements.push_back(*element);
  }
  args.block_ = make_args(sent, elements);
  return args;
}

CallbackResult::~CallbackResult() {
  if (result_ != nullptr && result_ != arguments_) {
    release(*result_);
    c_free(result_);
  }
}

void CallbackResult::release(w_Targs& args) const noexcept {
  const auto format = detail::parse_format(args.format != nullptr ? args.format : "");
  if (!format) {
    return;
  }
  const auto& items = format->items;
  for (std::size_t i = 0, at = 0; i < items.size(); i += 1 + items[i].nested, ++at) {
    const w_Telement& element = args.args[at];
    if (element.type != items[i].type) {
      return;  // the types are wrong: leaking is safer than freeing a wild pointer
    }
    if (element.type == 's' || element.type == 'D') {
      release(element.s);
    } else if (element.type == 'L' && element.L != nullptr) {
      for (char** text = element.L; *text != nullptr; ++text) {
        release(*text);
      }
      if (!is_static(static_cast<const void*>(element.L))) {
        c_free(static_cast<void*>(element.L));
      }
    }
  }
}

void CallbackResult::release(char* text) const noexcept {
  if (text != nullptr && !is_argument(text) && !is_static(text)) {
    c_free(text);
  }
}

bool CallbackResult::is_argument(const char* text) const noexcept {
  const auto format = detail::parse_format(arguments_->format);
  const std::size_t count = format ? format->items.size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const w_Telement& element = arguments_->args[i];
    if ((element.type == 's' || element.type == 'D') && element.s == text) {
      return true;
    }
  }
  return false;
}

}  // namespace hookline::wrapper
