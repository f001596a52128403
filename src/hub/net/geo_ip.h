#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/config/config.h"

namespace hookline::hub {

// The fields that a MaxMind database may have for an address.
//   X(name, its key in the result of vh.GetGeoIP, its path in the database)
#define HOOKLINE_GEO_FIELDS(X)                                  \
  X(CountryCode, "country_code", "country", "iso_code")         \
  X(Country, "country", "country", "names", "en")               \
  X(ContinentCode, "continent_code", "continent", "code")       \
  X(Continent, "continent", "continent", "names", "en")         \
  X(RegionCode, "region_code", "subdivisions", "0", "iso_code") \
  X(Region, "region", "subdivisions", "0", "names", "en")       \
  X(City, "city", "city", "names", "en")                        \
  X(PostalCode, "postal_code", "postal", "code")                \
  X(Latitude, "latitude", "location", "latitude")               \
  X(Longitude, "longitude", "location", "longitude")            \
  X(TimeZone, "time_zone", "location", "time_zone")             \
  X(Asn, "asn", "autonomous_system_number")                     \
  X(AsOrganization, "as_organization", "autonomous_system_organization")

enum class GeoField : std::uint8_t {
#define HOOKLINE_ENUMERATOR(name, key, ...) k##name,
  HOOKLINE_GEO_FIELDS(HOOKLINE_ENUMERATOR)
#undef HOOKLINE_ENUMERATOR
};

struct GeoFieldRow {
  static constexpr std::size_t kDeepest = 5;
  GeoField field;
  const char* key;
  std::array<const char*, kDeepest> path;  // ends with nullptr
};

inline constexpr auto kGeoFields = std::to_array<GeoFieldRow>({
#define HOOKLINE_ROW(name, key, ...) {GeoField::k##name, key, {__VA_ARGS__, nullptr}},
    HOOKLINE_GEO_FIELDS(HOOKLINE_ROW)
#undef HOOKLINE_ROW
});

// Reads one MaxMind DB file, which is mapped into memory.
//
// Thread safety: any thread. The file must not be written to while it is open. It may be replaced
// by another file, which this does not notice.
class GeoDatabase {
 public:
  // Fails with kBadArguments, and the reason, if the file does not exist or is not a database.
  [[nodiscard]] static Result<std::shared_ptr<const GeoDatabase>> open(
      const std::filesystem::path& file);
  GeoDatabase(const GeoDatabase&) = delete;
  GeoDatabase& operator=(const GeoDatabase&) = delete;
  ~GeoDatabase();

  // Returns text in UTF-8, a float or an int; None if the database does not have the field, or if
  // `ip` is not an address.
  [[nodiscard]] Value find(std::string_view ip, GeoField field) const;

 private:
  struct Map;
  explicit GeoDatabase(std::unique_ptr<Map> map);
  std::unique_ptr<Map> map_;
};

// Finds the locations of addresses, with the databases of the configuration and those that scripts
// name.
//
// Thread safety: any thread, once open() has returned.
class GeoIp {
 public:
  using Databases = std::vector<std::shared_ptr<const GeoDatabase>>;

  // Opens the databases that [geoip] names. An error names the key.
  [[nodiscard]] Result<void> open(const HubConfig& config);

  // Returns the databases of the configuration if `file` is empty, or else that file, which stays
  // open. A relative path starts beside the configuration.
  [[nodiscard]] Result<Databases> databases(std::string_view file) const;

  // Returns the value of the first database that has one, or None.
  [[nodiscard]] static Value find(const Databases& databases, std::string_view ip, GeoField field);

 private:
  // When this many other files are open, all of them are closed before the next one is opened.
  static constexpr std::size_t kMaxFiles = 16;

  std::filesystem::path base_dir_;
  Databases configured_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const GeoDatabase>, std::less<>> further_;
};

}  // namespace hookline::hub
