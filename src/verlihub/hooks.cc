#include "hookline/verlihub/hooks.h"

#include <algorithm>
#include <array>

#include "hookline/hook.h"
#include "verlihub/answers.h"

namespace hookline::verlihub {

namespace {

// Makes a row of its texts; the names of the arguments are separated by single spaces.
constexpr HookRow make_row(std::string_view name, std::string_view kinds, std::string_view names,
                           const AnswerRule& rule) {
  HookRow row{.name = name, .kinds = kinds};
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const std::size_t end = std::min(names.find(' '), names.size());
    row.names.at(i) = names.substr(0, end);
    names.remove_prefix(std::min(end + 1, names.size()));
  }
  row.rule = &rule;
  row.allows_fewer = name == "OnTimer";  // old scripts have one without an argument
  row.one_at_a_time = name == "OnTimer";
  return row;
}

constexpr auto kRows = std::to_array<HookRow>({
#define HOOKLINE_ROW(name, kinds, names, rule) make_row(#name, kinds, names, rule),
    HOOKLINE_VERLIHUB_HOOKS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

}  // namespace

std::span<const HookRow> hook_rows() noexcept { return kRows; }

std::vector<HookRow> hooks() { return {kRows.begin(), kRows.end()}; }

const HookRow& hook_row(Hook hook) noexcept { return kRows[static_cast<std::size_t>(hook)]; }

std::optional<Hook> find_hook(std::string_view name) noexcept {
  const auto* const row = std::ranges::find(kRows, name, &HookRow::name);
  if (row == kRows.end()) {
    return std::nullopt;
  }
  return static_cast<Hook>(row - kRows.begin());
}

}  // namespace hookline::verlihub
