#include "hub/net/geo_ip.h"

#include <maxminddb.h>

#include <array>
#include <utility>

namespace hookline::hub {

struct GeoDatabase::Map {
  MMDB_s mmdb{};
  bool is_open = false;
};

namespace {

Value to_value(const MMDB_entry_data_s& data) {
  switch (data.type) {
    case MMDB_DATA_TYPE_UTF8_STRING:
      return std::string_view(data.utf8_string, data.data_size);
    case MMDB_DATA_TYPE_DOUBLE:
      return data.double_value;
    case MMDB_DATA_TYPE_FLOAT:
      return static_cast<double>(data.float_value);
    case MMDB_DATA_TYPE_UINT16:
      return static_cast<std::int64_t>(data.uint16);
    case MMDB_DATA_TYPE_UINT32:
      return static_cast<std::int64_t>(data.uint32);
    default:
      return {};
  }
}

}  // namespace

GeoDatabase::GeoDatabase(std::unique_ptr<Map> map) : map_(std::move(map)) {}

GeoDatabase::~GeoDatabase() {
  if (map_->is_open) {
    MMDB_close(&map_->mmdb);
  }
}

Result<std::shared_ptr<const GeoDatabase>> GeoDatabase::open(const std::filesystem::path& file) {
  auto map = std::make_unique<Map>();
  if (const int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, &map->mmdb);
      status != MMDB_SUCCESS) {
    return fail(ErrorCode::kBadArguments,
                file.string() + " cannot be read as a MaxMind database: " + MMDB_strerror(status));
  }
  map->is_open = true;
  return std::shared_ptr<const GeoDatabase>(new GeoDatabase(std::move(map)));
}

Value GeoDatabase::find(std::string_view ip, GeoField field) const {
  const std::string text(ip);
  int address_error = 0;
  int status = MMDB_SUCCESS;
  auto found = MMDB_lookup_string(&map_->mmdb, text.c_str(), &address_error, &status);
  if (address_error != 0 || status != MMDB_SUCCESS || !found.found_entry) {
    return {};
  }
  MMDB_entry_data_s data{};
  status = MMDB_aget_value(&found.entry, &data,
                           kGeoFields.at(static_cast<std::size_t>(field)).path.data());
  return status == MMDB_SUCCESS && data.has_data ? to_value(data) : Value();
}

Result<void> GeoIp::open(const HubConfig& config) {
  struct Key {
    const char* name;
    const std::filesystem::path* file;
  };
  base_dir_ = config.base_dir;
  // The databases are asked in this order. A city database has more about a country than a country
  // database.
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
  if (further_.size() >= kMaxFiles) {
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
