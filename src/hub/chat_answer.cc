#include "hub/chat_answer.h"

#include <utility>

#include "hub/hub_core.h"
#include "hub/session.h"

namespace hookline {

void answer_later(HubCore& core, Session& user, Future<Value> outcome, std::string done,
                  std::string not_done) {
  outcome.deliver_to(core.scripts().host_executor(),
                     [weak = user.weak_from_this(), done = std::move(done),
                      not_done = std::move(not_done)](const Result<Value>& result) {
                       const auto session = weak.lock();
                       if (session == nullptr || !session->is_online()) {
                         return;
                       }
                       if (!result) {
                         session->reply("That could not be stored: " + result.error().message);
                       } else {
                         session->reply(*result == Value(true) ? done : not_done);
                       }
                     });
}

}  // namespace hookline
