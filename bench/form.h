#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "dispatch/call/request_writer.h"

namespace hookline::bench {

using namespace detail;

// The two forms of each measurement: OnUserLogin(nick) and OnParsedMsgChat(nick, message).
enum class Form : std::uint8_t { kOneText, kTwoTexts };

inline constexpr std::string_view kNick = "joe_the_plumber";
// Cycles through nicks, because a hub has more than one user.
class Nicks {
 public:
  Nicks() {
    for (std::size_t i = 0; i < nicks_.size(); ++i) {
      nicks_.at(i) = "joe_the_plum" + std::to_string(100 + i);
    }
  }
  [[nodiscard]] std::string_view next() noexcept { return nicks_[next_++ % nicks_.size()]; }

 private:
  static constexpr std::size_t kUsers = 64;
  std::array<std::string, kUsers> nicks_;
  std::size_t next_ = 0;
};

inline constexpr std::string_view kMessage = "hello everybody, has anyone seen the new release?";

[[nodiscard]] inline std::string_view function_name(Form form) {
  return form == Form::kOneText ? "OnUserLogin" : "OnParsedMsgChat";
}

inline void fill(RequestWriter& request, std::uint32_t function, Form form,
                 std::string_view nick = kNick) {
  request.set_function(function);
  request.add_text(nick);
  if (form == Form::kTwoTexts) {
    request.add_text(kMessage);
  }
}

}  // namespace hookline::bench
