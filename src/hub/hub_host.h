#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "hub/hub_core.h"
#include "plugin/host.h"

namespace hookline {

// What scripts can do with the hub: the functions of the `vh` module. docs/hub.md describes each.
//
// Thread safety: as Host::vh_call says. The functions that run on the caller's thread read the
// directory and the settings only.
class HubHost final : public Host {
 public:
  explicit HubHost(HubCore& core) : core_(core) {}

  [[nodiscard]] Result<Value> vh_call(Vh function, std::span<const Value> args,
                                      const Caller& caller) override;
  [[nodiscard]] Result<Value> vh_read(Vh function, std::span<const std::string_view> texts,
                                      const Caller& caller) override;

 private:
  // A call's arguments, by position, of vh_call or of vh_read; what was not given reads as "" or
  // the default.
  class Args {
   public:
    Args(std::span<const Value> values, const Caller& caller) : values_(values), caller_(caller) {}
    Args(std::span<const std::string_view> texts, const Caller& caller)
        : texts_(texts), caller_(caller) {}
    [[nodiscard]] bool has(std::size_t i) const;
    [[nodiscard]] std::string_view text(std::size_t i) const;
    [[nodiscard]] std::string text_or(std::size_t i, std::string_view fallback) const;
    [[nodiscard]] std::int64_t number(std::size_t i, std::int64_t fallback = 0) const;
    [[nodiscard]] const Caller& caller() const { return caller_; }

   private:
    std::span<const Value> values_;
    std::span<const std::string_view> texts_;
    const Caller& caller_;
  };
  struct Row;
  static std::span<const Row> rows() noexcept;
  [[nodiscard]] Result<Value> run(Vh function, const Args& args);

  // On the hub's thread.
  Value send_data_to_user(const Args& args);
  Value send_data_to_all(const Args& args);
  Value send_to_op_chat(const Args& args);
  Value send_pm_to_all(const Args& args);
  Value close_connection(const Args& args);
  Value mc(const Args& args);
  Value usermc(const Args& args);
  Value classmc(const Args& args);
  Value pm(const Args& args);
  Value kick_user(const Args& args);
  Value set_config(const Args& args);
  Value topic(const Args& args);
  // On any thread.
  Value get_my_info(const Args& args);
  Value get_user_class(const Args& args);
  Value get_user_ip(const Args& args);
  Value get_nick_list(const Args& args);
  Value get_op_list(const Args& args);
  Value get_bot_list(const Args& args);
  Value get_users_count(const Args& args);
  Value get_total_share_size(const Args& args);
  Value get_config(const Args& args);

  [[nodiscard]] std::string chat_as(const Args& args, std::size_t nick_at) const;

  HubCore& core_;
};

}  // namespace hookline
