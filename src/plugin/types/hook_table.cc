#include "plugin/types/hook_table.h"

#include <algorithm>
#include <bit>
#include <string>
#include <unordered_set>
#include <utility>

#include "hookline/typed_hook.h"
#include "marshal/argument_pack.h"
#include "marshal/python_name.h"

namespace hookline::detail {

// An event keeps its arguments packed.
static_assert(HookRow::kMostArguments <= kMostPacked);

namespace {

constexpr std::string_view kKinds = "syldba";

bool has_twins(std::span<const std::string_view> names) {
  return std::unordered_set<std::string_view>(names.begin(), names.end()).size() < names.size();
}

std::string problem_of(const HookRow& row) {
  if (!is_python_name(row.name)) {
    return "its name must be that of a Python function";
  }
  if (row.kinds.size() > HookRow::kMostArguments) {
    return "it has more than " + std::to_string(HookRow::kMostArguments) + " arguments";
  }
  if (row.kinds.find_first_not_of(kKinds) != std::string_view::npos) {
    return "its kinds \"" + std::string(row.kinds) + "\" have a letter that is not one of \"" +
           std::string(kKinds) + "\"";
  }
  const auto names = std::span(row.names).first(row.kinds.size());
  if (!std::ranges::all_of(names, is_identifier)) {
    return "each argument needs a name that Python allows";
  }
  if (has_twins(names)) {
    return "two of its arguments have the same name";
  }
  if (row.rule == nullptr || (row.rule != &observe && row.rule->merge == nullptr)) {
    return "it has no rule for its answers, or a rule that cannot merge them";
  }
  if (row.rule != &observe && row.rule->read == nullptr) {
    return "its rule has no function that reads an answer";
  }
  return {};
}

}  // namespace

Result<void> HookTable::check(std::span<const HookRow> rows) {
  if (rows.size() > kMost) {
    return fail(ErrorCode::kBadArguments, "a host may have " + std::to_string(kMost) +
                                              " hooks, and this one gives " +
                                              std::to_string(rows.size()));
  }
  std::unordered_set<std::string_view> names;
  for (const HookRow& row : rows) {
    std::string problem = problem_of(row);
    if (problem.empty() && !names.insert(row.name).second) {
      problem = "it is in the table twice";
    }
    if (!problem.empty()) {
      return fail(ErrorCode::kBadArguments,
                  "the hook '" + std::string(row.name) + "' cannot be used: " + problem);
    }
  }
  return {};
}

HookTable::HookTable(std::vector<HookRow> rows)
    : rows_(std::move(rows)),
      slots_(std::bit_ceil((2 * rows_.size()) + 1)),
      mask_(slots_.size() - 1) {
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const std::uint64_t key = hook_key(rows_[i]);
    std::size_t at = key & mask_;
    while (slots_[at].hook != kNoHook) {
      at = (at + 1) & mask_;
    }
    slots_[at] = {.key = key, .hook = static_cast<Hook>(i)};
  }
}

std::optional<Hook> HookTable::find(std::string_view name) const noexcept {
  const auto row = std::ranges::find(rows_, name, &HookRow::name);
  if (row == rows_.end()) {
    return std::nullopt;
  }
  return static_cast<Hook>(row - rows_.begin());
}

}  // namespace hookline::detail
