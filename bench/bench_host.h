#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <vector>

#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/module.h"

namespace hookline::bench {

// Runs a ScriptHost without a hub.
class BenchHost {
 public:
  // Without another module, scripts get `vh` without a hub.
  explicit BenchHost(ScriptHostOptions options = {});
  BenchHost(const BenchHost&) = delete;
  BenchHost& operator=(const BenchHost&) = delete;
  ~BenchHost() = default;

  [[nodiscard]] ScriptHost& scripts() { return *scripts_; }
  ScriptId load(const std::filesystem::path& path);
  std::vector<ScriptId> load_all(const std::vector<std::filesystem::path>& paths);
  // Unloads all of these scripts together.
  void unload(const std::vector<ScriptId>& ids);
  // Returns the number of events that a full mailbox did not accept. It must be 0 for a valid
  // measurement.
  [[nodiscard]] std::uint64_t lost() const;

 private:
  verlihub::NoHub no_hub_;
  std::unique_ptr<ScriptHost> scripts_;
};

// Makes copies of a file of bench/scripts/ with different names, because a host loads each name
// once.
class ScriptCopies {
 public:
  ScriptCopies(const std::filesystem::path& original, std::size_t count);
  ScriptCopies(const ScriptCopies&) = delete;
  ScriptCopies& operator=(const ScriptCopies&) = delete;
  ~ScriptCopies();

  [[nodiscard]] const std::vector<std::filesystem::path>& paths() const { return paths_; }

 private:
  std::filesystem::path folder_;
  std::vector<std::filesystem::path> paths_;
};

}  // namespace hookline::bench
