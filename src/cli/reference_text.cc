#include <algorithm>
#include <array>
#include <cstddef>

#include "cli/reference.h"
#include "plugin/types/vh_signature.h"

namespace hookline::cli {

namespace {

// The Python keywords that could be a name in a table.
constexpr auto kKeywords = std::to_array<std::string_view>(
    {"class", "from", "global", "import", "in", "is", "lambda", "pass", "return", "with"});

bool is_keyword(std::string_view name) {
  return std::ranges::find(kKeywords, name) != kKeywords.end();
}

// Turns the words of a table into a Python type.
std::string_view plain_type(std::string_view returns) {
  if (returns == "str or None") {
    return "str | None";
  }
  return returns == "tuple or None" ? "tuple[Any, ...] | None" : returns;
}

void append_parameter(const detail::VhParameter& parameter, std::string& out) {
  out.append(parameter.name).append(is_keyword(parameter.name) ? "_: " : ": ");
  out.append(python_type(parameter.kind));
  if (parameter.optional) {
    out += " | None = None";
  }
}

}  // namespace

std::string_view python_type(char kind) noexcept {
  switch (kind) {
    case 'l':
      return "int";
    case 'd':
      return "float";
    case 'a':
      return "str | int";
    default:
      return "str";
  }
}

std::vector<std::string_view> split_names(std::string_view names) {
  std::vector<std::string_view> out;
  while (!names.empty()) {
    const std::size_t end = std::min(names.find(' '), names.size());
    out.push_back(names.substr(0, end));
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  return out;
}

std::string hook_signature(const HookRow& row) {
  std::string out = std::string(row.name) + "(";
  const auto names = split_names(row.argument_names);
  for (std::size_t i = 0; i < names.size(); ++i) {
    out.append(i == 0 ? "" : ", ").append(names[i]).append(": ");
    out.append(python_type(row.argument_kinds.at(i)));
  }
  return out + ")";
}

std::string vh_signature_text(const VhRow& row) {
  const detail::VhSignature signature = detail::parse_signature(row);
  std::size_t by_position = 0;
  for (std::size_t i = 0; i < signature.count; ++i) {
    by_position = is_keyword(signature.parameters.at(i).name) ? i + 1 : by_position;
  }
  std::string out = "(";
  for (std::size_t i = 0; i < signature.count; ++i) {
    out.append(i == 0 ? "" : ", ");
    append_parameter(signature.parameters.at(i), out);
    out.append(i + 1 == by_position ? ", /" : "");
  }
  return out.append(") -> ").append(vh_return_type(row));
}

std::string_view vh_return_type(const VhRow& row) {
  const VhNote* const note = find_note(row);
  return note == nullptr ? plain_type(row.returns) : note->type;
}

std::string vh_help(const VhRow& row) {
  std::string out(row.help);
  if (const VhNote* const note = find_note(row); note != nullptr && !note->details.empty()) {
    out.append(" ").append(note->details);
  }
  return out;
}

std::string_view trim_lines(std::string_view text) noexcept {
  const auto begin = std::min(text.find_first_not_of('\n'), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

}  // namespace hookline::cli
