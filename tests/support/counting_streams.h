#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "dispatch/stream/stream_request.h"
#include "hookline/error.h"
#include "hookline/value.h"

namespace hookline {

using namespace detail;

// Answers stream requests for FakeScript::on_run. Each stream counts 1, 2, 3 ... up to the argument
// that it was opened with (0: for ever). With a second argument it then raises instead of ending.
//
// Thread safety: none. The test may read it while the runner's thread runs no call.
class CountingStreams {
 public:
  Result<Value> run(const Request& request) {
    switch (static_cast<StreamRequest>(request.function)) {
      case StreamRequest::kOpen:
        notes.push_back("open " + std::string(request.name));
        streams_[++last_] = {.end = number(request, 0), .raises = request.size() > 1};
        return last_;
      case StreamRequest::kPull:
        return pull(number(request, 0), number(request, 1), number(request, 2));
      case StreamRequest::kClose:
        break;
    }
    notes.push_back("close " + std::to_string(number(request, 0)));
    closed += streams_.erase(number(request, 0)) != 0 ? 1 : 0;
    return close_result;
  }

  std::vector<std::string> notes;  // "open NAME", "pull MOST", "close NUMBER"
  std::int64_t made = 0;           // the number of items of all streams
  int closed = 0;
  std::int64_t slow_after = 0;  // the most items that a pull brings; 0: as many as asked for
  std::vector<std::size_t> sizes = {0};  // what the items are said to take, over and over
  Result<Value> close_result = Value();

 private:
  struct Stream {
    std::int64_t end = 0;
    bool raises = false;
    std::int64_t at = 0;
  };

  static std::int64_t number(const Request& request, std::size_t index) {
    return *request.copy_args().at(index).as<std::int64_t>();
  }

  Result<Value> pull(std::int64_t id, std::int64_t most, std::int64_t most_bytes) {
    notes.push_back("pull " + std::to_string(most));
    const auto stream = streams_.find(id);
    if (stream == streams_.end()) {
      return fail(ErrorCode::kScriptUnloaded, "there is no such stream");
    }
    auto& [end, raises, at] = stream->second;
    StreamBatch batch;
    while (std::cmp_less(batch.items.size(), slow_after != 0 ? slow_after : most) &&
           (end == 0 || at < end) &&
           (batch.items.empty() || std::cmp_less(batch.bytes, most_bytes))) {
      batch.bytes += sizes[static_cast<std::size_t>(at) % sizes.size()];
      batch.items.emplace_back(++at);
      ++made;
    }
    const bool done = end != 0 && at == end;
    if (done && raises && batch.items.empty()) {
      return fail(ErrorCode::kScriptRaised, "broken");
    }
    batch.ended = done && !raises;
    return make_stream_batch(std::move(batch));
  }

  std::map<std::int64_t, Stream> streams_;
  std::int64_t last_ = 0;
};

}  // namespace hookline
