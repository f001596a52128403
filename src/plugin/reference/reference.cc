#include "hookline/reference.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <utility>

#include "hookline/script_host.h"
#include "plugin/reference/reference_data.h"
#include "plugin/script/host_access.h"

namespace hookline {

namespace {

using detail::CalledFunction;
using detail::ReferenceData;

// Splits "(command: str) -> str" into its parts.
CalledFunction called_function(const ReferenceNote& note) {
  constexpr std::string_view kArrow = ") -> ";
  std::string_view arguments = note.signature;
  arguments.remove_prefix(std::min<std::size_t>(arguments.find('(') + 1, arguments.size()));
  const std::size_t end = std::min(arguments.rfind(kArrow), arguments.size());
  const std::string_view returns =
      end == arguments.size() ? "None" : arguments.substr(end + kArrow.size());
  return {.name = std::string(note.name),
          .arguments = std::string(arguments.substr(0, std::min(end, arguments.rfind(')')))),
          .returns = std::string(returns),
          .when = std::string(note.when),
          .example = std::string(note.example)};
}

void add_called(ReferenceData& data, CalledFunction function) {
  const auto same = std::ranges::find(data.called, function.name, &CalledFunction::name);
  if (same == data.called.end()) {
    data.called.push_back(std::move(function));
  } else {
    *same = std::move(function);
  }
}

void add_note(ReferenceData& data, const ReferenceNote& note) {
  if (!note.signature.empty()) {
    return add_called(data, called_function(note));
  }
  const auto hook = std::ranges::find(data.hooks, note.name, &HookRow::name);
  if (hook != data.hooks.end() && note.group.empty()) {
    data.hook_texts[static_cast<std::size_t>(hook - data.hooks.begin())] = {
        .when = std::string(note.when),
        .result = std::string(note.result),
        .example = std::string(note.example)};
  } else {
    data.functions.push_back({.name = std::string(note.name),
                              .group = std::string(note.group),
                              .example = std::string(note.example)});
  }
}

std::shared_ptr<const ReferenceData> make_data(
    std::span<const HookRow> hooks, const detail::ModuleData& module,
    std::span<const std::shared_ptr<const detail::HostFunction>> later,
    std::span<const ReferenceNote> notes, std::string_view farewell) {
  auto data = std::make_shared<ReferenceData>();
  data->module = std::make_shared<detail::ModuleData>(module);
  std::ranges::copy(later, std::back_inserter(data->module->functions));
  data->hooks.assign(hooks.begin(), hooks.end());
  data->hook_texts.resize(hooks.size());
  data->farewell = farewell;
  if (!farewell.empty()) {
    data->called.push_back(detail::farewell_function(farewell));
  }
  for (const ReferenceNote& note : notes) {
    add_note(*data, note);
  }
  return data;
}

}  // namespace

Reference::Reference(std::span<const HookRow> hooks, const Module& module,
                     std::span<const ReferenceNote> notes, std::string_view farewell)
    : data_(make_data(hooks, *detail::ModuleAccess::data(module), {}, notes, farewell)) {}

Reference::Reference(const ScriptHost& scripts, std::span<const ReferenceNote> notes)
    : data_(make_data(scripts.hooks(), detail::HostAccess::module(scripts),
                      detail::HostAccess::functions(scripts).for_all(), notes,
                      detail::HostAccess::farewell(scripts))) {}

Reference::Reference(std::shared_ptr<const ReferenceData> data) : data_(std::move(data)) {}

std::span<const HookRow> Reference::hooks() const noexcept { return data_->hooks; }

// The host may add to the copy.
Module Reference::module() const {
  return detail::ModuleAccess::make(std::make_shared<detail::ModuleData>(*data_->module));
}

Reference detail::ReferenceAccess::make(ReferenceData data) {
  return Reference(std::make_shared<const ReferenceData>(std::move(data)));
}

}  // namespace hookline
