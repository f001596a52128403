#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hookline::cli {

// Says what a line of the demo is for.
enum class LineKind : std::uint8_t {
  kPlain,      // ordinary chat, some of it invalid UTF-8
  kMild,       // has a word that the word filter replaces
  kForbidden,  // has a word that the word filter blocks, in several disguises
  kRepeated,   // the same text five times in a row, for the flood guard
};

// Generates the chat of the demo. Each line is determined by its client and its number, so the
// receiver knows where a line comes from and what the scripts should have made of it.
//
// Thread safety: immutable after construction.
class Traffic {
 public:
  struct Line {
    LineKind kind = LineKind::kPlain;
    std::string_view phrase;
  };
  // Holds the tag at the beginning of a text, and the text after it.
  struct Tag {
    std::size_t client = 0;
    std::uint32_t sequence = 0;
    std::string_view rest;
  };
  // Counts the decisions of the example scripts about all lines, with the settings of the demo.
  struct Expected {
    std::uint64_t allowed = 0;
    std::uint64_t blocked = 0;
    std::uint64_t replaced = 0;
  };

  static constexpr std::string_view kForbiddenWord = "spamword";
  static constexpr std::string_view kMildWord = "darn";
  // The number of times in a row that the flood guard allows the same line.
  static constexpr int kRepeats = 3;

  // REQUIRES: clients > 0
  Traffic(std::size_t clients, std::uint64_t messages) : clients_(clients), messages_(messages) {}

  [[nodiscard]] std::size_t clients() const { return clients_; }
  [[nodiscard]] std::uint64_t messages() const { return messages_; }
  // Returns the number of lines that a client sends. They are divided evenly; the first clients
  // send the rest.
  [[nodiscard]] std::uint32_t lines_of(std::size_t client) const;
  [[nodiscard]] static std::string nick(std::size_t client);

  [[nodiscard]] static Line line(std::size_t client, std::uint32_t sequence);
  // Appends the text of a line: "#client:sequence phrase".
  static void append_text(std::size_t client, std::uint32_t sequence, std::string& out);
  // Reads the tag of a text. Returns nullopt if the traffic has no line with this tag.
  [[nodiscard]] std::optional<Tag> read_tag(std::string_view text) const;

  [[nodiscard]] Expected expected() const;

 private:
  std::size_t clients_;
  std::uint64_t messages_;
};

}  // namespace hookline::cli
