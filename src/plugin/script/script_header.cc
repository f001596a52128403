#include "plugin/script/script_header.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <system_error>

#include "interp/source_file.h"
#include "interp/source_line.h"

namespace hookline::detail {
namespace {

constexpr std::string_view kMark = "hookline:";

// Removes the first word from `text` and returns it.
std::string_view take_word(std::string_view& text) {
  text = trimmed(text);
  const auto end = std::min(text.find_first_of(kLineSpaces), text.size());
  const auto word = text.substr(0, end);
  text.remove_prefix(end);
  return word;
}

// Returns false if there is no such setting.
bool set(PythonOptions& options, std::string_view setting, const std::filesystem::path& folder) {
  const auto equals = std::min(setting.find('='), setting.size());
  const auto key = setting.substr(0, equals);
  const auto value = setting.substr(std::min(equals + 1, setting.size()));
  if (key == "venv" && !value.empty()) {
    options.venv = folder / value;
    return true;
  }
  if (key == "memory_limit") {
    constexpr std::size_t kMostMib = 1'000'000;
    std::size_t mib = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), mib);
    options.memory_limit = mib << 20U;
    return error == std::errc() && end == value.data() + value.size() && mib > 0 && mib <= kMostMib;
  }
  const auto* const gil = std::ranges::find(kGilNames, value);
  if (key == "gil" && gil != kGilNames.end()) {
    options.gil = static_cast<Gil>(gil - kGilNames.begin());
    return true;
  }
  return false;
}

}  // namespace

Result<PythonOptions> parse_script_header(std::string_view source,
                                          const std::filesystem::path& folder) {
  PythonOptions options;
  for (int number = 1; !source.empty(); ++number) {
    const auto end = std::min(source.find('\n'), source.size());
    auto line = trimmed(source.substr(0, end));
    source.remove_prefix(std::min(end + 1, source.size()));
    if (!line.empty() && line.front() != '#') {
      break;
    }
    line = trimmed(line.substr(std::min(line.find_first_not_of('#'), line.size())));
    if (!line.starts_with(kMark)) {
      continue;
    }
    line.remove_prefix(kMark.size());
    for (auto setting = take_word(line); !setting.empty(); setting = take_word(line)) {
      if (!set(options, setting, folder)) {
        return fail(ErrorCode::kBadArguments, "line " + std::to_string(number) + ": '" +
                                                  std::string(setting) +
                                                  "' is no setting: use gil=own, gil=shared, "
                                                  "gil=main, venv=PATH or memory_limit=MIB");
      }
    }
  }
  return options;
}

Result<PythonOptions> read_script_header(const std::filesystem::path& path) {
  std::error_code ignored;
  const auto file = std::filesystem::is_directory(path, ignored) ? path / "__init__.py" : path;
  const Result<std::string> source = read_source_file(file);
  return parse_script_header(source ? *source : std::string(),
                             std::filesystem::absolute(file, ignored).parent_path());
}

}  // namespace hookline::detail
