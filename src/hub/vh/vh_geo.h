#pragma once

#include <string_view>

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/config/config.h"
#include "hub/net/geo_ip.h"
#include "hub/users/user_directory.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Has the functions of `vh` that tell the location of users and addresses, or "--" if it is not
// known.
//
// Thread safety: any thread.
class VhGeo {
 public:
  // The references must outlive this.
  VhGeo(const GeoIp& geo, const UserDirectory& directory, const HubConfig& config)
      : geo_(geo), directory_(directory), config_(config) {}

  [[nodiscard]] Result<Value> get_user_cc(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_ip_cc(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_ip_cn(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_ip_city(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_ip_asn(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_geo_ip(const VhArgs& args) const;

 private:
  [[nodiscard]] Value in_hub_text(Value value) const;
  [[nodiscard]] Result<Value> find_text(std::string_view ip, GeoField field) const;

  const GeoIp& geo_;
  const UserDirectory& directory_;
  const HubConfig& config_;
};

}  // namespace hookline::hub
