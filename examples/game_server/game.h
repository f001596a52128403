#pragma once

#include <hookline/hook.h>
#include <hookline/script_host.h>
#include <hookline/typed_hook.h>
#include <uv.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "game_server/world.h"

namespace game {

// Scripts may forbid a move, or change where it ends. A player whose move nobody has decided in
// time stays where he is.
inline constexpr auto kOnMove = hookline::hook<std::string, double, double>(
    "on_move", {"player", "x", "y"}, hookline::last_replacement, hookline::LateAnswer::kBlocks);
// Scripts may hide a line, or change it. One that nobody has decided in time is shown as it is.
inline constexpr auto kOnChat = hookline::hook<std::string, std::string>(
    "on_chat", {"player", "text"}, hookline::last_replacement, hookline::LateAnswer::kAllows);

// Runs the ticks of the game on a libuv loop. In each one all players wish to move, and the scripts
// decide. The next tick begins when its time has come and all decisions are there.
//
// Ownership: it borrows all that it is given. The loop must run once more after the last tick.
class Game {
 public:
  Game(World& world, hookline::ScriptHost& scripts, uv_loop_t* loop);
  Game(const Game&) = delete;
  Game& operator=(const Game&) = delete;
  ~Game() = default;

  // Starts the ticks. After the last one the loop is detached from the scripts, and can end.
  void start(long ticks, long milliseconds);
  void print_summary() const;

 private:
  // The move of one player. A player has at most one under way, so this is made once.
  class Move final : public hookline::DecisionHandler {
   public:
    Move(Game& game, Player& player) : game_(game), player_(player) {}
    void wish();
    void on_decision(const hookline::Decision& decision) noexcept override;

   private:
    void turn_round();

    Game& game_;
    Player& player_;
    Position to_;
  };
  struct Counts {
    long moves = 0;
    long changed = 0;
    long blocked = 0;
  };

  void on_timer();
  void chat(const std::string& player, std::string_view text);
  // Is called for each decision of this tick.
  void decided();
  void end_tick();

  World& world_;
  hookline::ScriptHost& scripts_;
  uv_timer_t timer_{};
  std::vector<std::unique_ptr<Move>> moves_;
  Counts counts_;
  long tick_ = 0;
  long ticks_ = 0;
  long undecided_ = 0;
  long late_moves_ = 0;  // of this tick
};

}  // namespace game
