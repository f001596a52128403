#include "hub/vh/vh_geo.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hub/base/text.h"

namespace hookline::hub {
namespace {

constexpr std::string_view kUnknown = "--";

}  // namespace

// Converts a text of a database, which is UTF-8, to the hub's encoding.
Value VhGeo::in_hub_text(Value value) const {
  const auto* text = value.as<std::string>();
  return text == nullptr ? std::move(value) : Value(hub_text(config_.encoding, *text));
}

Result<Value> VhGeo::find_text(std::string_view ip, GeoField field) const {
  const auto databases = geo_.databases({});
  if (!databases) {
    return std::unexpected(databases.error());
  }
  auto value = GeoIp::find(*databases, ip, field);
  return value.as<std::string>() != nullptr ? in_hub_text(std::move(value)) : Value(kUnknown);
}

Result<Value> VhGeo::get_user_cc(const VhArgs& args) const {
  std::string ip;
  {
    const auto users = directory_.read();
    const User* const user = users->find(args.text(0));
    ip = user == nullptr ? std::string() : user->ip;
  }
  return find_text(ip, GeoField::kCountryCode);
}

Result<Value> VhGeo::get_ip_cc(const VhArgs& args) const {
  return find_text(args.text(0), GeoField::kCountryCode);
}

Result<Value> VhGeo::get_ip_cn(const VhArgs& args) const {
  return find_text(args.text(0), GeoField::kCountry);
}

Result<Value> VhGeo::get_ip_city(const VhArgs& args) const {
  return find_text(args.text(0), GeoField::kCity);
}

Result<Value> VhGeo::get_ip_asn(const VhArgs& args) const {
  const auto databases = geo_.databases(args.text(1));
  if (!databases) {
    return std::unexpected(databases.error());
  }
  const auto number = GeoIp::find(*databases, args.text(0), GeoField::kAsn);
  if (number.as<std::int64_t>() == nullptr) {
    return kUnknown;
  }
  auto text = "AS" + std::to_string(*number.as<std::int64_t>());
  const auto name = in_hub_text(GeoIp::find(*databases, args.text(0), GeoField::kAsOrganization));
  if (const auto* organization = name.as<std::string>()) {
    text += " " + *organization;
  }
  return text;
}

Result<Value> VhGeo::get_geo_ip(const VhArgs& args) const {
  const auto databases = geo_.databases(args.text(1));
  if (!databases) {
    return std::unexpected(databases.error());
  }
  Dict place;
  for (const auto& row : kGeoFields) {
    if (auto value = GeoIp::find(*databases, args.text(0), row.field); !value.is_none()) {
      place.items.emplace_back(row.key, in_hub_text(std::move(value)));
    }
  }
  return place;
}

}  // namespace hookline::hub
