#include "wrapper/hub_json.h"

#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "marshal/json.h"
#include "marshal/utf8.h"

namespace hookline::wrapper {
namespace {

// surrogateescape maps the bytes 0x80 to 0xFF to U+DC80 to U+DCFF.
constexpr char32_t kEscapedBytes = 0xDC00;

bool is_escaped_byte(char32_t point) {
  return point >= kEscapedBytes + 0x80 && point <= kEscapedBytes + 0xFF;
}

// Returns the size of the code point at `at` that the JSON reader accepts, or 0 if there is none.
// On a hub that is not UTF-8 only ASCII counts.
std::size_t valid_at(std::string_view bytes, std::size_t at, const TextCodec& codec) {
  const detail::CodePoint point = detail::decode_code_point(bytes, at);
  const bool valid = codec.is_utf8() ? !detail::is_surrogate(point.value) : point.size == 1;
  return valid ? point.size : 0;
}

// Calls put_text(text) for each code point that the JSON reader accepts, and put_byte(byte) for
// each other byte, in their order.
template <class PutText, class PutByte>
void split(std::string_view bytes, const TextCodec& codec, PutText put_text, PutByte put_byte) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (const std::size_t size = valid_at(bytes, at, codec); size != 0) {
      put_text(bytes.substr(at, size));
      at += size;
    } else {
      put_byte(static_cast<unsigned char>(bytes[at++]));
    }
  }
}

std::string bytes_to_text(std::string_view bytes, const TextCodec& codec) {
  std::string text;
  split(
      bytes, codec, [&text](std::string_view valid) { text += valid; },
      [&text](unsigned char byte) { detail::append_code_point(text, kEscapedBytes + byte); });
  return text;
}

// Returns nullopt if the text can only be encoded by a Python codec.
std::optional<std::string> text_to_bytes(std::string_view text, const TextCodec& codec) {
  std::string bytes;
  for (std::size_t at = 0; at < text.size();) {
    const detail::CodePoint point = detail::decode_code_point(text, at);
    if (is_escaped_byte(point.value)) {
      bytes += static_cast<char>(point.value - kEscapedBytes);
    } else if (point.size > 1 && !codec.is_utf8()) {
      return std::nullopt;
    } else {
      bytes.append(text, at, point.size);
    }
    at += point.size;
  }
  return bytes;
}

// Replaces each byte that the JSON reader would reject by an escape. A byte behind a backslash
// stays, so that the reader reports it.
std::string escape_bytes(std::string_view json, const TextCodec& codec) {
  std::string text;
  bool escaping = false;
  split(
      json, codec,
      [&](std::string_view valid) {
        escaping = valid == "\\" && !escaping;
        text += valid;
      },
      [&](unsigned char byte) {
        if (escaping) {
          text += static_cast<char>(byte);
        } else {
          detail::append_unicode_escape(text, kEscapedBytes + byte);
        }
        escaping = false;
      });
  return text;
}

// Reverses escape_bytes(), for a hub whose text is not UTF-8.
std::string unescape_bytes(std::string_view json) {
  constexpr std::string_view kPrefix = "\\udc";  // two digits follow; the first is 8 or more
  constexpr std::size_t kLength = kPrefix.size() + 2;
  std::string bytes;
  for (std::size_t at = 0; at < json.size();) {
    const std::string_view rest = json.substr(at);
    if (rest.starts_with(kPrefix) && detail::hex_value(rest[kPrefix.size()]) >= 8) {
      bytes += static_cast<char>(detail::hex_value(rest[kPrefix.size()]) * 16 +
                                 detail::hex_value(rest[kLength - 1]));
      at += kLength;
    } else {
      const std::size_t size = rest.front() == '\\' ? 2 : 1;
      bytes += rest.substr(0, size);
      at += size;
    }
  }
  return bytes;
}

// Copies the value, and replaces each string that is not ASCII by change(string).
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
      return detail::is_ascii(content) ? content : change(content);
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
          .message =
              "the JSON has an escape (\\u) for text beyond ASCII: on a hub whose encoding "
              "is " +
              codec.encoding() + ", write the text in that encoding"};
}

}  // namespace

Result<std::string> to_hub_json(const Value& value, const TextCodec& codec) {
  auto json = detail::to_json(change_texts(
      value, [&codec](const std::string& bytes) { return Value(bytes_to_text(bytes, codec)); }));
  return json && !codec.is_utf8() ? unescape_bytes(*json) : std::move(json);
}

Result<Value> from_hub_json(std::string_view text, const TextCodec& codec) {
  auto value = detail::is_ascii(text) ? detail::from_json(text)
                                      : detail::from_json(escape_bytes(text, codec));
  if (!value) {
    return value;
  }
  bool good = true;
  Value changed = change_texts(*value, [&](const std::string& exact) {
    auto bytes = text_to_bytes(exact, codec);
    good = good && bytes.has_value();
    return bytes ? Value(*std::move(bytes)) : Value();
  });
  return good ? Result<Value>(std::move(changed)) : std::unexpected(beyond_ascii(codec));
}

}  // namespace hookline::wrapper
