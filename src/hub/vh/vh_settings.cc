// Defines the functions of `vh` for the hub's settings and its database.

#include <spdlog/spdlog.h>

#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/verlihub/hooks.h"
#include "hub/base/text.h"
#include "hub/vh/vh_entry.h"

namespace hookline::hub {
namespace {

// Returns the type of a value for OnSetConfig: 1 for a whole number, else 0.
int type_of(std::string_view value) { return read_number(value) ? 1 : 0; }

constexpr auto kSettingFunctions = std::to_array<VhEntry>({
    {Vh::kGetConfig,
     [](const VhReadable& hub, const VhArgs& args) -> Result<Value> {
       if (auto value = hub.settings.get(args.text(0), args.text(1))) {
         return *std::move(value);
       }
       return args.has(2) ? Value(args.text(2)) : Value();
     }},
    {Vh::kSetConfig,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       const std::string conf(args.text(0));
       const std::string name(args.text(1));
       const std::string value(args.text(2));
       if (const auto checked = Settings::check(conf, name, value); !checked) {
         spdlog::warn("{}: {}", args.caller().name, checked.error().message);
         return make_ready_future<Value>(false);
       }
       const auto old = hub.settings.get(conf, name).value_or(std::string());
       const List told{args.caller().name, conf, name, value, old, type_of(value)};
       return hub.others.if_others_allow(
           args.caller(), verlihub::kOnSetConfig, told,
           [&hub, conf, name, value] { return hub.live_settings.set(conf, name, value); });
     }},
    {Vh::kTopic,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       if (!args.has(0)) {
         return make_ready_future<Value>(hub.live_settings.topic());
       }
       auto stored = hub.live_settings.set_topic(args.text(0));
       return stored.then(
           InlineExecutor::instance(),
           [topic = hub.live_settings.topic()](const Result<Value>& result) -> Result<Value> {
             return result ? Result<Value>(topic) : result;
           });
     }},
    // It runs a statement on the hub's database, see ScriptSql.
    {Vh::kSQL,
     [](VhHub& hub, const VhArgs& args) -> Future<Value> {
       constexpr std::int64_t kRows = 100;
       return hub.sql.run(args.caller().name, std::string(args.text(0)), args.number(1, kRows));
     }},
});

}  // namespace

std::span<const VhEntry> vh_settings() noexcept { return kSettingFunctions; }

}  // namespace hookline::hub
