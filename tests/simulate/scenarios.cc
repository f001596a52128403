#include <array>

#include "tests/simulate/scenario.h"

namespace hookline::scenarios {
namespace {

constexpr std::array kScenarios{
    Scenario{"mailbox", calls_through_a_mailbox},
    Scenario{"blocked", blocked_posters},
    Scenario{"room", notices_of_room},
    Scenario{"shutdown", shutdown_during_posts},
    Scenario{"remove", remove_and_between_calls},
    Scenario{"loop", loop_that_closes},
    Scenario{"sleep", loop_that_sleeps},
    Scenario{"attach", loop_that_is_attached_again},
    Scenario{"hosts", two_hosts_of_one_thread},
    Scenario{"hold", held_wake_ups},
    Scenario{"future", futures},
    Scenario{"deadline", calls_with_deadlines},
    Scenario{"timer", timers},
    Scenario{"pool", recycled_objects},
};

}  // namespace

std::span<const Scenario> all() { return kScenarios; }

}  // namespace hookline::scenarios
