#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>

#include "cli/reference.h"

namespace hookline::cli {

std::optional<std::string> read_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  if (!in || in.peek() == std::ifstream::traits_type::eof()) {  // also if it is a folder
    return in.bad() || !in.is_open() ? std::nullopt : std::optional(std::string());
  }
  text << in.rdbuf();
  return std::move(text).str();
}

Result<Reference> read_reference(const std::optional<std::string>& file) {
  if (!file) {
    return vh_reference();
  }
  const auto text = read_text(*file);
  if (!text) {
    return fail(ErrorCode::kBadArguments,
                "--host: " + *file +
                    " cannot be read: name a file that the host has written with "
                    "hookline::Reference::json()");
  }
  auto reference = Reference::from_json(*text);
  if (!reference) {
    return fail(ErrorCode::kBadArguments,
                "--host: " + *file + " does not describe a host (" + reference.error().message +
                    "): let the host write it with hookline::Reference::json()");
  }
  return reference;
}

}  // namespace hookline::cli
