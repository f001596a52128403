#include "marshal/format.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>

namespace hookline::detail {
namespace {

constexpr std::string_view kLetters = "lsdpLDO";

// Parses one format. Stops at the first error, which it stores.
class FormatParser {
 public:
  explicit FormatParser(std::string_view text) : text_(text) { format_.items.reserve(text.size()); }

  Result<Format> parse() {
    while (at_ < text_.size()) {
      if (!parse_next()) {
        return std::unexpected(std::move(error_));
      }
    }
    if (!open_.empty()) {
      at_ = format_.items[open_.back()].begin - 1;
      wrong("has a '(' that is never closed");
      return std::unexpected(std::move(error_));
    }
    format_.required = required_.value_or(format_.items.size());
    return std::move(format_);
  }

 private:
  bool parse_next() {
    const char c = text_[at_];
    switch (c) {
      case 'T':
        return open_tuple();
      case ')':
        return close_tuple();
      case '|':
        return begin_optional();
      default:
        return kLetters.contains(c) ? add_letter(c) : wrong("has an unknown character");
    }
  }

  bool add_letter(char letter) {
    const auto begin = static_cast<std::uint32_t>(at_++);
    format_.items.push_back({.type = letter, .nested = 0, .begin = begin, .end = begin + 1});
    return true;
  }

  bool open_tuple() {
    if (at_ + 1 == text_.size() || text_[at_ + 1] != '(') {
      return wrong("has a T without its '('");
    }
    if (open_.size() == kMaxFormatDepth) {
      return wrong("nests more than " + std::to_string(kMaxFormatDepth) + " T(...)",
                   ErrorCode::kValueTooDeep);
    }
    at_ += 2;
    open_.push_back(format_.items.size());
    format_.items.push_back({.type = 'T', .begin = static_cast<std::uint32_t>(at_)});
    return true;
  }

  bool close_tuple() {
    if (open_.empty()) {
      return wrong("has a ')' without its '('");
    }
    FormatItem& tuple = format_.items[open_.back()];
    tuple.nested = static_cast<std::uint32_t>(format_.items.size() - open_.back() - 1);
    tuple.end = static_cast<std::uint32_t>(at_++);
    open_.pop_back();
    return true;
  }

  bool begin_optional() {
    if (!open_.empty()) {
      return wrong("has a '|' inside a T(...)");
    }
    if (required_) {
      return wrong("has a second '|'");
    }
    required_ = format_.items.size();
    ++at_;
    return true;
  }

  bool wrong(const std::string& what, ErrorCode code = ErrorCode::kBadArguments) {
    error_ = {.code = code,
              .message = "format \"" + std::string(text_) + "\" " + what + " at character " +
                         std::to_string(at_ + 1)};
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Format format_;
  std::vector<std::size_t> open_;  // the T(...) that are not closed yet
  std::optional<std::size_t> required_;
  Error error_;  // set by the function that returned false
};

}  // namespace

Result<Format> parse_format(std::string_view text) {
  if (text.size() > std::numeric_limits<std::uint32_t>::max()) {
    return fail(ErrorCode::kBadArguments, "a format is too long");
  }
  return FormatParser(text).parse();
}

std::size_t count_items(std::span<const FormatItem> items) noexcept {
  std::size_t count = 0;
  for (std::size_t i = 0; i < items.size(); i += 1 + items[i].nested) {
    ++count;
  }
  return count;
}

bool same_types(std::span<const FormatItem> a, std::span<const FormatItem> b) noexcept {
  return std::ranges::equal(a, b, [](const FormatItem& x, const FormatItem& y) {
    return x.type == y.type && x.nested == y.nested;
  });
}

}  // namespace hookline::detail
