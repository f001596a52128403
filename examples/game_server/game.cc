#include "game_server/game.h"

#include <hookline/convert.h>

#include <array>
#include <iostream>
#include <optional>
#include <utility>

#include "hookline/hook.h"

namespace game {

namespace {

// The simulated players say these lines.
struct Line {
  long tick;
  const char* player;
  const char* text;
};
constexpr std::array kLines{Line{.tick = 1, .player = "ann", .text = "hello, noobs"},
                            Line{.tick = 2, .player = "bob", .text = "buy gold at example.com"},
                            Line{.tick = 3, .player = "cid", .text = "!where"},
                            Line{.tick = 6, .player = "dee", .text = "!race"}};

// Returns the argument of an event that goes on, with what the scripts have made of it.
template <class T>
T replaced(const hookline::Decision& decision, std::size_t index, T original) {
  if (decision.replaced.empty()) {
    return original;
  }
  const std::optional<hookline::Value>& with = decision.replaced[index];
  return with ? hookline::from_value<T>(*with).value_or(std::move(original)) : original;
}

}  // namespace

Game::Game(World& world, hookline::ScriptHost& scripts, uv_loop_t* loop)
    : world_(world), scripts_(scripts) {
  for (Player& player : world.players()) {
    moves_.push_back(std::make_unique<Move>(*this, player));
  }
  uv_timer_init(loop, &timer_);
  timer_.data = this;
}

void Game::start(long ticks, long milliseconds) {
  ticks_ = ticks;
  const auto step = static_cast<std::uint64_t>(milliseconds);
  uv_timer_start(
      &timer_, [](uv_timer_t* timer) { static_cast<Game*>(timer->data)->on_timer(); }, step, step);
}

void Game::on_timer() {
  if (undecided_ > 0) {
    return;  // this tick takes longer than its time
  }
  world_.begin_tick(++tick_);
  undecided_ = 1;  // so that the tick does not end in the middle of this
  for (const Line& line : kLines) {
    if (line.tick == tick_) {
      chat(line.player, line.text);
    }
  }
  for (const std::unique_ptr<Move>& move : moves_) {
    move->wish();
  }
  decided();
}

void Game::chat(const std::string& player, std::string_view text) {
  const auto show = [this, player, text](const hookline::Decision& decision) {
    if (decision.allowed) {
      std::cout << player << ": " << replaced<std::string>(decision, 1, std::string(text))
                << (decision.late > 0 ? " (not checked in time)" : "") << '\n';
    }
    decided();
  };
  ++undecided_;
  const hookline::Asked asked = scripts_.decide_on_loop(kOnChat(player, text), show);
  if (asked != hookline::Asked::kWaiting) {
    show(decision_on(asked));  // allowed if no script has the hook
  }
}

void Game::Move::wish() {
  to_ = {.x = player_.at.x + player_.step.x, .y = player_.at.y + player_.step.y};
  ++game_.undecided_;
  const hookline::Asked asked =
      game_.scripts_.decide_on_loop(kOnMove(player_.name, to_.x, to_.y), *this);
  if (asked != hookline::Asked::kWaiting) {
    on_decision(decision_on(asked));  // allowed if no script has the hook
  }
}

void Game::Move::on_decision(const hookline::Decision& decision) noexcept {
  Counts& counts = game_.counts_;
  ++counts.moves;
  game_.late_moves_ += decision.late > 0 ? 1 : 0;
  if (!decision.allowed) {
    ++counts.blocked;
    turn_round();
  } else if (!decision.replaced.empty()) {
    ++counts.changed;
    player_.at = {.x = replaced(decision, 1, to_.x), .y = replaced(decision, 2, to_.y)};
    turn_round();
  } else {
    player_.at = to_;
  }
  game_.decided();
}

void Game::Move::turn_round() { player_.step = {.x = -player_.step.x, .y = -player_.step.y}; }

void Game::decided() {
  if (--undecided_ == 0) {
    end_tick();
  }
}

void Game::end_tick() {
  if (const long late = std::exchange(late_moves_, 0); late > 0) {
    std::cout << "tick " << tick_ << ": " << late
              << " moves were not decided in time, so these players stay\n";
  }
  if (tick_ == ticks_) {
    uv_close(reinterpret_cast<uv_handle_t*>(&timer_), nullptr);  // NOLINT(*-reinterpret-cast)
    scripts_.detach_loop();
  }
}

void Game::print_summary() const {
  std::cout << tick_ << " ticks, " << counts_.moves << " moves: " << counts_.changed << " changed, "
            << counts_.blocked << " blocked\n";
  for (const Player& player : std::as_const(world_).players()) {
    std::cout << player.name << " is at " << player.at.x << ", " << player.at.y << '\n';
  }
}

}  // namespace game
