#pragma once

#include <dlfcn.h>

#include <cstdlib>
#include <iostream>

#include "hookline/script_info.h"
#include "wrapper/wrapper.h"

namespace hookline::test {

// Opens the shared library like a plugin does: with the flags of the old plugin, finding each
// function by its name.
class OpenedLibrary {
 public:
  // Returns the library, which is opened once for the process and never closed.
  [[nodiscard]] static OpenedLibrary& instance() {
    static OpenedLibrary library(HOOKLINE_WRAPPER_LIBRARY);
    return library;
  }

  template <class F>
  [[nodiscard]] F find(const char* name) const {
    void* const symbol = dlsym(handle_, name);
    if (symbol == nullptr) {
      std::cerr << "no " << name << " in " << HOOKLINE_WRAPPER_LIBRARY << '\n';
      std::abort();
    }
    return reinterpret_cast<F>(symbol);
  }

 private:
  explicit OpenedLibrary(const char* path) : handle_(dlopen(path, RTLD_LAZY | RTLD_GLOBAL)) {
    if (handle_ == nullptr) {
      std::cerr << dlerror() << '\n';
      std::abort();
    }
  }

  void* handle_;
};

// Has all functions of wrapper.h.
struct Wrapper {
  template <class F>
  static F find(const char* name) {
    return OpenedLibrary::instance().find<F>(name);
  }

  w_TBegin begin = find<w_TBegin>("w_Begin");
  w_TEnd end = find<w_TEnd>("w_End");
  w_TReserveID reserve_id = find<w_TReserveID>("w_ReserveID");
  w_TLoad load = find<w_TLoad>("w_Load");
  w_TUnload unload = find<w_TUnload>("w_Unload");
  w_THasHook has_hook = find<w_THasHook>("w_HasHook");
  w_TCallHook call_hook = find<w_TCallHook>("w_CallHook");
  w_TCallFunction call_function = find<w_TCallFunction>("w_CallFunction");
  w_THookName hook_name = find<w_THookName>("w_HookName");
  w_TCallName call_name = find<w_TCallName>("w_CallName");
  w_TRegisterFunction register_function = find<w_TRegisterFunction>("w_RegisterFunction");
  w_TUnregisterFunction unregister_function = find<w_TUnregisterFunction>("w_UnregisterFunction");
  w_Tpack pack = find<w_Tpack>("w_pack");
  w_Tunpack unpack = find<w_Tunpack>("w_unpack");
  w_Tfree_args free_args = find<w_Tfree_args>("w_free_args");
  w_TLogLevel log_level = find<w_TLogLevel>("w_LogLevel");
  w_Tpackprint packprint = find<w_Tpackprint>("w_packprint");
  w_TLastError last_error = find<w_TLastError>("w_LastError");
  w_TSetDeadline set_deadline = find<w_TSetDeadline>("w_SetDeadline");
  w_TCallFunctionAsync call_function_async = find<w_TCallFunctionAsync>("w_CallFunctionAsync");
  w_TFindScript find_script = find<w_TFindScript>("w_FindScript");
};

}  // namespace hookline::test
