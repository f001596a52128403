// The functions of `vh` that tell the location of users and addresses, or "--" if it is not known.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hub/base/text.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

constexpr std::string_view kUnknown = "--";

// Converts a text of a database, which is UTF-8, to the hub's encoding.
Value in_hub_text(const VhReadable& hub, Value value) {
  const auto* text = value.as<std::string>();
  return text == nullptr ? std::move(value) : Value(hub_text(hub.config.encoding, *text));
}

constexpr auto kGeoFunctions = std::to_array<VhEntry>({
    {Vh::kGetUserCC,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       std::string ip;
       {
         const auto users = hub.directory.read();
         const User* const user = users->find(args.text(0));
         ip = user == nullptr ? std::string() : user->ip;
       }
       return hub.place_of(ip, GeoField::kCountryCode);
     }},
    {Vh::kGetIPCC,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       return hub.place_of(args.text(0), GeoField::kCountryCode);
     }},
    {Vh::kGetIPCN,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       return hub.place_of(args.text(0), GeoField::kCountry);
     }},
    {Vh::kGetIPCity,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       return hub.place_of(args.text(0), GeoField::kCity);
     }},
    {Vh::kGetIPASN,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       const auto databases = hub.geo.databases(args.text(1));
       if (!databases) {
         return std::unexpected(databases.error());
       }
       const auto number = GeoIp::find(*databases, args.text(0), GeoField::kAsn);
       if (number.as<std::int64_t>() == nullptr) {
         return kUnknown;
       }
       auto text = "AS" + std::to_string(*number.as<std::int64_t>());
       const auto name =
           in_hub_text(hub, GeoIp::find(*databases, args.text(0), GeoField::kAsOrganization));
       if (const auto* organization = name.as<std::string>()) {
         text += " " + *organization;
       }
       return text;
     }},
    {Vh::kGetGeoIP,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       const auto databases = hub.geo.databases(args.text(1));
       if (!databases) {
         return std::unexpected(databases.error());
       }
       Dict place;
       for (const auto& row : kGeoFields) {
         if (auto value = GeoIp::find(*databases, args.text(0), row.field); !value.is_none()) {
           place.items.emplace_back(row.key, in_hub_text(hub, std::move(value)));
         }
       }
       return place;
     }},
});

}  // namespace

std::string VhReadable::place_of(std::string_view ip, GeoField field) const {
  const auto databases = geo.databases({});
  const auto value = databases ? GeoIp::find(*databases, ip, field) : Value();
  const auto* text = value.as<std::string>();
  return text == nullptr ? std::string(kUnknown) : hub_text(config.encoding, *text);
}

std::span<const VhEntry> vh_geo() noexcept { return kGeoFunctions; }

}  // namespace hookline::hub
