#include "hub/store/hub_state.h"

#include <spdlog/spdlog.h>

#include <string>
#include <utility>

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

std::string store_path(const HubConfig& config) {
  const auto& path = config.store_path;
  // Without a config file there is no folder that belongs to the hub.
  const bool is_memory =
      path.empty() || path == ":memory:" || (path.is_relative() && config.base_dir.empty());
  return is_memory ? std::string() : (config.base_dir / path).string();
}

HubState::HubState(const HubConfig& config, const Clock& clock, std::unique_ptr<Store> store,
                   std::unique_ptr<ScriptSql> sql)
    : clock_(clock),
      store_(std::move(store)),
      registrations_(*store_, config.users),
      bans_(*store_, clock_),
      restrictions_(*store_, clock_),
      scripts_(*store_),
      sql_(std::move(sql)) {}

Result<std::unique_ptr<HubState>> HubState::open(const HubConfig& config, const Clock& clock,
                                                 Settings& settings) {
  auto store = Store::open(store_path(config));
  if (!store) {
    return std::unexpected(std::move(store.error()));
  }
  auto sql = ScriptSql::open((*store)->name(), config.sql_timeout);
  if (!sql) {
    return std::unexpected(std::move(sql.error()));
  }
  std::unique_ptr<HubState> state(new HubState(config, clock, *std::move(store), *std::move(sql)));
  if (auto loaded = state->load(settings); !loaded) {
    return std::unexpected(Store::unusable(store_path(config), loaded.error()));
  }
  return state;
}

Result<void> HubState::load(Settings& settings) {
  auto done = registrations_.load();
  if (done) {
    done = bans_.load();
  }
  if (done) {
    done = restrictions_.load();
  }
  if (done) {
    done = scripts_.load();
  }
  if (done) {
    done = load_settings(*store_, settings);
  }
  if (done) {
    expire();
  }
  return done;
}

void HubState::expire() {
  bans_.expire();
  restrictions_.expire();
}

}  // namespace hookline::hub
