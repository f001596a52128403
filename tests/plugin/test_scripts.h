#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/future.h"
#include "hookline/script_host.h"
#include "hookline/verlihub/hooks.h"
#include "hookline/verlihub/module.h"
#include "plugin/script/host_access.h"
#include "plugin/types/spdlog_log.h"

namespace hookline::test {

using namespace detail;
using verlihub::Vh;

// Makes a folder, which is removed with its owner.
class TempFolder {
 public:
  TempFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "hookline-XXXXXX").string();
    path_ = mkdtemp(name.data());
  }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  ~TempFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  std::filesystem::path write(std::string_view name, std::string_view content) const {
    const std::filesystem::path file = path_ / name;
    std::ofstream(file, std::ios::binary) << content;
    return file;
  }

 private:
  std::filesystem::path path_;
};

// Holds a script up until the test lets it go: the script calls `wait_at(path)` (see kGateSource),
// which returns when open() is called. So a test makes a script as slow as it likes, without
// sleeping.
class Gate {
 public:
  explicit Gate(std::filesystem::path path) : path_(std::move(path)) {
    EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0);
  }
  // Waits until the script has come to the gate, and lets it through. The test fails if it does not
  // come. REQUIRES: this is called only once, because the next script might come before this one
  // has gone.
  void open() const {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    int writer = -1;
    while ((writer = ::open(path_.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)) < 0) {
      if (std::chrono::steady_clock::now() > end) {
        ADD_FAILURE() << "nothing has come to the gate " << path_;
        return;
      }
      std::this_thread::yield();
    }
    ::close(writer);  // it reads to the end
  }
  [[nodiscard]] std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline constexpr std::string_view kGateSource = R"(
def wait_at(path):
    with open(path, "rb") as gate:
        gate.read()
)";

// Records what scripts ask of the hub, and does nothing else.
class RecordingHost final : public verlihub::Functions {
 public:
  struct Request {
    Vh function;
    std::vector<Value> args;
    std::string caller;
    std::thread::id thread;
  };

  Result<Value> call(Vh function, std::span<const Value> args, const Caller& caller) override {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(
        {function, {args.begin(), args.end()}, caller.name, std::this_thread::get_id()});
    return answer_;
  }

  void answer_with(Result<Value> answer) {
    const std::scoped_lock lock(mutex_);
    answer_ = std::move(answer);
  }
  [[nodiscard]] std::vector<Request> requests() const {
    const std::scoped_lock lock(mutex_);
    return requests_;
  }

 private:
  mutable std::mutex mutex_;
  Result<Value> answer_ = Value(true);
  std::vector<Request> requests_;
};

// Runs a ScriptHost with scripts that are written in the test. They have the module `vh`, unless
// the test gives another one.
class ScriptHostTest : public ::testing::Test {
 protected:
  // Waits may be long on a loaded machine. Only a test that fails reaches this limit.
  static constexpr Duration kPatience = std::chrono::seconds(60);

  // `told` hears what happens to scripts, if given.
  void start(ScriptHostOptions options = {}, Host* told = nullptr) {
    if (options.module.name() == Module().name()) {
      options.module = verlihub::module(host);
    }
    if (options.hooks.empty()) {
      options.hooks = verlihub::hooks();
    }
    if (options.decision_deadline == ScriptHostOptions{}.decision_deadline) {
      options.decision_deadline = kPatience;
    }
    if (options.load_limit == ScriptHostOptions{}.load_limit) {
      options.load_limit = kForever;
    }
    if (options.end_patience == ScriptHostOptions{}.end_patience) {
      options.end_patience = kForever;
    }
    if (!options.log) {
      options.log = detail::spdlog_log();  // where LogCapture looks
    }
    if (std::getenv("HOOKLINE_TEST_MALLOC") != nullptr) {
      runtime_ = detail::HostAccess::start_on_malloc();
    }
    auto created = told != nullptr ? ScriptHost::create(*told, std::move(options))
                                   : ScriptHost::create(std::move(options));
    ASSERT_TRUE(created) << created.error().to_string();
    scripts = *std::move(created);
  }

  ScriptId load(std::string_view name, std::string_view source) {
    const auto path = folder.write(std::string(name) + ".py", source);
    auto id = scripts->load(path).get();
    EXPECT_TRUE(id) << id.error().to_string() << id.error().traceback;
    return id.value_or(ScriptId{});
  }

  Value call(std::string_view script, std::string_view function, List args = {}) {
    auto result = scripts->call(script, function, std::move(args)).get();
    EXPECT_TRUE(result) << result.error().to_string() << result.error().traceback;
    return result.value_or(Value());
  }

  std::shared_ptr<const void> runtime_;
  TempFolder folder;
  RecordingHost host;
  std::unique_ptr<ScriptHost> scripts;
};

}  // namespace hookline::test
