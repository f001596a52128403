#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/hook.h"
#include "hookline/script_host.h"

namespace hookline::hub {

class ChatFlow;
class ScriptEvents;
class Session;
struct HubCounters;

// Holds the chat lines of one client that the scripts are still deciding about. There may be
// several at a time, so that many lines of one client together cost one turn of the loop instead of
// one each. The ChatFlow gets their decisions in the order of the lines.
//
// Thread safety: the hub's thread. Ownership: keeps its session alive while a decision is pending.
class ChatPipeline {
 public:
  static constexpr std::size_t kMaxLines = 64;

  ChatPipeline(Session& session, ChatFlow& flow, ScriptEvents& scripts, HubCounters& counters);
  ChatPipeline(const ChatPipeline&) = delete;
  ChatPipeline& operator=(const ChatPipeline&) = delete;
  ~ChatPipeline();

  [[nodiscard]] std::size_t size() const noexcept { return lines_.size(); }
  [[nodiscard]] bool empty() const noexcept { return lines_.empty(); }
  [[nodiscard]] bool full() const noexcept { return lines_.size() >= kMaxLines; }

  // Asks the scripts about the chat line `command`, in which the user says `text`. If no script has
  // the hook and no line waits, the flow gets the line immediately. REQUIRES: !full().
  void ask(std::string_view command, std::string_view text, TimePoint received);

 private:
  class Line;
  void on_decided(Line& line, const Decision& decision);
  void deliver_decided();
  std::unique_ptr<Line> new_line();

  Session& session_;
  ChatFlow& flow_;
  ScriptEvents& scripts_;
  HubCounters& counters_;
  std::deque<std::unique_ptr<Line>> lines_;  // oldest first
  std::vector<std::unique_ptr<Line>> spare_;
  std::shared_ptr<Session> keep_alive_;  // the session, while there are lines
};

}  // namespace hookline::hub
