#pragma once

#include "hookline/error.h"
#include "hookline/value.h"
#include "hub/users/user_directory.h"
#include "hub/vh/vh_args.h"

namespace hookline::hub {

// Has the functions of `vh` that read what is known about users.
//
// Thread safety: any thread, because all of them only read the directory.
class VhUsers {
 public:
  // `directory` must outlive this.
  explicit VhUsers(const UserDirectory& directory) : directory_(directory) {}

  [[nodiscard]] Result<Value> get_my_info(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_user_class(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_user_ip(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_user_host(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_user_hub_url(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_user_ext_json(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_nick_list(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_op_list(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_bot_list(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_raw_nick_list(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_raw_op_list(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_raw_bot_list(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_users_count(const VhArgs& args) const;
  [[nodiscard]] Result<Value> get_total_share_size(const VhArgs& args) const;

 private:
  const UserDirectory& directory_;
};

}  // namespace hookline::hub
