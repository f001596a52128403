#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookline::cli {

// What a line of the demo is there for.
enum class LineKind : std::uint8_t {
  kPlain,      // ordinary chat, some of it in bytes that are no UTF-8
  kMild,       // has a word that the word filter replaces
  kForbidden,  // has a word that the word filter blocks, in various disguises
  kRepeated,   // the same text five times in a row, for the flood guard
};

// The chat that the demo sends: always the same for the same numbers, so that each line can be told
// from where and the how manyeth it is, and what should have become of it.
//
// Thread safety: constant after construction.
class Traffic {
 public:
  struct Line {
    LineKind kind = LineKind::kPlain;
    std::string_view phrase;
  };
  // Which line a text is, from its tag, and what follows the tag.
  struct Tag {
    std::size_t client = 0;
    std::uint32_t sequence = 0;
    std::string_view rest;
  };
  // What the example scripts make of it all with the settings of the demo.
  struct Expected {
    std::uint64_t allowed = 0;
    std::uint64_t blocked = 0;
    std::uint64_t replaced = 0;
  };

  static constexpr std::string_view kForbiddenWord = "spamword";
  static constexpr std::string_view kMildWord = "darn";
  // How often the same line may be repeated in a row.
  static constexpr int kRepeats = 3;

  // REQUIRES: clients > 0
  Traffic(std::size_t clients, std::uint64_t messages) : clients_(clients), messages_(messages) {}

  [[nodiscard]] std::size_t clients() const { return clients_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  // How many lines a client sends: all the same, but for a remainder.
  [[nodiscard]] std::uint32_t lines_of(std::size_t client) const;
  [[nodiscard]] static std::string nick(std::size_t client);

  [[nodiscard]] static Line line(std::size_t client, std::uint32_t sequence);
  // The text as it is sent: "#client:sequence phrase".
  static void append_text(std::size_t client, std::uint32_t sequence, std::string& out);
  // The tag at the beginning of a text; nullopt if it has none that is ours.
  [[nodiscard]] std::optional<Tag> read_tag(std::string_view text) const;

  [[nodiscard]] Expected expected() const;

 private:
  std::size_t clients_;
  std::uint64_t messages_;
};

}  // namespace hookline::cli
