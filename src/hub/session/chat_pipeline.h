#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/script_host.h"

namespace hookline::hub {

class Session;
struct HubCounters;

// The chat lines of one client that the scripts are still deciding about. Several at a time, so
// that a client who sends many costs one turn of the loop and not one for each; what comes of them
// is told to the session in the order in which they came.
//
// Thread safety: the hub's thread. Life: keeps its session alive while a verdict is pending.
class ChatPipeline {
 public:
  static constexpr std::size_t kMost = 64;

  ChatPipeline(Session& session, ScriptHost& scripts, HubCounters& counters);
  ChatPipeline(const ChatPipeline&) = delete;
  ChatPipeline& operator=(const ChatPipeline&) = delete;
  ~ChatPipeline();

  [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }
  [[nodiscard]] bool full() const noexcept { return lines_.size() >= kMost; }

  // Asks the scripts about a chat line, of which `text` is what was said. The session is told at
  // once if there is nobody to ask and nothing before it. REQUIRES: !full().
  void ask(std::string_view command, std::string_view text, TimePoint received);

 private:
  class Line;
  void on_decided(Line& line, const Verdict& verdict);
  void deliver_decided();
  std::unique_ptr<Line> new_line();

  Session& session_;
  ScriptHost& scripts_;
  HubCounters& counters_;
  std::deque<std::unique_ptr<Line>> lines_;  // oldest first
  std::vector<std::unique_ptr<Line>> spare_;
  std::shared_ptr<Session> keep_;  // the session, while there are lines
};

}  // namespace hookline::hub
