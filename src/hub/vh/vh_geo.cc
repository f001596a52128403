#include "hub/vh/vh_geo.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "hub/base/hub_text.h"
#include "hub/session/hub_core.h"

namespace hookline::hub {

namespace {

constexpr std::string_view kUnknown = "--";

// Names in a database are UTF-8.
Value in_hub_text(HubCore& core, Value value) {
  const auto* text = value.as<std::string>();
  return text == nullptr ? std::move(value) : Value(hub_text(core.config(), *text));
}

Result<Value> find_text(HubCore& core, std::string_view ip, GeoField field) {
  const auto databases = core.geo().databases({});
  if (!databases) {
    return std::unexpected(databases.error());
  }
  auto value = GeoIp::find(*databases, ip, field);
  return value.as<std::string>() != nullptr ? in_hub_text(core, std::move(value)) : Value(kUnknown);
}

}  // namespace

Result<Value> get_user_cc(HubCore& core, const VhArgs& args) {
  std::string ip;
  {
    const auto directory = core.directory().read();
    const User* const user = directory->find(args.text(0));
    ip = user == nullptr ? std::string() : user->ip;
  }
  return find_text(core, ip, GeoField::kCountryCode);
}

Result<Value> get_ip_cc(HubCore& core, const VhArgs& args) {
  return find_text(core, args.text(0), GeoField::kCountryCode);
}

Result<Value> get_ip_cn(HubCore& core, const VhArgs& args) {
  return find_text(core, args.text(0), GeoField::kCountry);
}

Result<Value> get_ip_city(HubCore& core, const VhArgs& args) {
  return find_text(core, args.text(0), GeoField::kCity);
}

Result<Value> get_ip_asn(HubCore& core, const VhArgs& args) {
  const auto databases = core.geo().databases(args.text(1));
  if (!databases) {
    return std::unexpected(databases.error());
  }
  const auto number = GeoIp::find(*databases, args.text(0), GeoField::kAsn);
  if (number.as<std::int64_t>() == nullptr) {
    return kUnknown;
  }
  auto text = "AS" + std::to_string(*number.as<std::int64_t>());
  const auto name =
      in_hub_text(core, GeoIp::find(*databases, args.text(0), GeoField::kAsOrganization));
  if (const auto* organization = name.as<std::string>()) {
    text += " " + *organization;
  }
  return text;
}

Result<Value> get_geo_ip(HubCore& core, const VhArgs& args) {
  const auto databases = core.geo().databases(args.text(1));
  if (!databases) {
    return std::unexpected(databases.error());
  }
  Dict place;
  for (const auto& row : kGeoFields) {
    if (auto value = GeoIp::find(*databases, args.text(0), row.field); !value.is_none()) {
      place.items.emplace_back(row.key, in_hub_text(core, std::move(value)));
    }
  }
  return place;
}

}  // namespace hookline::hub
