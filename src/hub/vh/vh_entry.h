#pragma once

#include <span>
#include <variant>

#include "hookline/error.h"
#include "hookline/future.h"
#include "hookline/value.h"
#include "hookline/verlihub/functions.h"
#include "hub/vh/vh_args.h"
#include "hub/vh/vh_hub.h"
#include "verlihub/signature.h"

namespace hookline::hub {

using verlihub::VhGroup;
using verlihub::VhRow;

// Is one function of `vh` in this hub: what it is, and the body that runs it. A function of
// Verlihub's vocabulary is named by its Vh. One that only this hub has brings its own row; nothing
// else has to know it.
//
//   {Vh::kGetUsersCount,
//    [](const VhReadable& hub, const VhArgs&) -> Result<Value> { ... }},
//   {VhRow{.group = VhGroup::kUsers, .name = "GetUser", .argument_kinds = "s", ...},
//    [](const VhReadable& hub, const VhArgs& args) -> Result<Value> { ... }},
//
// The type of the body says where it runs, and whether it answers now or later. The compiler
// refuses an entry of a constexpr table whose body does not fit its row, or whose row lacks
// something.
class VhEntry {
 public:
  // Runs on the script's thread, also on several at the same time (RunsOn::kCaller).
  using Read = Result<Value> (*)(const VhReadable& hub, const VhArgs& args);
  // Run on the hub's thread. The arguments are gone when a body that answers later has returned.
  using Now = Result<Value> (*)(VhHub& hub, const VhArgs& args);
  using Later = Future<Value> (*)(VhHub& hub, const VhArgs& args);
  using Body = std::variant<Read, Now, Later>;

  constexpr VhEntry(Vh function, Body body) : row_(verlihub::vh_row(function)), body_(body) {
    if (row_.runs_on != runs_on(body)) {
      the_row_says_that_it_runs_elsewhere();
    }
    check();
  }
  // `own.runs_on` is left out.
  constexpr VhEntry(const VhRow& own, Body body) : row_(own), body_(body), is_own_(true) {
    row_.runs_on = runs_on(body);
    check();
  }

  [[nodiscard]] constexpr const VhRow& row() const { return row_; }
  [[nodiscard]] constexpr const Body& body() const { return body_; }
  // Says whether only this hub has the function.
  [[nodiscard]] constexpr bool is_own() const { return is_own_; }

 private:
  static constexpr RunsOn runs_on(const Body& body) {
    return std::holds_alternative<Read>(body) ? RunsOn::kCaller : RunsOn::kHost;
  }
  constexpr void check() const {
    if (row_.is_send && !std::holds_alternative<Now>(body_)) {
      a_send_must_answer_now();
    }
    if (!verlihub::is_complete(row_)) {
      the_row_is_not_complete();
    }
  }
  // They are not constexpr, so that the compiler names them.
  static void the_row_says_that_it_runs_elsewhere() {}
  static void a_send_must_answer_now() {}
  static void the_row_is_not_complete() {}

  VhRow row_;
  Body body_;
  bool is_own_ = false;
};

// Each is the table of the file with its name.
[[nodiscard]] std::span<const VhEntry> vh_accounts() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_bots() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_control() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_geo() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_info() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_moderation() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_sends() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_settings() noexcept;
[[nodiscard]] std::span<const VhEntry> vh_users() noexcept;

}  // namespace hookline::hub
