#pragma once

#include <hookline/call.h>
#include <hookline/convert.h>
#include <hookline/future.h>

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace game {

inline constexpr double kWidth = 100;
inline constexpr double kHeight = 60;

struct Position {
  double x = 0;
  double y = 0;
};

// A simulated player, who walks straight on, and turns round where he cannot.
struct Player {
  std::string name;
  Position at;
  Position step;
};

// Holds the players, and the scripts that wait for the next tick.
//
// Thread affinity: the loop's thread. Scripts reach it through the module, whose functions run
// there.
class World {
 public:
  explicit World(long players);

  [[nodiscard]] std::vector<Player>& players() { return players_; }
  [[nodiscard]] const std::vector<Player>& players() const { return players_; }
  [[nodiscard]] std::optional<Position> find(std::string_view player) const;
  // Returns the future of the number of the next tick, when that has begun. After the last one it
  // has an error, so that no script waits forever.
  [[nodiscard]] hookline::Future<long> next_tick();
  void begin_tick(long number);
  // Says that there will be no more ticks.
  void end();

  // Makes the module that scripts import as `game`. The World must outlive the ScriptHost.
  [[nodiscard]] hookline::Module module();

 private:
  std::vector<Player> players_;
  std::vector<hookline::Promise<long>> waiting_;
  bool has_ended_ = false;
};

}  // namespace game

template <>
struct hookline::Fields<game::Position> {
  static constexpr auto kAll =
      std::tuple{field("x", &game::Position::x), field("y", &game::Position::y)};
};
