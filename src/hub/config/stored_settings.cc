#include "hub/config/stored_settings.h"

#include <spdlog/spdlog.h>

#include <string>

#include "hookline/future.h"

namespace hookline::hub {
namespace {

constexpr const char* kRead = "SELECT conf, name, value FROM hub_settings";
constexpr const char* kSet =
    "INSERT OR REPLACE INTO hub_settings(conf, name, value) VALUES(?, ?, ?)";

}  // namespace

Result<void> load_settings(Store& store, Settings& settings) {
  return store.read(kRead, [&settings](const Statement& row) {
    if (auto done = settings.set(row.text(0), row.text(1), row.text(2)); !done) {
      spdlog::warn("the stored value of {} is not used: {}", row.text(1), done.error().message);
    }
  });
}

Future<Value> save_setting(Store& store, const Settings& settings, std::string_view conf,
                           std::string_view name) {
  const auto [stored_conf, stored_name] = Settings::key_of(conf, name);
  return store.write(
      {{kSet, {stored_conf, stored_name, settings.get(conf, name).value_or(std::string())}}});
}

}  // namespace hookline::hub
