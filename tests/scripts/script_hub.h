#pragma once

#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hookline/verlihub/functions.h"

namespace hookline::test {

using namespace detail;

// Stands for a hub, without sockets. It knows the users and settings that a test gives it, answers
// the questions of scripts, and records what they tell it to do.
//
// Thread safety: all methods from any thread.
class ScriptHub final : public verlihub::Functions {
 public:
  struct User {
    int user_class = 0;
    std::string ip = "192.0.2.1";
    std::string share = "0";
  };
  struct Request {
    std::string_view function;
    std::vector<Value> args;

    [[nodiscard]] std::string text(std::size_t i) const;
  };

  Result<Value> call(verlihub::Vh function, std::span<const Value> args,
                     const Caller& caller) override;

  void set(std::string_view conf, std::string_view name, std::string_view value);
  void add_user(const std::string& nick, User user);
  void remove_user(const std::string& nick);
  [[nodiscard]] int class_of(const std::string& nick) const;
  // Makes a function return this from now on, instead of True.
  void answer(std::string_view function, Value answer);

  // Returns the requests since the last call, except questions.
  [[nodiscard]] std::vector<Request> take_requests();

 private:
  [[nodiscard]] Value answer_about(const User* user, std::string_view nick,
                                   std::string_view function) const;

  mutable std::mutex mutex_;
  std::map<std::pair<std::string, std::string>, std::string> settings_;
  std::map<std::string, User> users_;
  std::map<std::string, Value, std::less<>> answers_;
  std::vector<Request> requests_;
};

}  // namespace hookline::test
