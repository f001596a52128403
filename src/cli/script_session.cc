#include "cli/script_session.h"

#include <utility>

#include "hookline/future.h"
#include "plugin/reference/reference_data.h"
#include "plugin/types/spdlog_log.h"

namespace hookline::cli {

Result<std::unique_ptr<ScriptSession>> ScriptSession::start(std::chrono::duration<double> timeout,
                                                            const Reference& reference,
                                                            PythonOptions python) {
  std::unique_ptr<ScriptSession> session(new ScriptSession(timeout, reference));
  const auto hooks = reference.hooks();
  auto host = ScriptHost::create({.hooks = {hooks.begin(), hooks.end()},
                                  .module = reference.module(),
                                  .farewell = detail::ReferenceAccess::data(reference).farewell,
                                  // A call from the command line may take as long as it likes.
                                  .load_limit = kForever,
                                  .interrupt_after = kForever,
                                  .quarantine_after = kForever,
                                  .python = std::move(python),
                                  .stdout_to_stderr = true,
                                  .log = detail::spdlog_log()});
  if (!host) {
    return std::unexpected(host.error());
  }
  session->host_ = *std::move(host);
  return session;
}

Result<void> ScriptSession::load(const std::filesystem::path& script) {
  auto loading = host_->load(script);
  if (!loading.wait_for(limit())) {
    return fail(ErrorCode::kDeadlineExceeded, script.string() + " was not loaded in time");
  }
  const auto id = loading.get();
  if (!id) {
    return std::unexpected(id.error());
  }
  script_ = *id;
  return {};
}

Duration ScriptSession::limit() const {
  return timeout_.count() <= 0 ? kForever : std::chrono::duration_cast<Duration>(timeout_);
}

Result<Value> ScriptSession::call(std::string_view function, List arguments) {
  return host_->call(script_, function, std::move(arguments), {.timeout = limit()}).get();
}

}  // namespace hookline::cli
