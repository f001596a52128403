#include "bench/event_stream.h"

#include "hookline/future.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::bench {

using namespace detail;

void EventStream::post_block(int events) {
  Marks& marks = marks_.at(next_++ % marks_.size());
  wait_for(marks);
  for (int i = 0; i < events; ++i) {
    if (form_ == Form::kOneText) {
      scripts_.post(verlihub::kOnUserLogin, {nicks_.next()});
    } else {
      scripts_.post(verlihub::kOnParsedMsgChat, {nicks_.next(), message_});
    }
  }
  for (const ScriptId reader : readers_) {
    marks.push_back(scripts_.call(reader, "hooks_seen", {}));
  }
}

void EventStream::drain() {
  for (Marks& marks : marks_) {
    wait_for(marks);
  }
}

void EventStream::wait_for(Marks& marks) {
  for (Future<Value>& mark : marks) {
    failed_ = !mark.get().has_value() || failed_;
  }
  marks.clear();
}

}  // namespace hookline::bench
