#include "bench/bench_host.h"

#include <unistd.h>

#include <atomic>
#include <string>
#include <system_error>
#include <utility>

#include "bench/cost.h"
#include "bench/python.h"
#include "hookline/future.h"
#include "hookline/script_info.h"
#include "hookline/verlihub/hooks.h"

namespace hookline::bench {

BenchHost::BenchHost(ScriptHostOptions options) {
  if (options.module.name() == Module().name()) {
    options.module = verlihub::module(no_hub_);
  }
  if (options.hooks.empty()) {
    options.hooks = verlihub::hooks();
  }
  (void)python();  // Python outlives this object, so that several hosts can follow each other
  scripts_ = or_die(ScriptHost::create(std::move(options)));
}

ScriptId BenchHost::load(const std::filesystem::path& path) {
  return or_die(scripts_->load(path).get());
}

std::vector<ScriptId> BenchHost::load_all(const std::vector<std::filesystem::path>& paths) {
  std::vector<ScriptId> ids;
  ids.reserve(paths.size());
  for (const auto& path : paths) {
    ids.push_back(load(path));
  }
  return ids;
}

void BenchHost::unload(const std::vector<ScriptId>& ids) {
  std::vector<Future<void>> unloading;
  unloading.reserve(ids.size());
  for (const ScriptId id : ids) {
    unloading.push_back(scripts_->unload(id));
  }
  for (Future<void>& future : unloading) {
    or_die(future.get());
  }
}

std::uint64_t BenchHost::lost() const {
  std::uint64_t lost = 0;
  for (const ScriptInfo& script : scripts_->scripts()) {
    lost += script.mailbox.rejected + script.mailbox.refused + script.mailbox.dropped_oldest;
  }
  return lost;
}

ScriptCopies::ScriptCopies(const std::filesystem::path& original, std::size_t count) {
  static std::atomic<int> folders{0};
  folder_ = std::filesystem::temp_directory_path() /
            ("hookline-bench-" + std::to_string(getpid()) + "-" + std::to_string(++folders));
  std::filesystem::create_directories(folder_);
  for (std::size_t i = 0; i < count; ++i) {
    paths_.push_back(folder_ / (original.stem().string() + "_" + std::to_string(i) + ".py"));
    std::filesystem::copy_file(original, paths_.back());
  }
}

ScriptCopies::~ScriptCopies() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

}  // namespace hookline::bench
