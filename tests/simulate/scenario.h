#pragma once

#include <span>

namespace hookline::scenarios {

// A small program that uses the dispatcher in a certain way, with choices that depend on the seed,
// and checks its promises.
struct Scenario {
  const char* name;
  void (*run)();
};

// Returns all scenarios. A seed runs one of them.
[[nodiscard]] std::span<const Scenario> all();

// mailbox_scenarios.cc
void calls_through_a_mailbox();
void blocked_posters();
void notices_of_room();
void shutdown_during_posts();
void remove_and_between_calls();
// loop_scenarios.cc
void loop_that_closes();
void loop_that_sleeps();
void loop_that_is_attached_again();
void two_hosts_of_one_thread();
void held_wake_ups();
// future_scenarios.cc
void futures();
void calls_with_deadlines();
void timers();
void recycled_objects();

}  // namespace hookline::scenarios
