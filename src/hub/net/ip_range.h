#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hookline::hub {

// Describes a range of IP addresses, from one to another, both included. IPv4 addresses are stored
// as the IPv6 addresses that they map to, so that clients of a listener on "::" match too.
class IpRange {
 public:
  using Bytes = std::array<unsigned char, 16>;

  // Reads "1.2.3.4", "1.2.3.0-1.2.3.9", "1.2.3.0/24", and the same forms with IPv6 addresses.
  [[nodiscard]] static std::optional<IpRange> parse(std::string_view text);
  [[nodiscard]] static std::optional<Bytes> parse_address(std::string_view text);
  // Writes the range around an address: the /24 of an IPv4 address, the /64 of an IPv6 address.
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
