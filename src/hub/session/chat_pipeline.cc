#include "hub/session/chat_pipeline.h"

#include <optional>
#include <utility>

#include "hookline/hook.h"
#include "hookline/verlihub/hooks.h"
#include "hub/base/counters.h"
#include "hub/scripts/script_events.h"
#include "hub/session/session.h"

namespace hookline::hub {

class ChatPipeline::Line final : public DecisionHandler {
 public:
  explicit Line(ChatPipeline& pipeline) : pipeline_(pipeline) {}

  void on_decision(const Decision& decision) noexcept override {
    pipeline_.on_decided(*this, decision);
  }

  std::string command;
  TimePoint received;
  bool is_decided = false;
  std::optional<Decision> answer;  // set if an earlier line is still undecided

 private:
  ChatPipeline& pipeline_;
};

ChatPipeline::ChatPipeline(Session& session, ChatFlow& flow, ScriptEvents& scripts,
                           HubCounters& counters)
    : session_(session), flow_(flow), scripts_(scripts), counters_(counters) {}

ChatPipeline::~ChatPipeline() = default;

std::unique_ptr<ChatPipeline::Line> ChatPipeline::new_line() {
  if (spare_.empty()) {
    return std::make_unique<Line>(*this);
  }
  auto line = std::move(spare_.back());
  spare_.pop_back();
  line->is_decided = false;
  line->answer.reset();
  return line;
}

void ChatPipeline::ask(std::string_view command, std::string_view text, TimePoint received) {
  auto line = new_line();
  line->command.assign(command);
  line->received = received;
  if (scripts_.ask(verlihub::kOnParsedMsgChat, {session_.nick(), text}, *line)) {
    keep_alive_ = session_.shared_from_this();
  } else {
    line->is_decided = true;
  }
  lines_.push_back(std::move(line));
  deliver_decided();
}

void ChatPipeline::on_decided(Line& line, const Decision& decision) {
  const auto keep_alive = keep_alive_;
  if (decision.late != 0) {
    counters_.late_decisions.add();
  }
  line.is_decided = true;
  if (&line == lines_.front().get()) {
    auto first = std::move(lines_.front());
    lines_.pop_front();
    flow_.chat_decided(first->command, first->received, decision);
    spare_.push_back(std::move(first));
    deliver_decided();
  } else {
    line.answer = decision;
  }
  if (lines_.empty()) {
    keep_alive_.reset();
  }
  session_.commands().resume();
}

void ChatPipeline::deliver_decided() {
  static const Decision kGoOn;
  while (!lines_.empty() && lines_.front()->is_decided) {
    auto first = std::move(lines_.front());
    lines_.pop_front();
    flow_.chat_decided(first->command, first->received, first->answer.value_or(kGoOn));
    spare_.push_back(std::move(first));
  }
}

}  // namespace hookline::hub
