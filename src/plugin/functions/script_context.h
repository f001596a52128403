#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "hookline/call.h"
#include "hookline/script_host.h"
#include "hookline/value.h"
#include "marshal/python.h"
#include "plugin/functions/call_gate.h"
#include "plugin/functions/exception_table.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/host_port.h"
#include "plugin/functions/module_data.h"
#include "plugin/functions/resource.h"

namespace hookline::detail {

// Tells the host's module of one interpreter about its script and the host. It is the interpreter's
// InterpreterOptions::host_context, and constant while the interpreter lives except for the last
// two members and `awaited_bytes`.
struct ScriptContext {
  Caller caller;
  std::string path;
  const ModuleData* module = nullptr;
  const std::vector<Attribute>* attributes = nullptr;  // LoadOptions::attributes
  const TextCodec* codec = nullptr;
  // Limits the bytes of all arguments of one call into the host, and of all sends of one batch.
  std::size_t max_value_bytes = kDefaultMaxBytes;
  // Counts the bytes of awaited calls that have not ended, in all runs of the script together.
  std::shared_ptr<std::atomic<std::size_t>> awaited_bytes =
      std::make_shared<std::atomic<std::size_t>>(0);
  Host* host = nullptr;
  HostPort* port = nullptr;
  const FunctionRegistry* functions = nullptr;
  const ExceptionTable* exceptions = nullptr;
  ResourceList* resources = nullptr;
  // It is closed when the script has ended or is left behind, because its threads may still run.
  mutable CallGate gate;
  // The number of calls of registered functions that the script's threads are in. Guarded by the
  // GIL.
  mutable std::size_t calls_under_way = 0;
};

}  // namespace hookline::detail
