#include "hub/session/chat_answer.h"

#include <utility>

#include "hookline/future.h"
#include "hub/session/hub_core.h"
#include "hub/session/session.h"

namespace hookline::hub {

void answer_later(HubCore& core, Session& user, Future<Value> outcome, std::string done,
                  std::string not_done) {
  outcome.deliver_to(core.scripts().host_executor(),
                     [answer = user.answerer(), done = std::move(done),
                      not_done = std::move(not_done)](const Result<Value>& result) {
                       if (!result) {
                         answer("That could not be stored: " + result.error().message);
                       } else {
                         answer(*result == Value(true) ? done : not_done);
                       }
                     });
}

}  // namespace hookline::hub
