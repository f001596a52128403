#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hookline::hub {

// From one IP address to another, both included. IPv4 addresses are those that IPv6 maps them to,
// so that a listener on "::" finds them too.
class IpRange {
 public:
  using Bytes = std::array<unsigned char, 16>;

  // "1.2.3.4", "1.2.3.0-1.2.3.9", "1.2.3.0/24", and the same in IPv6.
  [[nodiscard]] static std::optional<IpRange> parse(std::string_view text);
  [[nodiscard]] static std::optional<Bytes> parse_address(std::string_view text);
  // The neighbourhood of an address: the 256 of an IPv4 one, the /64 of an IPv6 one, as text.
  [[nodiscard]] static std::string around(std::string_view address);

  [[nodiscard]] bool contains(const Bytes& address) const noexcept {
    return first_ <= address && address <= last_;
  }
  [[nodiscard]] bool is_single() const noexcept { return first_ == last_; }

 private:
  IpRange(const Bytes& first, const Bytes& last) : first_(first), last_(last) {}
  static std::optional<IpRange> parse_network(std::string_view text, std::size_t slash);

  Bytes first_;
  Bytes last_;
};

}  // namespace hookline::hub
