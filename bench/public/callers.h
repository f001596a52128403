#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/form.h"
#include "bench/public/own_host.h"
#include "hookline/future.h"
#include "hookline/typed_call.h"

namespace hookline::bench {

// The ways of calling a function of a script. Each of them makes one call, and returns its future.

// Calls functions that the host holds.
class HeldCaller {
 public:
  explicit HeldCaller(OwnHost& host)
      : score_(host.scripts().function<std::int64_t(std::string)>(host.script(), "score")),
        rate_(host.scripts().function<std::int64_t(std::string, std::string)>(host.script(),
                                                                              "rate")) {}
  [[nodiscard]] Future<std::int64_t> operator()(Form form, std::string_view nick) const {
    return form == Form::kOneText ? score_(nick) : rate_(nick, kMessage);
  }
  [[nodiscard]] Result<void> on_loop(ResultHandler& handler, Form form,
                                     std::string_view nick) const {
    return form == Form::kOneText ? score_.on_loop(handler, nick)
                                  : rate_.on_loop(handler, nick, kMessage);
  }

 private:
  ScriptFunction<std::int64_t(std::string)> score_;
  ScriptFunction<std::int64_t(std::string, std::string)> rate_;
};

// Calls functions by their names, with a list of arguments.
class NameCaller {
 public:
  explicit NameCaller(OwnHost& host) : scripts_(host.scripts()), script_(host.script()) {}
  [[nodiscard]] Future<Value> operator()(Form form, std::string_view nick) const {
    return form == Form::kOneText ? scripts_.call(script_, "score", {nick})
                                  : scripts_.call(script_, "rate", {nick, kMessage});
  }

 private:
  ScriptHost& scripts_;
  ScriptId script_;
};

// Calls functions by their names, with arguments and a result of C++ types.
class TypedCaller {
 public:
  explicit TypedCaller(OwnHost& host) : scripts_(host.scripts()), script_(host.script()) {}
  [[nodiscard]] Future<long> operator()(Form form, std::string_view nick) const {
    return form == Form::kOneText ? scripts_.call<long>(script_, "score", nick)
                                  : scripts_.call<long>(script_, "rate", nick, kMessage);
  }

 private:
  ScriptHost& scripts_;
  ScriptId script_;
};

}  // namespace hookline::bench
