#include "wrapper/callback_result.h"

#include <dlfcn.h>

#include <cstddef>

#include "marshal/format.h"
#include "wrapper/c_memory.h"

namespace hookline::wrapper {
namespace {

bool is_static(const void* memory) {
  Dl_info info;
  return dladdr(memory, &info) != 0;
}

}  // namespace

CallbackResult::~CallbackResult() {
  if (result_ != nullptr && result_ != arguments_) {
    release(*result_);
    c_free(result_);
  }
}

void CallbackResult::release(w_Targs& args) const noexcept {
  const auto format = detail::parse_format(args.format != nullptr ? args.format : "");
  if (!format) {
    return;
  }
  const auto& items = format->items;
  for (std::size_t i = 0, at = 0; i < items.size(); i += 1 + items[i].nested, ++at) {
    const w_Telement& element = args.args[at];
    if (element.type != items[i].type) {
      return;  // no telling what it is
    }
    if (element.type == 's' || element.type == 'D') {
      release(element.s);
    } else if (element.type == 'L' && element.L != nullptr) {
      for (char** text = element.L; *text != nullptr; ++text) {
        release(*text);
      }
      if (!is_static(static_cast<const void*>(element.L))) {
        c_free(static_cast<void*>(element.L));
      }
    }
  }
}

void CallbackResult::release(char* text) const noexcept {
  if (text != nullptr && !is_argument(text) && !is_static(text)) {
    c_free(text);
  }
}

bool CallbackResult::is_argument(const char* text) const noexcept {
  const auto format = detail::parse_format(arguments_->format);
  const std::size_t count = format ? format->items.size() : 0;
  for (std::size_t i = 0; i < count; ++i) {
    const w_Telement& element = arguments_->args[i];
    if ((element.type == 's' || element.type == 'D') && element.s == text) {
      return true;
    }
  }
  return false;
}

}  // namespace hookline::wrapper
