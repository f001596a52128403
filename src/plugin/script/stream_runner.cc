#include "plugin/script/stream_runner.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "dispatch/stream/stream_request.h"

namespace hookline::detail {

namespace {

// Returns the argument of kPull and kClose at `index`, or 0 if it is missing or no int.
std::int64_t number_at(const List& args, std::size_t index) {
  const auto* number = index < args.size() ? args[index].as<std::int64_t>() : nullptr;
  return number != nullptr ? *number : 0;
}

Result<Value> open_stream(Interpreter& interpreter, const Request& request) {
  const Result<StreamId> stream = interpreter.open_stream(request);
  if (!stream) {
    return std::unexpected(stream.error());
  }
  return static_cast<std::int64_t>(*stream);
}

Result<Value> pull_stream(Interpreter& interpreter, const Request& request) {
  const List args = request.copy_args();
  const auto most = static_cast<std::size_t>(std::max<std::int64_t>(number_at(args, 1), 1));
  const auto most_bytes = static_cast<std::size_t>(std::max<std::int64_t>(number_at(args, 2), 0));
  auto pulled =
      interpreter.pull_stream(StreamId{number_at(args, 0)}, most, request.text, most_bytes);
  if (!pulled) {
    return std::unexpected(std::move(pulled.error()));
  }
  return make_stream_batch(
      {.items = std::move(pulled->items), .ended = pulled->ended, .bytes = pulled->bytes});
}

Result<Value> close_stream(Interpreter& interpreter, const Request& request) {
  Result<void> closed = interpreter.close_stream(StreamId{number_at(request.copy_args(), 0)});
  if (!closed) {
    return std::unexpected(std::move(closed.error()));
  }
  return Value();
}

}  // namespace

Result<Value> run_stream_request(Interpreter& interpreter, const Request& request) {
  switch (static_cast<StreamRequest>(request.function)) {
    case StreamRequest::kOpen:
      return open_stream(interpreter, request);
    case StreamRequest::kPull:
      return pull_stream(interpreter, request);
    case StreamRequest::kClose:
      break;
  }
  return close_stream(interpreter, request);
}

void close_left_streams(Interpreter& interpreter, UnclosedStreams& streams, ScriptErrors* errors) {
  for (UnclosedStreams::Stream& stream : streams.take()) {
    Result<void> closed = interpreter.close_stream(StreamId{stream.number});
    if (!closed && errors != nullptr) {
      errors->note(closed.error());
    }
    stream.closed.set(std::move(closed));
  }
}

}  // namespace hookline::detail
