#include "plugin/functions/signature_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <vector>

namespace hookline::detail {

namespace {

// The keywords that could be the name of a parameter.
constexpr auto kKeywords = std::to_array<std::string_view>(
    {"and",    "as",   "assert", "async",  "await",  "break",   "class",    "continue",
     "def",    "del",  "elif",   "else",   "except", "finally", "for",      "from",
     "global", "if",   "import", "in",     "is",     "lambda",  "nonlocal", "not",
     "or",     "pass", "raise",  "return", "try",    "while",   "with",     "yield"});

bool is_keyword(std::string_view name) {
  return std::ranges::find(kKeywords, name) != kKeywords.end();
}

// Says how a word of a type is written in an annotation. Generic types get parameters there,
// because type checkers demand them.
struct Word {
  std::string_view word;
  std::string_view annotation;
};

constexpr auto kWords = std::to_array<Word>({
    {"Any", "Any"},
    {"None", "None"},
    {"anything", "Any"},
    {"bool", "bool"},
    {"bytes", "bytes"},
    {"callable", "Callable[..., Any]"},
    {"dict", "dict[Any, Any]"},
    {"float", "float"},
    {"frozenset", "frozenset[Any]"},
    {"int", "int"},
    {"list", "list[Any]"},
    {"or", "|"},
    {"set", "set[Any]"},
    {"str", "str"},
    {"tuple", "tuple[Any, ...]"},
});

bool is_letter(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

std::string type_text(const Parameter& parameter, SignatureStyle style) {
  if (style == SignatureStyle::kPlain ||
      (style == SignatureStyle::kTyped && parameter.type.empty())) {
    return {};
  }
  return style == SignatureStyle::kTyped ? parameter.type : annotation(parameter.type);
}

void append_parameter(const Parameter& parameter, SignatureStyle style, std::string& out) {
  const std::string type = type_text(parameter, style);
  out.append(parameter.name).append(is_keyword(parameter.name) ? "_" : "");
  out.append(type.empty() ? "" : ": ").append(type);
  if (parameter.fallback) {
    out.append(type.empty() ? "=" : " = ");
    out.append(parameter.fallback->repr());
  }
}

}  // namespace

std::string signature_text(const HostFunction& function, SignatureStyle style) {
  if (!function.parameters) {
    return style == SignatureStyle::kStub ? "(*args: Any)" : "(*args)";
  }
  const std::vector<Parameter>& parameters = *function.parameters;
  std::size_t by_position = 0;
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    by_position = is_keyword(parameters[i].name) ? i + 1 : by_position;
  }
  std::string out = "(";
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    out.append(i == 0 ? "" : ", ");
    append_parameter(parameters[i], style, out);
    out.append(i + 1 == by_position ? ", /" : "");
  }
  return out + ")";
}

std::string annotation(std::string_view type) {
  if (type.empty()) {
    return "Any";
  }
  std::string out;
  while (!type.empty()) {
    const auto end =
        static_cast<std::size_t>(std::ranges::find_if_not(type, &is_letter) - type.begin());
    if (end == 0) {
      out += type.front();
      type.remove_prefix(1);
      continue;
    }
    const std::string_view word = type.substr(0, end);
    type.remove_prefix(end);
    const auto* const known = std::ranges::find(kWords, word, &Word::word);
    const bool has_parameters = type.starts_with('[');
    out.append(known == kWords.end() ? "Any" : has_parameters ? word : known->annotation);
  }
  return out;
}

}  // namespace hookline::detail
