// A game server with a fixed step. Scripts decide about each move of each player, and about what
// the players say:
//
//   example_game_server examples/game_server/rules.py
//   example_game_server --ticks 1000 --tick-ms 16 --players 40 examples/game_server/rules.py
//
// The players are simulated. Decisions arrive on a libuv loop, which ticks on while the scripts
// think. The script makes one mistake, so that a tick shows what happens with late answers: each
// hook says what stands in for them, the game goes on at the deadline, and the script gets all
// events nevertheless, only later.
//
//   game.h, game.cc    the hooks, the ticks, and what becomes of decisions
//   world.h, world.cc  the players, and the module `game` that scripts import
//   rules.py           the script

#include <hookline/future.h>
#include <hookline/script_host.h>
#include <uv.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <memory>
#include <span>
#include <string>

#include "game_server/game.h"
#include "game_server/world.h"
#include "options.h"

namespace {

struct Settings {
  long ticks = 40;
  long tick_ms = 5;
  long players = 4;
  long deadline_ms = 200;
};

// Runs the game; the scripts have ended when this returns. Returns false if a script has not.
// Throws BadResult if the game cannot begin.
bool play(const Settings& settings, const std::filesystem::path& script, uv_loop_t* loop) {
  game::World world(settings.players);  // outlives the ScriptHost
  const auto scripts = hookline::ScriptHost::create(
                           {.hooks = {game::kOnMove, game::kOnChat},
                            .module = world.module(),
                            .decision_deadline = std::chrono::milliseconds(settings.deadline_ms)})
                           .value();
  scripts->attach_loop(loop);  // from here on, this thread is the host thread
  (void)scripts->load(script).get().value();
  game::Game game(world, *scripts, loop);
  game.start(settings.ticks, settings.tick_ms);
  uv_run(loop, UV_RUN_DEFAULT);
  world.end();
  game.print_summary();
  const auto left = scripts->shutdown({.patience = std::chrono::seconds(5)});
  for (const std::string& name : left) {
    std::cerr << name << " has not ended\n";
  }
  return left.empty();
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings;
  const std::array options{
      examples::Option{"--ticks", &settings.ticks, 1, 1'000'000, "end after this many ticks"},
      examples::Option{"--tick-ms", &settings.tick_ms, 1, 10'000, "the time of a tick"},
      examples::Option{"--players", &settings.players, 4, 10'000, "how many players there are"},
      examples::Option{"--deadline-ms", &settings.deadline_ms, 1, 3'600'000,
                       "how long scripts may think"}};
  const auto script = examples::read_command_line(
      {.name = "example_game_server",
       .about = "Runs a game whose rules are a script.",
       .options = options},
      std::span<const char* const>(argv, static_cast<std::size_t>(argc)));
  if (!script) {
    return script.error();
  }
  uv_loop_t loop;
  uv_loop_init(&loop);
  bool well = false;
  try {
    well = play(settings, *script, &loop);
  } catch (const hookline::BadResult& error) {
    std::cerr << error.what() << '\n';
  }
  uv_run(&loop, UV_RUN_DEFAULT);  // completes the closing of handles
  uv_loop_close(&loop);
  return well ? 0 : 1;
}
