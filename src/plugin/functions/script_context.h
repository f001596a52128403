#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "hookline/host.h"
#include "hookline/module.h"
#include "hookline/script_host.h"
#include "hookline/text.h"
#include "plugin/functions/exception_table.h"
#include "plugin/functions/function_registry.h"
#include "plugin/functions/host_port.h"
#include "plugin/functions/module_data.h"
#include "plugin/functions/resource.h"

namespace hookline::detail {

// Tells the host's module of one interpreter about its script and the host. It is the interpreter's
// InterpreterOptions::host_context, and constant while the interpreter lives except for the last
// two members.
struct ScriptContext {
  Caller caller;
  std::string path;
  const ModuleData* module = nullptr;
  const std::vector<Attribute>* attributes = nullptr;  // LoadOptions::attributes
  const TextCodec* codec = nullptr;
  Host* host = nullptr;
  HostPort* port = nullptr;
  const FunctionRegistry* functions = nullptr;
  const ExceptionTable* exceptions = nullptr;
  ResourceList* resources = nullptr;
  // The script has ended; only daemon threads that were left behind may still run. The GIL protects
  // this member and the next.
  bool is_ended = false;
  // The number of calls of registered functions that the script's threads are in.
  mutable std::size_t calls_under_way = 0;
};

}  // namespace hookline::detail
