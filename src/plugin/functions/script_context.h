#pragma once

#include <cstddef>
#include <string>

#include "hookline/host.h"
#include "hookline/script_host.h"
#include "hookline/text.h"
#include "plugin/functions/exception_table.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/host_port.h"
#include "plugin/functions/resource.h"

namespace hookline::detail {

// What the `vh` module of one interpreter knows about its script and the host: the interpreter's
// InterpreterOptions::host_context. Constant while the interpreter lives, but for the last two.
struct ScriptContext {
  Caller caller;
  std::string path;
  const HostIdentity* identity = nullptr;
  const TextCodec* codec = nullptr;
  Host* host = nullptr;
  HostPort* port = nullptr;
  bool reads_on_host = false;  // ScriptHostOptions::reads_on_host
  const FunctionRegistry* functions = nullptr;
  const ExceptionTable* exceptions = nullptr;
  ResourceList* resources = nullptr;
  // Both under the GIL. The script has ended, but for daemon threads that were left behind.
  bool is_ended = false;
  // How many calls of functions that the host has registered its threads are in.
  mutable std::size_t calls_under_way = 0;
};

}  // namespace hookline::detail
