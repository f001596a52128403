#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "hookline/detail/value_path.h"
#include "marshal/json.h"
#include "marshal/utf8.h"

namespace hookline::detail {

namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Returns whether the byte begins a character in UTF-8.
bool is_first_byte(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

// Applies Python's rule for a repeated key: the last value, at the position of the first.
void drop_repeated_keys(Dict& dict) {
  auto& items = dict.items;
  std::vector<std::size_t> order(items.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
  }
  const auto key_of = [&items](std::size_t i) -> const std::string& {
    return *items[i].first.as<std::string>();
  };
  std::ranges::stable_sort(order, {}, key_of);
  std::vector<bool> repeated(items.size());
  bool any = false;
  std::size_t first = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (key_of(order[i]) != key_of(order[first])) {
      first = i;
      continue;
    }
    std::swap(items[order[first]].second, items[order[i]].second);
    repeated[order[i]] = any = true;
  }
  if (any) {
    std::size_t i = 0;
    std::erase_if(items, [&](const auto& /*item*/) { return repeated[i++]; });
  }
}

// Returns whether a decimal number that no double can hold is too large rather than too close to
// zero.
bool is_overflow(std::string_view number) {
  const std::size_t e = number.find_first_of("eE");
  std::int64_t exponent = 0;
  if (e != std::string_view::npos) {
    std::string_view digits = number.substr(e + 1);
    digits.remove_prefix(digits.starts_with('+') ? 1 : 0);
    const auto [end, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (status == std::errc::result_out_of_range) {
      return !digits.starts_with('-');
    }
  }
  const std::string_view mantissa = number.substr(0, e);
  const std::size_t significant = mantissa.find_first_of("123456789");
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  return exponent > static_cast<std::int64_t>(significant) - static_cast<std::int64_t>(point);
}

// Is a strict recursive descent parser (RFC 8259). Each function moves at_ past what it has read,
// or to the place of the error.
class JsonReader {
 public:
  JsonReader(std::string_view text, int max_depth)
      : text_(text), max_depth_(std::clamp(max_depth, 0, kLargestMaxDepth)) {}

  [[nodiscard]] Result<Value> read() {
    Value value;
    if (text_.starts_with(kByteOrderMark)) {
      fail("JSON may not begin with a byte order mark");
    } else if (read_value(value)) {
      skip_space();
      if (at_ == text_.size()) {
        return value;
      }
      fail("nothing may follow the value");
    }
    return std::unexpected(std::move(error_));
  }

 private:
  bool read_value(Value& value) {
    skip_space();
    switch (peek()) {
      case '{':
        return read_object(value);
      case '[':
        return read_array(value);
      case '"': {
        std::string text;
        const bool good = read_string(text);
        value = std::move(text);
        return good;
      }
      case 't':
        return read_word("true", true, value);
      case 'f':
        return read_word("false", false, value);
      case 'n':
        return read_word("null", nullptr, value);
      default:
        return read_number(value);
    }
  }

  bool read_array(Value& value) {
    List list;
    if (!enter()) {
      return false;
    }
    if (!take_after_space(']')) {
      do {
        if (!read_value(list.emplace_back())) {
          return false;
        }
      } while (take_after_space(','));
      if (!take(']')) {
        return fail("expected ',' or ']'");
      }
    }
    --depth_;
    value = std::move(list);
    return true;
  }

  bool read_object(Value& value) {
    Dict dict;
    if (!enter()) {
      return false;
    }
    if (!take_after_space('}')) {
      do {
        if (!read_member(dict)) {
          return false;
        }
      } while (take_after_space(','));
      if (!take('}')) {
        return fail("expected ',' or '}'");
      }
    }
    --depth_;
    drop_repeated_keys(dict);
    value = std::move(dict);
    return true;
  }

  bool read_member(Dict& dict) {
    skip_space();
    if (peek() != '"') {
      return fail("expected a key in double quotes");
    }
    std::string key;
    if (!read_string(key)) {
      return false;
    }
    if (!take_after_space(':')) {
      return fail("expected ':'");
    }
    return read_value(dict.items.emplace_back(std::move(key), Value()).second);
  }

  bool read_word(std::string_view word, Value meaning, Value& value) {
    if (!text_.substr(at_).starts_with(word)) {
      return fail("expected a value");
    }
    at_ += word.size();
    value = std::move(meaning);
    return true;
  }

  bool read_number(Value& value) {
    const std::size_t begin = at_;
    const bool negative = take('-');
    if (!is_digit(peek())) {
      return fail(negative ? "expected a digit" : "expected a value");
    }
    if (!take('0')) {
      skip_digits();
    }
    bool integer = true;
    if (take('.')) {
      integer = false;
      if (!skip_digits()) {
        return fail("expected a digit");
      }
    }
    if (take('e') || take('E')) {
      integer = false;
      if (!take('+')) {
        take('-');
      }
      if (!skip_digits()) {
        return fail("expected a digit");
      }
    }
    const std::string_view number = text_.substr(begin, at_ - begin);
    if (integer) {
      value = to_integer(number);
      return true;
    }
    return read_double(number, value);
  }

  static Value to_integer(std::string_view digits) {
    std::int64_t number = 0;
    const auto [end, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (status == std::errc::result_out_of_range) {
      return BigInt{std::string(digits)};
    }
    return number;
  }

  bool read_double(std::string_view digits, Value& value) {
    double number = 0;
    const auto [end, status] =
        std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (status == std::errc::result_out_of_range) {
      if (is_overflow(digits)) {
        at_ -= digits.size();
        return fail("the number is too large for a float");
      }
      number = digits.starts_with('-') ? -0.0 : 0.0;
    }
    value = number;
    return true;
  }

  bool read_string(std::string& out) {
    ++at_;
    for (;;) {
      const std::size_t begin = at_;
      while (at_ < text_.size() && is_plain_in_json(text_[at_])) {
        ++at_;
      }
      out += text_.substr(begin, at_ - begin);
      if (at_ == text_.size()) {
        return fail("the string does not end");
      }
      if (take('"')) {
        return true;
      }
      if (!(take('\\') ? read_escape(out) : read_code_point(out))) {
        return false;
      }
    }
  }

  // Reads a code point beyond ASCII, in UTF-8.
  bool read_code_point(std::string& out) {
    const CodePoint point = decode_code_point(text_, at_);
    if (point.size == 1) {
      return fail("a control character in a string has to be escaped");
    }
    if (point.size == 0 || is_surrogate(point.value)) {
      return fail("not valid UTF-8");
    }
    out += text_.substr(at_, point.size);
    at_ += point.size;
    return true;
  }

  bool read_escape(std::string& out) {
    constexpr std::string_view kNames = "\"\\/bfnrt";
    constexpr std::string_view kNamed = "\"\\/\b\f\n\r\t";
    const std::size_t named = kNames.find(peek());
    if (at_ < text_.size() && named != std::string_view::npos) {
      out += kNamed[named];
      ++at_;
      return true;
    }
    if (!take('u')) {
      return fail("unknown escape");
    }
    return read_unicode_escape(out);
  }

  // Reads the part after "\u". A surrogate pair of two escapes is one code point; a lone surrogate
  // is kept, as in Python.
  bool read_unicode_escape(std::string& out) {
    const std::optional<char32_t> unit = read_hex_unit();
    if (!unit) {
      return fail("expected four hex digits");
    }
    char32_t code_point = *unit;
    if (is_high_surrogate(code_point) && text_.substr(at_).starts_with("\\u")) {
      const std::size_t before = at_;
      at_ += 2;
      const std::optional<char32_t> low = read_hex_unit();
      if (low && is_low_surrogate(*low)) {
        code_point = 0x10000 + ((code_point - 0xD800) << 10U) + (*low - 0xDC00);
      } else {
        at_ = before;
      }
    }
    append_code_point(out, code_point);
    return true;
  }

  static bool is_high_surrogate(char32_t unit) { return unit >= 0xD800 && unit < 0xDC00; }
  static bool is_low_surrogate(char32_t unit) { return unit >= 0xDC00 && unit < 0xE000; }

  std::optional<char32_t> read_hex_unit() {
    constexpr std::size_t kDigits = 4;
    if (text_.size() - at_ < kDigits) {
      return std::nullopt;
    }
    char32_t unit = 0;
    for (const char digit : text_.substr(at_, kDigits)) {
      const int number = hex_value(digit);
      if (number < 0) {
        return std::nullopt;
      }
      unit = unit * 16 + static_cast<char32_t>(number);
    }
    at_ += kDigits;
    return unit;
  }

  // Takes the opening bracket of a container.
  bool enter() {
    if (depth_ == max_depth_) {
      return fail("nested deeper than " + std::to_string(max_depth_) + " levels",
                  ErrorCode::kValueTooDeep);
    }
    ++depth_;
    ++at_;
    return true;
  }

  // Returns the next character; at the end NUL, which the grammar does not allow anywhere.
  [[nodiscard]] char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) {
      return false;
    }
    ++at_;
    return true;
  }

  bool take_after_space(char c) {
    skip_space();
    return take(c);
  }

  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  bool skip_digits() {
    const std::size_t begin = at_;
    while (is_digit(peek())) {
      ++at_;
    }
    return at_ != begin;
  }

  bool fail(std::string_view what, ErrorCode code = ErrorCode::kBadArguments) {
    const std::string_view before = text_.substr(0, at_);
    const auto line = std::ranges::count(before, '\n') + 1;
    const std::size_t line_begin = before.rfind('\n') + 1;  // npos + 1 is 0
    const auto column = std::ranges::count_if(before.substr(line_begin), is_first_byte) + 1;
    std::string message =
        "JSON, line " + std::to_string(line) + ", column " + std::to_string(column) + ": ";
    message +=
        at_ == text_.size() && code == ErrorCode::kBadArguments ? "the text ends here, " : "";
    message += what;
    error_ = Error{.code = code, .message = std::move(message)};
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  int max_depth_;
  Error error_;
};

}  // namespace

Result<Value> from_json(std::string_view text, int max_depth) {
  return JsonReader(text, max_depth).read();
}

}  // namespace hookline::detail
