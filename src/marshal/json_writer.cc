#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <variant>

#include "hookline/detail/value_path.h"
#include "marshal/json.h"
#include "marshal/number_text.h"
#include "marshal/utf8.h"

namespace hookline::detail {

namespace {

// Appends JSON to a string until the first error. Each write() returns false after an error.
class JsonWriter {
 public:
  explicit JsonWriter(int max_depth) : max_depth_(std::clamp(max_depth, 0, kLargestMaxDepth)) {}

  [[nodiscard]] Result<std::string> write(const Value& value) {
    if (!write(value, ValuePath("value"))) {
      return std::unexpected(std::move(error_));
    }
    return std::move(text_);
  }

 private:
  bool write(const Value& value, const ValuePath& at) {
    return value.visit([this, &at](const auto& data) { return write(data, at); });
  }

  bool write(std::monostate /*none*/, const ValuePath& /*at*/) { return put("null"); }
  bool write(bool flag, const ValuePath& /*at*/) { return put(flag ? "true" : "false"); }
  bool write(std::int64_t number, const ValuePath& /*at*/) { return put(std::to_string(number)); }
  bool write(const List& list, const ValuePath& at) { return write_array(list, at); }
  bool write(const Tuple& tuple, const ValuePath& at) { return write_array(tuple.items, at); }
  bool write(const Set& set, const ValuePath& at) { return write_array(set.items, at); }
  bool write(const FrozenSet& set, const ValuePath& at) { return write_array(set.items, at); }

  bool write(const Bytes& /*bytes*/, const ValuePath& at) {
    return fail(at, ErrorCode::kUnsupportedType, "JSON has no bytes");
  }
  bool write(const Handle& /*handle*/, const ValuePath& at) {
    return fail(at, ErrorCode::kUnsupportedType, "JSON has no handles");
  }

  bool write(const BigInt& number, const ValuePath& at) {
    if (!is_decimal_integer(number.digits)) {
      return fail(at, ErrorCode::kBadArguments, "a big int has to be decimal digits");
    }
    return put(number.digits);
  }

  bool write(double number, const ValuePath& at) {
    if (!std::isfinite(number)) {
      return fail(at, ErrorCode::kBadArguments, "JSON has no " + double_repr(number));
    }
    return put(double_repr(number));
  }

  bool write(const std::string& text, const ValuePath& at) {
    text_ += '"';
    for (std::size_t begin = 0; begin < text.size();) {
      const std::size_t end = end_of_plain_ascii(text, begin);
      text_.append(text, begin, end - begin);
      begin = end;
      if (begin < text.size() && !write_code_point(text, begin)) {
        return fail(at, ErrorCode::kEncodingError,
                    "not valid UTF-8 at byte " + std::to_string(begin));
      }
    }
    return put("\"");
  }

  bool write(const Dict& dict, const ValuePath& at) {
    ValuePath here(at, nullptr);
    if (!enter(here, at)) {
      return false;
    }
    text_ += '{';
    for (std::size_t i = 0; i < dict.items.size(); ++i) {
      const auto& [key, value] = dict.items[i];
      text_ += i == 0 ? "" : ",";
      here.at_nth_key(i);
      if (!write_key(key, here)) {
        return false;
      }
      text_ += ':';
      here.at_key(key);
      if (!write(value, here)) {
        return false;
      }
    }
    return put("}");
  }

  bool write_key(const Value& key, const ValuePath& at) {
    switch (key.kind()) {
      case Kind::kStr:
        return write(key, at);
      case Kind::kNone:
      case Kind::kBool:
      case Kind::kInt:
      case Kind::kBigInt:
      case Kind::kDouble:
        text_ += '"';
        return write(key, at) && put("\"");
      default:
        return fail(at, ErrorCode::kUnsupportedType,
                    "a JSON key cannot be a " + std::string(kind_name(key.kind())));
    }
  }

  bool write_array(const std::vector<Value>& items, const ValuePath& at) {
    ValuePath here(at, nullptr);
    if (!enter(here, at)) {
      return false;
    }
    text_ += '[';
    for (std::size_t i = 0; i < items.size(); ++i) {
      text_ += i == 0 ? "" : ",";
      here.at_index(i);
      if (!write(items[i], here)) {
        return false;
      }
    }
    return put("]");
  }

  // Escapes or copies the code point at `at` and moves on. Returns false if there is none.
  bool write_code_point(std::string_view text, std::size_t& at) {
    const CodePoint point = decode_code_point(text, at);
    if (point.size == 0) {
      return false;
    }
    if (is_surrogate(point.value)) {
      append_unicode_escape(text_, point.value);
    } else if (point.size > 1) {
      text_ += text.substr(at, point.size);
    } else {
      write_escape(text[at]);
    }
    at += point.size;
    return true;
  }

  void write_escape(char c) {
    constexpr std::string_view kNamed = "\"\\\b\f\n\r\t";
    constexpr std::string_view kNames = "\"\\bfnrt";
    const std::size_t named = kNamed.find(c);
    if (named == std::string_view::npos) {
      append_unicode_escape(text_, static_cast<unsigned char>(c));
    } else {
      text_ += '\\';
      text_ += kNames[named];
    }
  }

  static std::size_t end_of_plain_ascii(std::string_view text, std::size_t begin) {
    const auto* end =
        std::find_if(text.begin() + begin, text.end(), [](char c) { return !is_plain_in_json(c); });
    return static_cast<std::size_t>(end - text.begin());
  }

  bool enter(const ValuePath& here, const ValuePath& at) {
    return here.depth() <= max_depth_ ||
           fail(at, ErrorCode::kValueTooDeep,
                "nested deeper than " + std::to_string(max_depth_) + " levels");
  }

  bool put(std::string_view text) {
    text_ += text;
    return true;
  }

  bool fail(const ValuePath& at, ErrorCode code, std::string_view what) {
    error_ = at.error(code, what);
    return false;
  }

  int max_depth_;
  std::string text_;
  Error error_;
};

}  // namespace

Result<std::string> to_json(const Value& value, int max_depth) {
  return JsonWriter(max_depth).write(value);
}

}  // namespace hookline::detail
