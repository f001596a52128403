#include <cstddef>
#include <string>
#include <string_view>
#include <variant>

#include "hookline/value.h"
#include "marshal/number_text.h"
#include "marshal/utf8.h"

namespace hookline {

namespace {

void append_hex_escape(std::string& out, char byte) {
  const auto bits = static_cast<unsigned char>(byte);
  out += "\\x";
  out += detail::hex_digit(bits >> 4U);
  out += detail::hex_digit(bits);
}

// Writes Python literals.
class ReprWriter {
 public:
  [[nodiscard]] std::string take() { return std::move(out_); }

  void write(const Value& value) {
    value.visit([this](const auto& data) { write(data); });
  }

 private:
  void write(std::monostate /*none*/) { out_ += "None"; }
  void write(bool flag) { out_ += flag ? "True" : "False"; }
  void write(std::int64_t number) { out_ += std::to_string(number); }
  void write(const BigInt& number) { out_ += number.digits; }
  void write(double number) { out_ += detail::double_repr(number); }
  void write(const Handle& /*handle*/) { out_ += "<handle>"; }

  void write(const std::string& text) {
    const char quote = begin_quoted(text);
    for (std::size_t at = 0; at < text.size();) {
      const detail::CodePoint point = detail::decode_code_point(text, at);
      const std::size_t size = point.size == 0 ? 1 : point.size;
      if (detail::is_surrogate(point.value)) {
        detail::append_unicode_escape(out_, point.value);
      } else if (point.size > 1) {
        out_ += text.substr(at, size);
      } else {
        write_byte(text[at], quote);
      }
      at += size;
    }
    out_ += quote;
  }

  void write(const Bytes& bytes) {
    out_ += 'b';
    const char quote = begin_quoted(bytes.data);
    for (const char byte : bytes.data) {
      write_byte(byte, quote);
    }
    out_ += quote;
  }

  void write(const List& list) { write_items("[", list, "]"); }
  void write(const Tuple& tuple) {
    write_items("(", tuple.items, tuple.items.size() == 1 ? ",)" : ")");
  }

  void write(const Set& set) {
    if (set.items.empty()) {
      out_ += "set()";
    } else {
      write_items("{", set.items, "}");
    }
  }

  void write(const FrozenSet& set) {
    if (set.items.empty()) {
      out_ += "frozenset()";
    } else {
      write_items("frozenset({", set.items, "})");
    }
  }

  void write(const Dict& dict) {
    std::string_view separator;
    out_ += '{';
    for (const auto& [key, value] : dict.items) {
      out_ += separator;
      write(key);
      out_ += ": ";
      write(value);
      separator = ", ";
    }
    out_ += '}';
  }

  void write_items(std::string_view open, const std::vector<Value>& items, std::string_view close) {
    std::string_view separator;
    out_ += open;
    for (const Value& item : items) {
      out_ += separator;
      write(item);
      separator = ", ";
    }
    out_ += close;
  }

  // Python prefers single quotes unless that costs an escape.
  char begin_quoted(std::string_view text) {
    const char quote = text.contains('\'') && !text.contains('"') ? '"' : '\'';
    out_ += quote;
    return quote;
  }

  void write_byte(char byte, char quote) {
    switch (byte) {
      case '\n':
        out_ += "\\n";
        return;
      case '\r':
        out_ += "\\r";
        return;
      case '\t':
        out_ += "\\t";
        return;
      default:
        break;
    }
    const bool printable = byte >= ' ' && byte <= '~';
    if (!printable) {
      append_hex_escape(out_, byte);
      return;
    }
    if (byte == '\\' || byte == quote) {
      out_ += '\\';
    }
    out_ += byte;
  }

  std::string out_;
};

}  // namespace

std::string Value::repr() const {
  ReprWriter writer;
  writer.write(*this);
  return writer.take();
}

}  // namespace hookline
