#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace hookline::bench {

// The two forms of each measurement: OnUserLogin(nick) and OnParsedMsgChat(nick, message).
enum class Form : std::uint8_t { kOneText, kTwoTexts };

inline constexpr std::string_view kNick = "joe_the_plumber";

// Cycles through nicks, because a server has more than one user. Each has the length of kNick.
class Nicks {
 public:
  Nicks() {
    for (std::size_t i = 0; i < nicks_.size(); ++i) {
      nicks_[i] = "joe_the_plu" + std::to_string(1'000 + i);
    }
  }
  [[nodiscard]] std::string_view next() noexcept {
    next_ = next_ + 1 == kUsers ? 0 : next_ + 1;
    return nicks_[next_];
  }

 private:
  static constexpr std::size_t kUsers = 5'000;
  std::vector<std::string> nicks_ = std::vector<std::string>(kUsers);
  std::size_t next_ = 0;
};

inline constexpr std::string_view kMessage = "hello everybody, has anyone seen the new release?";

[[nodiscard]] inline std::string_view function_name(Form form) {
  return form == Form::kOneText ? "OnUserLogin" : "OnParsedMsgChat";
}

}  // namespace hookline::bench
