#include "wrapper/hub_json.h"

#include <type_traits>
#include <utility>
#include <vector>

#include "marshal/ascii.h"
#include "marshal/json.h"
#include "marshal/utf8.h"

namespace hookline {
namespace {

// Where surrogateescape puts the bytes from 0x80 on: at U+DC80.
constexpr char32_t kEscapedBytes = 0xDC00;

bool is_escaped_byte(char32_t point) {
  return point >= kEscapedBytes + 0x80 && point <= kEscapedBytes + 0xFF;
}

std::string bytes_to_text(std::string_view bytes) {
  std::string text;
  for (std::size_t at = 0; at < bytes.size();) {
    const CodePoint point = decode_code_point(bytes, at);
    if (point.size != 0 && !is_surrogate(point.value)) {
      text.append(bytes, at, point.size);
      at += point.size;
    } else {
      append_code_point(text, kEscapedBytes + static_cast<unsigned char>(bytes[at]));
      ++at;
    }
  }
  return text;
}

std::string text_to_bytes(std::string_view text) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_code_point(text, at);
    if (is_escaped_byte(point.value)) {
      bytes += static_cast<char>(point.value - kEscapedBytes);
    } else {
      bytes.append(text, at, point.size);
    }
    at += point.size;
  }
  return bytes;
}

// A copy with each text beyond ASCII replaced by what `change` makes of it.
template <class Change>
Value change_texts(const Value& value, Change change) {
  const auto change_items = [&](const std::vector<Value>& items) {
    std::vector<Value> out;
    out.reserve(items.size());
    for (const Value& item : items) {
      out.push_back(change_texts(item, change));
    }
    return out;
  };
  return value.visit([&](const auto& content) -> Value {
    using Content = std::remove_cvref_t<decltype(content)>;
    if constexpr (std::is_same_v<Content, std::string>) {
      return is_ascii(content) ? content : change(content);
    } else if constexpr (std::is_same_v<Content, List>) {
      return change_items(content);
    } else if constexpr (requires { content.items.front().first; }) {
      Dict out;
      for (const auto& [key, item] : content.items) {
        out.items.emplace_back(change_texts(key, change), change_texts(item, change));
      }
      return out;
    } else if constexpr (requires { content.items; }) {
      return Content{change_items(content.items)};
    } else if constexpr (std::is_same_v<Content, std::monostate>) {
      return {};
    } else {
      return content;
    }
  });
}

Error beyond_ascii(const TextCodec& codec) {
  return {.code = ErrorCode::kEncodingError,
          .message = "JSON is UTF-8, and the hub's encoding is " + codec.encoding() +
                     ": pass text beyond ASCII as a str of its own"};
}

bool has_only_ascii(const Value& value) {
  bool ascii = true;
  (void)change_texts(value, [&ascii](const std::string& text) {
    ascii = false;
    return Value(text);
  });
  return ascii;
}

}  // namespace

Result<std::string> to_hub_json(const Value& value, const TextCodec& codec) {
  if (codec.is_utf8()) {
    return to_json(
        change_texts(value, [](const std::string& bytes) { return Value(bytes_to_text(bytes)); }));
  }
  if (!has_only_ascii(value)) {
    return std::unexpected(beyond_ascii(codec));
  }
  return to_json(value);
}

Result<Value> from_hub_json(std::string_view text, const TextCodec& codec) {
  auto value = from_json(text);
  if (!value) {
    return value;
  }
  if (codec.is_utf8()) {
    return change_texts(*value,
                        [](const std::string& exact) { return Value(text_to_bytes(exact)); });
  }
  if (!has_only_ascii(*value)) {
    return std::unexpected(beyond_ascii(codec));
  }
  return value;
}

}  // namespace hookline
