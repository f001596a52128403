#pragma once

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
#include "hub/net/geo_database.h"

namespace hookline::hub {

// Where addresses are, by the databases of the configuration and those that scripts name.
//
// Thread safety: any thread, once open() has returned.
class GeoIp {
 public:
  using Databases = std::vector<std::shared_ptr<const GeoDatabase>>;

  // Opens what [geoip] names. An error says which key.
  [[nodiscard]] Result<void> open(const HubConfig& config);

  // Those of the configuration for an empty `file`, or else that file, which stays open for the
  // next time. A relative one starts beside the configuration.
  [[nodiscard]] Result<Databases> databases(std::string_view file) const;

  // What the first of them that knows it says; None if none does.
  [[nodiscard]] static Value find(const Databases& databases, std::string_view ip, GeoField field);

 private:
  // How many further files stay open; then they are closed.
  static constexpr std::size_t kMostFiles = 16;

  std::filesystem::path base_dir_;
  Databases configured_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, std::shared_ptr<const GeoDatabase>, std::less<>> further_;
};

}  // namespace hookline::hub
