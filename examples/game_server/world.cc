#include "game_server/world.h"

#include <hookline/error.h>
#include <hookline/function.h>

#include <array>
#include <cstddef>
#include <iostream>
#include <utility>

namespace game {

World::World(long players) {
  constexpr std::array kNames{"ann", "bob", "cid", "dee"};
  for (std::size_t i = 0; i < static_cast<std::size_t>(players); ++i) {
    std::string name = kNames.at(i % kNames.size());
    if (i >= kNames.size()) {
      name += std::to_string(i / kNames.size() + 1);
    }
    const auto lane = static_cast<double>(i % kNames.size());
    players_.push_back({.name = std::move(name),
                        .at = {.x = 5 + 30 * lane, .y = 10 + 12 * lane},
                        .step = {.x = 1.5, .y = lane < 2 ? 0.5 : -0.5}});
  }
}

std::optional<Position> World::find(std::string_view player) const {
  for (const Player& one : players_) {
    if (one.name == player) {
      return one.at;
    }
  }
  return std::nullopt;
}

hookline::Future<long> World::next_tick() {
  hookline::Future<long> tick = waiting_.emplace_back().future();
  if (has_ended_) {
    end();
  }
  return tick;
}

void World::begin_tick(long number) {
  for (hookline::Promise<long>& promise : std::exchange(waiting_, {})) {
    promise.set(number);
  }
}

void World::end() {
  has_ended_ = true;
  for (hookline::Promise<long>& promise : std::exchange(waiting_, {})) {
    promise.set(hookline::fail(hookline::ErrorCode::kShuttingDown, "the game has ended"));
  }
}

hookline::Module World::module() {
  using hookline::arg;
  hookline::Module made("game", "The game that this script runs in.");
  made.constant("WIDTH", kWidth)
      .constant("HEIGHT", kHeight)
      .def(
          "position", [this](const std::string& player) { return find(player); }, arg("player"),
          "Returns where a player is, as {'x': ..., 'y': ...}, or None.")
      .def(
          "next_tick", [this] { return next_tick(); },
          "Waits until the next tick has begun, and returns its number.")
      .def(
          "say", [](const std::string& text) { std::cout << "* " << text << '\n'; }, arg("text"),
          hookline::is_send, "Tells all players.");
  return made;
}

}  // namespace game
