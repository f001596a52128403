// Fuzzes the configuration file: any bytes are a configuration, or an error that names the place.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "hub/config/config.h"
#include "hub/config/config_keys.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto config = hookline::hub::parse_config(input, "fuzz.toml");
  if (!config) {
    const bool says_where = config.error().message.starts_with("fuzz.toml:");
    if (config.error().code != hookline::ErrorCode::kBadArguments || !says_where) {
      std::abort();
    }
    return 0;
  }
  for (const auto& key : hookline::hub::config_keys()) {
    static_cast<void>(hookline::hub::config_text(key, *config));
  }
  return 0;
}
