#include "hub/net/geo_ip.h"

#include <array>
#include <utility>

namespace hookline::hub {

Result<void> GeoIp::open(const HubConfig& config) {
  struct Key {
    const char* name;
    const std::filesystem::path* file;
  };
  base_dir_ = config.base_dir;
  // The first that knows something is asked: a city database knows more of a country.
  const auto keys = std::to_array<Key>({{"city", &config.geoip_city},
                                        {"country", &config.geoip_country},
                                        {"asn", &config.geoip_asn}});
  for (const auto& key : keys) {
    if (key.file->empty()) {
      continue;
    }
    auto database = GeoDatabase::open(base_dir_ / *key.file);
    if (!database) {
      return fail(ErrorCode::kBadArguments, std::string("[geoip] ") + key.name + ": " +
                                                database.error().message +
                                                "; name an .mmdb file, or leave the key out");
    }
    configured_.push_back(*std::move(database));
  }
  return {};
}

Result<GeoIp::Databases> GeoIp::databases(std::string_view file) const {
  if (file.empty()) {
    return configured_;
  }
  const std::scoped_lock lock(mutex_);
  if (const auto found = further_.find(file); found != further_.end()) {
    return Databases{found->second};
  }
  auto opened = GeoDatabase::open(base_dir_ / file);
  if (!opened) {
    return std::unexpected(std::move(opened.error()));
  }
  if (further_.size() >= kMostFiles) {
    further_.clear();
  }
  further_.emplace(file, *opened);
  return Databases{*std::move(opened)};
}

Value GeoIp::find(const Databases& databases, std::string_view ip, GeoField field) {
  for (const auto& database : databases) {
    if (auto value = database->find(ip, field); !value.is_none()) {
      return value;
    }
  }
  return {};
}

}  // namespace hookline::hub
