#include "cli/script_session.h"

#include <utility>

namespace hookline::cli {

Result<std::unique_ptr<ScriptSession>> ScriptSession::start(std::chrono::duration<double> timeout,
                                                            PythonOptions python) {
  std::unique_ptr<ScriptSession> session(new ScriptSession(timeout));
  auto host =
      ScriptHost::create(session->no_hub_, {.python = std::move(python), .stdout_to_stderr = true});
  if (!host) {
    return std::unexpected(host.error());
  }
  session->host_ = *std::move(host);
  return session;
}

Result<void> ScriptSession::load(const std::filesystem::path& script) {
  auto loading = host_->load(script);
  if (!loading.wait_until(deadline())) {
    return fail(ErrorCode::kDeadlineExceeded, script.string() + " was not loaded in time");
  }
  const auto id = loading.get();
  if (!id) {
    return std::unexpected(id.error());
  }
  script_ = *id;
  return {};
}

TimePoint ScriptSession::deadline() const {
  if (timeout_.count() <= 0) {
    return kNoDeadline;
  }
  return std::chrono::steady_clock::now() + std::chrono::duration_cast<Duration>(timeout_);
}

Result<Value> ScriptSession::call(std::string_view function, List arguments) {
  return host_->call(script_, function, std::move(arguments), {.deadline = deadline()}).get();
}

}  // namespace hookline::cli
