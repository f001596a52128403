#include <stdlib.h>  // NOLINT(modernize-deprecated-headers): <cstdlib> has no mkdtemp()

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "cli/cli.h"
#include "cli/reference.h"
#include "cli/script_session.h"
#include "marshal/json.h"
#include "plugin/reference/reference_data.h"
#include "plugin/script/script_header.h"
#include "plugin/types/enum_names.h"

namespace hookline::cli {

namespace {

// Imports may run any code. The check gives up on one that takes longer than this.
constexpr std::chrono::seconds kTimeout{60};

// Creates a file in a new folder that only this user can read. The destructor removes both.
class TempFile {
 public:
  // `name` is the name of the file, without a folder.
  [[nodiscard]] static Result<TempFile> create(std::string_view name, std::string_view content);
  TempFile(TempFile&& other) noexcept;
  TempFile& operator=(TempFile&&) = delete;
  TempFile(const TempFile&) = delete;
  TempFile& operator=(const TempFile&) = delete;
  ~TempFile();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit TempFile(std::filesystem::path path) : path_(std::move(path)) {}
  std::filesystem::path path_;
};

Result<TempFile> TempFile::create(std::string_view name, std::string_view content) {
  std::error_code error;
  const auto base = std::filesystem::temp_directory_path(error);
  std::string folder = ((error ? "/tmp" : base) / "hookline-XXXXXX").string();
  if (mkdtemp(folder.data()) == nullptr) {
    return fail(ErrorCode::kBadArguments, "no folder could be made in " + base.string() +
                                              ": set TMPDIR to a folder that can be written");
  }
  TempFile file(std::filesystem::path(folder) / name);
  std::ofstream stream(file.path_, std::ios::binary);
  stream << content;
  if (!stream.flush()) {
    return fail(ErrorCode::kBadArguments, file.path_.string() + " could not be written");
  }
  return file;
}

TempFile::TempFile(TempFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempFile::~TempFile() {
  if (!path_.empty()) {
    std::error_code ignored;
    std::filesystem::remove_all(path_.parent_path(), ignored);
  }
}

// Describes a function that the host calls, whose arguments are written as in a `def`.
Dict describe(std::string arguments, bool allows_fewer) {
  Dict hook;
  hook.items.emplace_back("arguments", std::move(arguments));
  hook.items.emplace_back("allows_fewer", allows_fewer);
  return hook;
}

// Returns the hooks as check() of the helper takes them.
Dict hooks_of(const Reference& reference) {
  Dict all;
  for (const HookRow& row : reference.hooks()) {
    std::string arguments;
    for (const std::string_view name : std::span(row.names).first(row.kinds.size())) {
      arguments.append(arguments.empty() ? "" : ", ").append(name);
    }
    all.items.emplace_back(row.name, describe(std::move(arguments), row.allows_fewer));
  }
  return all;
}

// Returns the other functions that the host calls.
Dict called_functions(const Reference& reference) {
  Dict all;
  for (const detail::CalledFunction& called : detail::ReferenceAccess::data(reference).called) {
    all.items.emplace_back(called.name, describe(called.arguments, false));
  }
  return all;
}

const Value& field(const Value& entry, std::string_view name) {
  static const Value kNone;
  const auto* dict = entry.as<Dict>();
  const Value* value = dict == nullptr ? nullptr : dict->find(name);
  return value == nullptr ? kNone : *value;
}

std::string text(const Value& entry, std::string_view name) {
  const auto* value = field(entry, name).as<std::string>();
  return value == nullptr ? std::string() : *value;
}

std::int64_t number(const Value& entry, std::string_view name) {
  const auto* value = field(entry, name).as<std::int64_t>();
  return value == nullptr ? 0 : *value;
}

const List& list(const Value& entry, std::string_view name) {
  static const List kNone;
  const auto* value = field(entry, name).as<List>();
  return value == nullptr ? kNone : *value;
}

bool loads(const Value& script) {
  const auto* value = field(script, "loads").as<bool>();
  return value != nullptr && *value;
}

// Prints "FILE:LINE:COLUMN: error: message" like a compiler, so that editors can jump there.
void print_findings(const Value& script, std::string_view kind, std::string_view label, Io& io) {
  for (const Value& finding : list(script, kind)) {
    io.out << text(finding, "file");
    for (const std::string_view place : {"line", "column"}) {
      if (const std::int64_t value = number(finding, place); value > 0) {
        io.out << ':' << value;
      }
    }
    io.out << ": " << label << ": " << text(finding, "message") << '\n';
  }
}

void print_names(const Value& script, std::string_view kind, std::string_view key, Io& io) {
  io.out << "  " << kind << std::string(10 - kind.size(), ' ');
  const char* separator = "";
  for (const Value& entry : list(script, kind)) {
    io.out << std::exchange(separator, ", ") << text(entry, key);
  }
  io.out << (*separator == '\0' ? "none\n" : "\n");
}

void print_script(const Value& script, Io& io) {
  print_findings(script, "errors", "error", io);
  print_findings(script, "warnings", "warning", io);
  io.out << text(script, "path") << (loads(script) ? ": ok\n" : ": cannot be loaded\n");
  if (loads(script) || !list(script, "hooks").empty()) {
    print_names(script, "hooks", "name", io);
    print_names(script, "imports", "module", io);
  }
}

void print_error(const Error& error, Io& io) {
  io.err << "hookline check: " << error.message << '\n' << error.traceback;
}

// Checks one script in an interpreter of its own, so that imports of other scripts do not matter.
Result<Value> check_one(const std::string& script, const Reference& reference,
                        const std::filesystem::path& helper, Io& io) {
  const auto header = detail::read_script_header(script);
  if (!header) {
    return fail(header.error().code, script + ": " + header.error().message);
  }
  const auto session = ScriptSession::start(kTimeout, reference, *header);
  if (!session) {
    return std::unexpected(session.error());
  }
  if (auto loaded = (*session)->load(helper); !loaded) {
    return std::unexpected(loaded.error());
  }
  const auto gil = detail::enum_name(header->gil.value_or(Gil::kOwn));
  auto report =
      (*session)->call("check", {script, hooks_of(reference), called_functions(reference), gil});
  if (!report && report.error().code == ErrorCode::kDeadlineExceeded) {
    print_error({.message = script + ": one of its imports does not return"}, io);
    std::error_code ignored;
    std::filesystem::remove_all(helper.parent_path(), ignored);  // abandon() runs no destructor
    abandon(io, kExitFailed);
  }
  return report;
}

Result<List> check_all(const CheckOptions& options, const Reference& reference, Io& io) {
  const auto helper = TempFile::create("hookline_check.py", check_source());
  if (!helper) {
    return std::unexpected(helper.error());
  }
  List reports;
  for (const std::string& script : options.scripts) {
    auto report = check_one(script, reference, helper->path(), io);
    if (!report) {
      return std::unexpected(report.error());
    }
    reports.push_back(*std::move(report));
  }
  return reports;
}

}  // namespace

int run_check(const CheckOptions& options, Io& io) {
  setup_logging("warn");
  const auto reference = read_reference(options.host_file);
  if (!reference) {
    print_error(reference.error(), io);
    return kExitUsage;
  }
  auto reports = check_all(options, *reference, io);
  if (!reports) {
    print_error(reports.error(), io);
    return kExitFailed;
  }
  const bool ok = std::ranges::all_of(*reports, loads);
  if (!options.json) {
    for (const Value& report : *reports) {
      print_script(report, io);
    }
    return ok ? kExitOk : kExitFailed;
  }
  Dict all;
  all.items.emplace_back("scripts", *std::move(reports));
  all.items.emplace_back("ok", ok);
  const auto json = detail::to_json(Value(std::move(all)));
  if (!json) {
    print_error(json.error(), io);
    return kExitFailed;
  }
  io.out << *json << '\n' << std::flush;
  return ok ? kExitOk : kExitFailed;
}

}  // namespace hookline::cli
