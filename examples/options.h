#pragma once

// Reads the command line of the example hosts: one script, and options that are numbers.

#include <charconv>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <iostream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

namespace examples {

// Describes an option `--name N`, with a whole number from `least` to `most`.
struct Option {
  std::string_view name;
  long* number;
  long least;
  long most;
  std::string_view help;
};

struct Program {
  std::string_view name;
  std::string_view about;  // a sentence
  std::span<const Option> options;
};

inline void print_help(const Program& program) {
  std::cout << program.about << "\n\nusage: " << program.name << " [OPTION...] SCRIPT\n\n";
  for (const Option& option : program.options) {
    std::cout << "  " << option.name << " N  " << option.help << " (" << *option.number << ")\n";
  }
  std::cout << "  --help  print this\n";
}

// Prints what is wrong with the command line, and returns the status to exit with.
inline std::unexpected<int> wrong_usage(const Program& program, std::string_view what) {
  std::cerr << program.name << ": " << what << "; try --help\n";
  return std::unexpected(2);
}

inline std::optional<long> read_number(const Option& option, std::string_view text) {
  long number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_number = error == std::errc() && end == text.data() + text.size();
  return is_number && number >= option.least && number <= option.most ? std::optional(number)
                                                                      : std::nullopt;
}

// Returns the path of the script, and sets the numbers of the options. If the program has nothing
// to do, because of --help or a mistake, which are then printed, it returns the status to exit
// with.
inline std::expected<std::filesystem::path, int> read_command_line(
    const Program& program, std::span<const char* const> args) {
  std::filesystem::path script;
  for (std::size_t i = 1; i < args.size(); ++i) {
    const std::string_view word = args[i];
    if (word == "--help") {
      print_help(program);
      return std::unexpected(0);
    }
    if (!word.starts_with('-')) {
      if (!script.empty()) {
        return wrong_usage(program, "there can be only one script");
      }
      script = word;
      continue;
    }
    const Option* option = nullptr;
    for (const Option& one : program.options) {
      option = one.name == word ? &one : option;
    }
    if (option == nullptr) {
      return wrong_usage(program, "there is no option " + std::string(word));
    }
    const auto number = ++i < args.size() ? read_number(*option, args[i]) : std::nullopt;
    if (!number) {
      return wrong_usage(program, std::string(word) + " needs a whole number from " +
                                      std::to_string(option->least) + " to " +
                                      std::to_string(option->most));
    }
    *option->number = *number;
  }
  if (script.empty()) {
    return wrong_usage(program, "a script is missing");
  }
  return script;
}

}  // namespace examples
