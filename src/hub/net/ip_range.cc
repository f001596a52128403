#include "hub/net/ip_range.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cstddef>

#include "hub/base/text.h"

namespace hookline::hub {
namespace {

constexpr unsigned kIpv4Bits = 32;
constexpr unsigned kIpv6Bits = 128;

}  // namespace

std::optional<IpRange::Bytes> IpRange::parse_address(std::string_view text) {
  const std::string name(text);
  Bytes bytes{};
  if (inet_pton(AF_INET6, name.c_str(), bytes.data()) == 1) {
    return bytes;
  }
  bytes.fill(0);
  bytes[10] = bytes[11] = 0xff;
  if (inet_pton(AF_INET, name.c_str(), bytes.data() + 12) == 1) {
    return bytes;
  }
  return std::nullopt;
}

std::optional<IpRange> IpRange::parse(std::string_view text) {
  if (const auto slash = text.find('/'); slash != std::string_view::npos) {
    return parse_network(text, slash);
  }
  const auto dash = text.find('-');
  const auto first = parse_address(text.substr(0, dash));
  const auto last = dash == std::string_view::npos ? first : parse_address(text.substr(dash + 1));
  if (!first || !last || *last < *first) {
    return std::nullopt;
  }
  return IpRange(*first, *last);
}

std::optional<IpRange> IpRange::parse_network(std::string_view text, std::size_t slash) {
  const auto address = parse_address(text.substr(0, slash));
  const unsigned width = text.contains(':') ? kIpv6Bits : kIpv4Bits;
  const auto bits = read_number<unsigned>(text.substr(slash + 1));
  if (!address || !bits || *bits > width) {
    return std::nullopt;
  }
  Bytes first = *address;
  Bytes last = *address;
  for (unsigned bit = kIpv6Bits - width + *bits; bit < kIpv6Bits; ++bit) {
    const auto mask = static_cast<unsigned char>(0x80u >> (bit % 8));
    first.at(bit / 8) = static_cast<unsigned char>(first.at(bit / 8) & ~mask);
    last.at(bit / 8) = static_cast<unsigned char>(last.at(bit / 8) | mask);
  }
  return IpRange(first, last);
}

std::string IpRange::around(std::string_view address) {
  return std::string(address) + (address.contains(':') ? "/64" : "/24");
}

}  // namespace hookline::hub
