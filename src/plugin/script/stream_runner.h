#pragma once

#include "dispatch/call/call.h"
#include "dispatch/stream/unclosed_streams.h"
#include "hookline/error.h"
#include "hookline/value.h"
#include "interp/interpreter.h"
#include "plugin/event/script_errors.h"

namespace hookline::detail {

// Runs a request of a stream in a script's interpreter. REQUIRES: is_stream_request(request); the
// interpreter is attached.
[[nodiscard]] Result<Value> run_stream_request(Interpreter& interpreter, const Request& request);

// Closes the streams whose close request did not fit into a full mailbox. `errors` may be null.
// REQUIRES: the interpreter is attached.
void close_left_streams(Interpreter& interpreter, UnclosedStreams& streams, ScriptErrors* errors);

}  // namespace hookline::detail
