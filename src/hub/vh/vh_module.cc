#include "hub/vh/vh_module.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include "hookline/detail/host_function.h"
#include "hookline/future.h"
#include "verlihub/module_parts.h"

namespace hookline::hub {
namespace {

using detail::HostFunction;

// Makes the function that an entry describes. `make_runner` makes what runs it of the body, for
// arguments of a type.
template <class MakeRunner>
HostFunction make_function(const VhEntry& entry, MakeRunner make_runner) {
  HostFunction made = verlihub::describe(entry.row());
  const auto set = [&](auto body) {
    using Body = decltype(body);
    if constexpr (std::is_same_v<Body, VhEntry::Later>) {
      made.start = make_runner.template operator()<Value>(body);
    } else {
      made.call = make_runner.template operator()<Value>(body);
    }
    if constexpr (std::is_same_v<Body, VhEntry::Read>) {
      if (verlihub::may_read(made)) {
        made.read = make_runner.template operator()<std::string_view>(body);
      }
    }
  };
  std::visit(set, entry.body());
  return made;
}

HostFunction in_hub(const VhEntry& entry, VhHub& hub) {
  return make_function(entry, [&hub]<class Argument>(auto body) {
    return [&hub, body](std::span<const Argument> args, const Caller& caller) {
      return body(hub, VhArgs(args, caller));
    };
  });
}

HostFunction without_hub(const VhEntry& entry) {
  return make_function(entry, [&entry]<class Argument>(auto body) {
    return [row = entry.row()](std::span<const Argument> /*args*/, const Caller& /*caller*/) {
      if constexpr (std::is_same_v<decltype(body), VhEntry::Later>) {
        return make_ready_future<Value>(verlihub::needs_hub(row));
      } else {
        return Result<Value>(verlihub::needs_hub(row));
      }
    };
  });
}

}  // namespace

std::vector<VhEntry> vh_entries() {
  std::vector<VhEntry> all;
  for (const auto table : {&vh_accounts, &vh_bots, &vh_control, &vh_geo, &vh_info, &vh_moderation,
                           &vh_sends, &vh_settings, &vh_users}) {
    const auto entries = table();
    all.insert(all.end(), entries.begin(), entries.end());
  }
  return all;
}

Result<void> check_entries(std::span<const VhEntry> entries) {
  for (const VhRow& row : verlihub::kVhFunctions) {
    const auto bodies = std::ranges::count_if(entries, [&row](const VhEntry& entry) {
      return std::string_view(entry.row().name) == row.name;
    });
    if (bodies != 1) {
      return fail(ErrorCode::kBadArguments, std::string("vh.") + row.name + "() has " +
                                                std::to_string(bodies) +
                                                " bodies: a table in src/hub/vh must have one");
    }
  }
  return {};
}

Result<Module> make_vh_module(VhHub& hub, const verlihub::Identity& identity) {
  const auto entries = vh_entries();
  if (auto checked = check_entries(entries); !checked) {
    return std::unexpected(std::move(checked.error()));
  }
  std::vector<HostFunction> functions;
  functions.reserve(entries.size());
  for (const VhEntry& entry : entries) {
    functions.push_back(in_hub(entry, hub));
  }
  return verlihub::module_with(std::move(functions), identity);
}

Module vh_module_without_hub() {
  static verlihub::NoHub no_hub;
  auto functions = verlihub::functions_of(no_hub, verlihub::Reads::kOnCaller);
  for (const VhEntry& entry : vh_entries()) {
    if (entry.is_own()) {
      functions.push_back(without_hub(entry));
    }
  }
  return verlihub::module_with(std::move(functions), {});
}

std::vector<VhRow> vh_rows() {
  std::vector<VhRow> rows(verlihub::kVhFunctions.begin(), verlihub::kVhFunctions.end());
  for (const VhEntry& entry : vh_entries()) {
    if (entry.is_own()) {
      rows.push_back(entry.row());
    }
  }
  return rows;
}

}  // namespace hookline::hub
