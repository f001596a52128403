#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "marshal/error.h"
#include "plugin/script_host.h"

namespace hookline {

// Loads, unloads and reloads scripts for operators, while the hub runs: whoever asks, in chat, by
// `hookline ctl` or by changing a file, comes by here.
//
// Thread safety: the hub's thread, which never waits for a script: what came of it is told there
// later. Nothing is told any more once the scripts are shut down.
class ScriptManager {
 public:
  // Gets a sentence that says what was done, or why not.
  using Done = std::function<void(const Result<std::string>&)>;

  // `scripts` must outlive this. What is named without a path is looked for in `folder`.
  ScriptManager(ScriptHost& scripts, std::filesystem::path folder)
      : scripts_(scripts), folder_(std::move(folder)) {}

  // The path of a file or package; or its name in the folder, with or without ".py".
  void load(std::string_view path_or_name, Done done);
  // The name of a script that is loaded, or the path of its file.
  void unload(std::string_view name, Done done);
  void reload(std::string_view name, Done done);

  [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }

 private:
  [[nodiscard]] std::filesystem::path find_file(std::string_view path_or_name) const;
  void change(std::string_view name, std::string_view what,
              Future<void> (ScriptHost::*how)(ScriptId), Done done);
  // What a change has come to: logs it, and tells who asked. `what` is "loaded" or the like.
  static void finish(const std::string& name, std::string_view what, const Result<void>& result,
                     const Done& done);

  ScriptHost& scripts_;
  std::filesystem::path folder_;
};

}  // namespace hookline
