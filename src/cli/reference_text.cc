#include <algorithm>
#include <cstddef>

#include "cli/reference.h"
#include "hookline/verlihub/module.h"

namespace hookline::cli {

std::string_view python_type(char kind) noexcept {
  switch (kind) {
    case 'l':
      return "int";
    case 'd':
      return "float";
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

Module vh_module() {
  // It is only described, so nothing of the hub is ever called.
  static verlihub::NoHub no_hub;
  return verlihub::module(no_hub);
}

std::string_view trim_lines(std::string_view text) noexcept {
  const auto begin = std::min(text.find_first_not_of('\n'), text.size());
  text.remove_prefix(begin);
  return text.substr(0, text.find_last_not_of('\n') + 1);
}

}  // namespace hookline::cli
