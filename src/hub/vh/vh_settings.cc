#include "hub/vh/vh_settings.h"

#include <spdlog/spdlog.h>

#include <string>

#include "hookline/future.h"
#include "hookline/loop.h"
#include "hookline/verlihub/hooks.h"
#include "hub/base/text.h"

namespace hookline::hub {
namespace {

// Returns the type of a value for OnSetConfig: 1 for a whole number, else 0.
int type_of(std::string_view value) { return read_number(value) ? 1 : 0; }

}  // namespace

Future<Value> VhSettings::set_config(const VhArgs& args) {
  const std::string conf(args.text(0));
  const std::string name(args.text(1));
  const std::string value(args.text(2));
  if (const auto checked = Settings::check(conf, name, value); !checked) {
    spdlog::warn("{}: {}", args.caller().name, checked.error().message);
    return make_ready_future<Value>(false);
  }
  const List told{
      args.caller().name, conf, name, value, settings_.get(conf, name).value_or(std::string()),
      type_of(value)};
  return others_.if_others_allow(
      args.caller(), verlihub::kOnSetConfig, told,
      [this, conf, name, value] { return live_.set(conf, name, value); });
}

Future<Value> VhSettings::topic(const VhArgs& args) {
  if (!args.has(0)) {
    return make_ready_future<Value>(live_.topic());
  }
  auto stored = live_.set_topic(args.text(0));
  return stored.then(InlineExecutor::instance(),
                     [topic = live_.topic()](const Result<Value>& result) -> Result<Value> {
                       return result ? Result<Value>(topic) : result;
                     });
}

Future<Value> VhSettings::sql(const VhArgs& args) {
  constexpr std::int64_t kRows = 100;
  return sql_.run(args.caller().name, std::string(args.text(0)), args.number(1, kRows));
}

Result<Value> VhSettings::get_config(const VhArgs& args) const {
  if (auto value = settings_.get(args.text(0), args.text(1))) {
    return *std::move(value);
  }
  return args.has(2) ? Value(args.text(2)) : Value();
}

}  // namespace hookline::hub
