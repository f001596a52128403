#include "plugin/script/script_header.h"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <system_error>

#include "interp/source_file.h"
#include "interp/source_line.h"
#include "plugin/types/enum_names.h"

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

// Reads a number that is `value` as a whole.
template <class T>
std::optional<T> parse(std::string_view value) {
  T number{};
  const std::span<const char> digits(value);
  const char* const last = digits.data() + digits.size();
  const auto [end, error] = std::from_chars(digits.data(), last, number);
  return error == std::errc() && end == last ? std::optional(number) : std::nullopt;
}

// Returns the bytes of so many MiB, or nullopt if that is no limit.
std::optional<std::size_t> parse_mib(std::string_view value) {
  constexpr std::size_t kMostMib = 1'000'000;
  const auto mib = parse<std::size_t>(value);
  return mib && *mib > 0 && *mib <= kMostMib ? std::optional(*mib << 20U) : std::nullopt;
}

// Returns a share of a core, or nullopt if it is none.
std::optional<double> parse_share(std::string_view value) {
  const auto share = parse<double>(value);
  return share && *share > 0 && *share <= 1 ? share : std::nullopt;
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
    options.memory_limit = parse_mib(value);
    return options.memory_limit.has_value();
  }
  if (key == "value_limit") {
    options.value_limit = parse_mib(value);
    return options.value_limit.has_value();
  }
  if (key == "cpu_share") {
    options.cpu_share = parse_share(value);
    return options.cpu_share.has_value();
  }
  if (key == "reload") {
    options.reload = enum_named<ReloadMode>(value);
    return options.reload.has_value();
  }
  if (key == "gil") {
    options.gil = enum_named<Gil>(value);
    return options.gil.has_value();
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
                                                  "gil=main, venv=PATH, memory_limit=MIB, "
                                                  "value_limit=MIB, cpu_share=0.01 to 1, "
                                                  "reload=fresh or reload=in_place");
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
