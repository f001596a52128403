#pragma once

#include <cstdint>
#include <string_view>

#include "dispatch/request_writer.h"

namespace hookline::bench {

// The two forms of each measurement: OnUserLogin(nick) and OnParsedMsgChat(nick, message).
enum class Form : std::uint8_t { kOneText, kTwoTexts };

inline constexpr std::string_view kNick = "joe_the_plumber";
inline constexpr std::string_view kMessage = "hello everybody, has anyone seen the new release?";

[[nodiscard]] inline std::string_view function_name(Form form) {
  return form == Form::kOneText ? "OnUserLogin" : "OnParsedMsgChat";
}

inline void fill(RequestWriter& request, std::uint32_t function, Form form) {
  request.set_function(function);
  request.add_text(kNick);
  if (form == Form::kTwoTexts) {
    request.add_text(kMessage);
  }
}

}  // namespace hookline::bench
